// The chart as teams use it: alone, below a chart of their own, and as a library of named templates.
import { DiskHost } from "@veltrix/compiler";
import { listObjects, serviceObjects, outputsOf } from "@veltrix/kubernetes";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { temporaryFolder, type ProcessResult } from "./folder.ts";
import { hostileWorkspace } from "./hostile-workspace.ts";
import {
  asSubchart,
  documentsOf,
  generatedFiles,
  modelOf,
  ordered,
  outputOf,
  reason,
  type Rendered,
  runTool,
  skipped,
} from "./renderings.ts";

if (skipped !== undefined) console.warn(`SKIPPED: every test of the charts by the real helm: ${skipped}`);

const hostile = modelOf(hostileWorkspace());
const platform = modelOf(new DiskHost(fileURLToPath(new URL("../../..", import.meta.url))));

interface Template {
  readonly metadata: { readonly annotations: unknown };
  readonly spec: {
    readonly volumes: unknown;
    readonly containers: readonly { readonly env: unknown; readonly volumeMounts: unknown }[];
  };
}

/** Runs helm over the chart of `service`, in the hostile workspace. */
async function helm(service: string, ...args: readonly string[]): Promise<ProcessResult> {
  using root = temporaryFolder(await generatedFiles(hostile));
  return runTool("helm", args, `${root.path}/generated/${service}/chart`);
}

const template = ["template", "release", "."];

