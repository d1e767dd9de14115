// One model, three renderings: plain files, Kustomize and Helm give the same objects, byte for byte.
import { DiskHost, type Model, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { listObjects, serviceObjects, outputsOf } from "@veltrix/kubernetes";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { temporaryFolder, type TemporaryFolder } from "./folder.ts";
import { hostileTexts, hostileWorkspace, unportableTexts } from "./hostile-workspace.ts";
import { asSubchart, generatedFiles, modelOf, ordered, outputOf, plainObjects, reason, type Rendered, skipped } from "./renderings.ts";

if (skipped !== undefined) console.warn(`SKIPPED: every comparison of the three renderings: ${skipped}`);

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const workspaces: readonly (readonly [string, Model])[] = [
  ["this repository's services", modelOf(new DiskHost(repository))],
  ["a hostile workspace", modelOf(hostileWorkspace())],
];

function expectedObjects(model: Model, service: Service, config: ResolvedConfig): readonly Rendered[] {
  const objects = serviceObjects(service, config, outputsOf(model));
  // Through JSON: an object of the model as any parser gives it.
  return objects === undefined ? [] : (JSON.parse(JSON.stringify(listObjects(objects))) as readonly Rendered[]);
}

describe.skipIf(skipped !== undefined).each(workspaces)(`M1, M7: %s${reason}`, (_name, model) => {
  let generated: ReadonlyMap<string, string>;
  let root: TemporaryFolder;
  const cases = model.services.flatMap((service) =>
    service.configs
      .filter(({ environment }) => environment.namespace !== undefined)
      .map((config) => [service.id, config.environment.name, service, config] as const),
  );

  beforeAll(async () => {
    generated = await generatedFiles(model);
    const parents = model.services.flatMap(({ id }) => [
      ...asSubchart(generated, id, `parents/${id}`),
      [`parents/${id}/Chart.yaml`, stringify({ apiVersion: "v2", name: "parent", version: "0.1.0" })] as const,
    ]);
    root = temporaryFolder([...generated, ...parents]);
  });
  afterAll(() => root[Symbol.dispose]());

  it.each(cases)("%s in %s is the same as plain files, by Kustomize, by Helm, and as a subchart", (id, environment, service, config) => {
    const expected = ordered(expectedObjects(model, service, config));
    const folder = `generated/${id}/k8s/${environment}`;
    const files = [...generated.keys()].filter((path) => path.startsWith(`${folder}/`) && /\/(configmap|external)[^/]*$/.test(path));
    expect(expected.length).toBeGreaterThan(0);
    expect(ordered(plainObjects(root.path, files))).toEqual(expected);
    expect(ordered(outputOf("kubectl", ["kustomize", folder], root.path))).toEqual(expected);
    const chart = ["template", "release", `generated/${id}/chart`, "--set-string", `environment=${environment}`];
    expect(ordered(outputOf("helm", chart, root.path))).toEqual(expected);
    const parent = ["template", "release", `parents/${id}`, "--set-string", `${id}-config.environment=${environment}`];
    expect(ordered(outputOf("helm", parent, root.path))).toEqual(expected);
  });

  it("gives all services of an environment by one kustomization", () => {
    for (const { name, namespace } of model.settings.environments) {
      const folder = `generated/cluster/${name}`;
      expect([name, existsSync(join(root.path, folder))]).toEqual([name, namespace !== undefined]);
      if (namespace === undefined) continue;
      const expected = cases.flatMap(([, environment, service, config]) =>
        environment === name ? expectedObjects(model, service, config) : [],
      );
      expect(ordered(outputOf("kubectl", ["kustomize", folder], root.path))).toEqual(ordered(expected));
    }
  });
});

it("delivers every hostile text, as a variable and inside config.json", () => {
  for (const service of workspaces[1]?.[1].services ?? []) {
    for (const config of service.configs) {
      expect(config.value["texts"]).toEqual([...hostileTexts, ...unportableTexts]);
      const variables = serviceObjects(service, config, {})?.variables;
      if (variables !== undefined) expect(Object.values(variables.data)).toEqual(expect.arrayContaining([...hostileTexts]));
    }
  }
});