describe.skipIf(skipped !== undefined)(`the chart alone${reason}`, () => {
  it.each([
    ["an environment that is missing", [], "missing property 'environment'"],
    ["an environment that does not exist", ["--set", "environment=pord"], "value must be one of 'y', '0x10', 'prod'"],
    ["an environment that has no namespace", ["--set", "environment=local"], "value must be one of 'y', '0x10', 'prod'"],
    ["an empty environment", ["--set", "environment="], "value must be one of 'y', '0x10', 'prod'"],
    ["a value of its own", ["--set", "environment=prod,replicas=3"], "additional properties 'replicas' not allowed"],
    ["configuration", ["--set", "environment=prod,config.ratio=2"], "additional properties 'config' not allowed"],
    ["a label of ours", ["--set", "environment=prod", "--set", "labels.veltrix\\.dev/service=x"], "propertyName"],
    ["a name of ours", ["--set", "environment=prod", "--set", "labels.app\\.kubernetes\\.io/name=x"], "propertyName"],
    ["a label that no API server takes", ["--set", "environment=prod", "--set", "labels.a=b c"], "does not match pattern"],
    ["a label that breaks the line", ["--set-json", 'environment="prod"', "--set-json", 'labels={"a\\n  b: c":"d"}'], "propertyName"],
    ["a switch that is a text", ["--set", "environment=prod", "--set-string", "enabled=no"], "got string, want boolean"],
  ])("refuses %s", async (_case, args, message) => {
    const { status, stdout, stderr } = await helm("hostile", ...template, ...args);
    expect(stderr).toContain(message);
    expect(stdout).toBe("");
    expect(status).toBe(1);
  });

  it("refuses an environment that does not exist even where the schema is skipped", async () => {
    for (const args of [[], ["--set", "environment=pord"], ["--set-json", 'environment=["prod"]']]) {
      const { status, stderr } = await helm("hostile", ...template, "--skip-schema-validation", ...args);
      expect(stderr).toMatch(/hostile: environment is .*: write one of y, 0x10, prod/);
      expect(status).toBe(1);
    }
  });

  it("refuses a release in the namespace of another environment, and no other one", async () => {
    const into = (namespace: string): Promise<ProcessResult> =>
      helm("hostile", ...template, "--namespace", namespace, "--set", "environment=prod");
    const { status, stdout, stderr } = await into("1e3");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(
      "hostile: environment is prod, and the release is in 1e3, the namespace of 0x10: write environment: 0x10, or install into iot",
    );
    for (const namespace of ["iot", "releases"]) expect((await into(namespace)).stderr).toBe("");
  });

  it("lets environments share a namespace, as those of two clusters may", async () => {
    const twins = modelOf({
      "schemas/veltrix.yaml": "environments: { east: { namespace: iot }, west: { namespace: iot }, lab: { namespace: iot-lab } }\n",
      "schemas/probe/config.schema.json":
        '{ "x-veltrix": { "version": "1.0.0" }, "type": "object", "properties": { "a": { "type": "integer" } } }',
      "schemas/probe/values/base.yaml": "a: 1\n",
    });
    using root = temporaryFolder(await generatedFiles(twins));
    const into = async (namespace: string, environment: string): Promise<ProcessResult> =>
      runTool("helm", [...template, "--namespace", namespace, "--set", `environment=${environment}`], `${root.path}/generated/probe/chart`);
    for (const environment of ["east", "west"]) expect((await into("iot", environment)).stderr).toBe("");
    expect((await into("iot-lab", "west")).stderr).toContain(
      "probe: environment is west, and the release is in iot-lab, the namespace of lab",
    );
    expect((await into("iot", "lab")).stderr).toContain("probe: environment is lab, and the release is in iot, the namespace of");
  });

  it("M7: executes no template that a value holds, and prints as many documents as there are objects", async () => {
    for (const service of hostile.services) {
      for (const config of service.configs.filter(({ environment }) => environment.namespace !== undefined)) {
        const { status, stdout, stderr } = await helm(service.id, ...template, "--set-string", `environment=${config.environment.name}`);
        expect([status, stderr]).toEqual([0, ""]);
        expect(stdout).toContain('{{ fail \\"executed\\" }}');
        const objects = serviceObjects(service, config, outputsOf(hostile));
        expect(documentsOf(stdout)).toHaveLength(objects === undefined ? -1 : listObjects(objects).length);
      }
    }
  });

  it("adds labels to every object and changes nothing else", async () => {
    const labels = { team: "edge", "example.com/cost": "null", on: "0x10" };
    const plain = await helm("hostile", ...template, "--set", "environment=prod");
    const labelled = await helm("hostile", ...template, "--set", "environment=prod", "--set-json", `labels=${JSON.stringify(labels)}`);
    expect(labelled.stderr).toBe("");
    const expected = documentsOf(plain.stdout).map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...(object.metadata.labels as object), ...labels } },
    }));
    expect(expected).toHaveLength(4);
    expect(documentsOf(labelled.stdout)).toEqual(expected);
  });

  it("renders nothing where it is not enabled", async () => {
    const { status, stdout } = await helm("hostile", ...template, "--set", "environment=prod,enabled=false");
    expect([status, documentsOf(stdout)]).toEqual([0, []]);
  });

  it("keeps immutable objects, which are called by their contents", async () => {
    const { stdout } = await helm("frozen", ...template, "--set", "environment=prod");
    const maps = documentsOf(stdout).filter(({ kind }) => kind === "ConfigMap");
    expect(maps).toHaveLength(2);
    for (const object of maps) {
      expect(object).toMatchObject({ immutable: true, metadata: { annotations: { "helm.sh/resource-policy": "keep" } } });
      expect(object.metadata.name).toMatch(/^frozen-(config|env)-[0-9a-f]{10}$/);
    }
  });

  it("passes helm lint --strict and helm package, for every service of this repository", async () => {
    using root = temporaryFolder(await generatedFiles(platform));
    for (const { id, contract } of platform.services) {
      const chart = `generated/${id}/chart`;
      const lint = runTool("helm", ["lint", "--strict", chart, "--set", "environment=prod"], root.path);
      expect([lint.status, lint.stdout]).toEqual([0, expect.stringContaining("0 chart(s) failed")]);
      const packed = runTool("helm", ["package", chart], root.path);
      expect([packed.status, packed.stdout]).toEqual([
        0,
        expect.stringMatching(`/${id}-config-${contract.version}\\+[0-9a-f]{12}\\.tgz\n$`),
      ]);
    }
  });
});

const container = { name: "hostile", image: "hostile:1", env: [{ name: "LOG", value: "x" }] };
const selector = { matchLabels: { app: "hostile" } };
const deploymentHead = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "hostile-workload" } };

/** A team's own chart, called like the service, over ours. */
function parentChart(generated: ReadonlyMap<string, string>, context = "."): readonly (readonly [string, string])[] {
  const include = (name: string, indent: number): string => `{{- include "veltrix.hostile.${name}" ${context} | nindent ${indent} }}`;
  return [
    ...asSubchart(generated, "hostile", "hostile"),
    ["hostile/Chart.yaml", stringify({ apiVersion: "v2", name: "hostile", version: "0.1.0" })],
    ["hostile/values.yaml", stringify({ global: { team: "edge" }, environment: "the parent's own", "hostile-config": {} })],
    [
      "hostile/templates/deployment.yaml",
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hostile-workload
spec:
  selector: { matchLabels: { app: hostile } }
  template:
    metadata:
      labels: { app: hostile }
      annotations:
        team: edge
        ${include("podAnnotations", 8)}
    spec:
      containers:
        - name: hostile
          image: hostile:1
          env:
            - { name: LOG, value: x }
            ${include("env", 12)}
          volumeMounts:
            ${include("volumeMounts", 12)}
      volumes:
        ${include("volumes", 8)}
`,
    ],
  ];
}

function templateOf(objects: readonly Rendered[]): Template {
  const found = objects.find(({ kind }) => kind === "Deployment") as
    | (Rendered & { readonly spec: { readonly template: Template } })
    | undefined;
  if (found === undefined) throw new Error("no Deployment was rendered");
  return found.spec.template;
}

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** The template without the order of its lists, which Kustomize does not keep. */
function unordered({ metadata, spec }: Template): unknown {
  return {
    metadata,
    volumes: [...(spec.volumes as readonly unknown[])].sort(byText),
    containers: spec.containers.map((each) => ({
      ...each,
      env: [...(each.env as readonly unknown[])].sort(byText),
      volumeMounts: [...(each.volumeMounts as readonly unknown[])].sort(byText),
    })),
  };
}

describe.skipIf(skipped !== undefined)(`below a team's own chart${reason}`, () => {
  it.each(["y", "0x10", "prod"])("the named templates say in %s what the Kustomize Component says", async (environment) => {
    const generated = await generatedFiles(hostile);
    const pod = { metadata: { labels: { app: "hostile" }, annotations: { team: "edge" } }, spec: { containers: [container] } };
    using root = temporaryFolder([
      ...generated,
      ...parentChart(generated),
      ["deploy/workload.yaml", stringify({ ...deploymentHead, spec: { selector, template: pod } })],
      [
        "deploy/kustomization.yaml",
        stringify({ resources: ["workload.yaml"], components: [`../generated/hostile/k8s/${environment}/component`] }),
      ],
    ]);
    const byKustomize = templateOf(outputOf("kubectl", ["kustomize", "deploy"], root.path));
    const args = ["template", "release", "hostile", "--set-string", `hostile-config.environment=${environment}`];
    expect(unordered(templateOf(outputOf("helm", args, root.path)))).toEqual(unordered(byKustomize));
    expect(JSON.stringify(byKustomize)).toContain('"veltrix.dev/restart-fingerprint"');
    const token = environment === "y" ? ["hostile-y", "other"] : ["hostile-api.tokens", ".k"];
    const secrets = [
      ["off", "hostile-y", "null"],
      ["True", ...token],
    ].map(([name, secret, key]) => ({ name, valueFrom: { secretKeyRef: { name: secret, key, optional: false } } }));
    expect(byKustomize.spec.containers[0]?.env).toEqual(expect.arrayContaining(secrets));
  });

  it("finds the environment under an alias, from the subchart's own context, and two levels up", async () => {
    const generated = await generatedFiles(hostile);
    const dependencies = [{ name: "hostile-config", version: ">=0.0.0-0", alias: "settings" }];
    const aliased = new Map(parentChart(generated));
    aliased.set("hostile/Chart.yaml", stringify({ apiVersion: "v2", name: "hostile", version: "0.1.0", dependencies }));
    aliased.set("hostile/values.yaml", "");
    const own = new Map(parentChart(generated, '(index .Subcharts "hostile-config")'));
    const nested = [...parentChart(generated)].map(([path, text]) => [`top/charts/${path}`, text] as const);
    using root = temporaryFolder([
      ...[...aliased].map(([path, text]) => [`aliased/${path}`, text] as const),
      ...[...own].map(([path, text]) => [`own/${path}`, text] as const),
      ...nested,
      ["top/Chart.yaml", stringify({ apiVersion: "v2", name: "top", version: "0.1.0" })],
      [
        "top/templates/a.yaml",
        'apiVersion: v1\nkind: List\nmetadata: { name: a }\nitems:\n{{ include "veltrix.hostile.env" . | indent 2 }}\n',
      ],
    ]);
    const render = (chart: string, prefix: string): Template =>
      templateOf(outputOf("helm", ["template", "release", chart, "--set", `${prefix}.environment=prod`], root.path));
    const expected = render("own/hostile", "hostile-config");
    expect(JSON.stringify(expected)).toContain('{"name":"VELTRIX_ENVIRONMENT","value":"prod"}');
    expect(render("aliased/hostile", "settings")).toEqual(expected);
    expect(render("top", "hostile.hostile-config")).toEqual(expected);
  });

  it("refuses a parent that does not say the environment, whatever is called so elsewhere", async () => {
    using root = temporaryFolder(parentChart(await generatedFiles(hostile)));
    for (const args of [
      [],
      ["--set", "environment=prod"],
      ["--set", "global.environment=prod"],
      ["--set", "hostile-config.environment=pord"],
    ]) {
      const { status, stdout, stderr } = runTool("helm", ["template", "release", "hostile", ...args], root.path);
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/hostile-config:\n- at '.*': (missing property 'environment'|value must be one of)/);
    }
  });

  it("lets a parent lend the templates and deliver the objects by other means", async () => {
    using root = temporaryFolder(parentChart(await generatedFiles(hostile)));
    const args = ["template", "release", "hostile", "--set", "hostile-config.environment=prod,hostile-config.enabled=false"];
    expect(outputOf("helm", args, root.path).map(({ kind }) => kind)).toEqual(["Deployment"]);
  });

  it("is found by helm dependency build, beside the team's chart", async () => {
    const generated = await generatedFiles(platform);
    const dependencies = [{ name: "broker-config", version: "*", repository: "file://../generated/broker/chart" }];
    using root = temporaryFolder([
      ...generated,
      ["deploy/Chart.yaml", stringify({ apiVersion: "v2", name: "broker", version: "0.1.0", dependencies })],
    ]);
    // Helm keeps its caches in the home of whoever runs it.
    const own = ["--repository-cache", "cache", "--content-cache", "contents", "--repository-config", "repositories.yaml"];
    const built = runTool("helm", ["dependency", "update", "deploy", "--skip-refresh", ...own], root.path);
    expect([built.status, built.stderr]).toEqual([0, ""]);
    const broker = platform.services.find(({ id }) => id === "broker");
    const config = broker?.configs.find(({ environment }) => environment.name === "prod");
    const objects = broker && config && serviceObjects(broker, config, outputsOf(platform));
    const rendered = outputOf("helm", ["template", "release", "deploy", "--set", "broker-config.environment=prod"], root.path);
    expect(ordered(rendered)).toEqual(ordered(objects === undefined ? [] : JSON.parse(JSON.stringify(listObjects(objects)))));
    expect(rendered.length).toBeGreaterThan(0);
  });
});
