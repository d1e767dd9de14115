// The Component for every kind of workload, by the real Kustomize.
import { type PodParts, podNamesOf, podPartsFor, serviceObjects, outputsOf } from "@veltrix/kubernetes";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { isWorkloadKind, workloadKinds } from "@veltrix/protocol/kubernetes";
import { temporaryFolder } from "./folder.ts";
import { generatedFiles, modelOf, outputOf, reason, type Rendered, skipped } from "./renderings.ts";

if (skipped !== undefined) console.warn(`SKIPPED: the Components by the real kubectl: ${skipped}`);

const externalSecrets = "outputs: { externalSecrets: { store: { name: vault, kind: SecretStore }, refreshInterval: 1h } }\n";
const contract = {
  type: "object",
  additionalProperties: false,
  required: ["port", "password"],
  properties: { port: { type: "integer", "x-env": "PORT" }, password: { type: "string", "x-secret": true, "x-env": "PASSWORD" } },
};

function workspace(kind: string, delivery: string, outputs: string): { readonly [path: string]: string } {
  const head = { version: "1.0.0", workload: { kind, name: "meter" }, delivery };
  return {
    "schemas/veltrix.yaml": `environments:\n  prod: { namespace: iot }\n${outputs}`,
    "schemas/meter/config.schema.json": JSON.stringify({ "x-veltrix": head, ...contract }),
    "schemas/meter/values/base.yaml": "port: 8883\npassword: !secret broker/password\n",
  };
}

const team = {
  metadata: { labels: { app: "meter" }, annotations: { team: "edge" } },
  spec: {
    containers: [
      { name: "sidecar", image: "sidecar:1", env: ["PORT", "PASSWORD"].map((name) => ({ name, value: "1" })) },
      { name: "meter", image: "meter:1", env: [{ name: "LOG", value: "x" }], volumeMounts: [{ name: "data", mountPath: "/data" }] },
    ],
    volumes: [{ name: "data", emptyDir: {} }],
  },
};

function workload(kind: string): object {
  const head = { apiVersion: isWorkloadKind(kind) ? workloadKinds[kind].apiVersion : undefined, kind, metadata: { name: "meter" } };
  if (kind === "CronJob") return { ...head, spec: { schedule: "0 3 * * *", jobTemplate: { spec: { template: team } } } };
  return { ...head, spec: { selector: { matchLabels: { app: "meter" } }, template: team } };
}

type Pod = typeof team;

function podOf(kind: string, objects: readonly Rendered[]): Pod {
  const found = objects.find((object) => object.kind === kind) as unknown as {
    readonly spec: { readonly template: Pod; readonly jobTemplate?: { readonly spec: { readonly template: Pod } } };
  };
  return found.spec.jobTemplate?.spec.template ?? found.spec.template;
}

/** The team's template with our parts, as any order of its lists. */
function expectPatched(pod: Pod, parts: PodParts): void {
  const [sidecar, main] = [
    pod.spec.containers.find(({ name }) => name === "sidecar"),
    pod.spec.containers.find(({ name }) => name === "meter"),
  ];
  const all = (own: readonly unknown[], ours: readonly unknown[]): unknown => expect.arrayContaining([...own, ...ours]);
  expect(pod.metadata).toEqual({ labels: team.metadata.labels, annotations: { team: "edge", ...parts.annotations } });
  expect(sidecar).toEqual(team.spec.containers[0]);
  expect(main?.env).toEqual(all([{ name: "LOG", value: "x" }], parts.env));
  expect(main?.env).toHaveLength(1 + parts.env.length);
  expect(main?.volumeMounts).toEqual(all([{ name: "data", mountPath: "/data" }], parts.volumeMounts));
  expect(main?.volumeMounts).toHaveLength(1 + parts.volumeMounts.length);
  expect(pod.spec.volumes).toEqual(all(team.spec.volumes, parts.volumes));
  expect(pod.spec.volumes).toHaveLength(1 + parts.volumes.length);
  expect(pod.spec.containers).toHaveLength(2);
}

const cases = Object.keys(workloadKinds).flatMap((kind) =>
  ["mutable", "immutable"].flatMap((delivery) => [
    [kind, delivery, "Secrets of its own", ""] as const,
    [kind, delivery, "ExternalSecrets", externalSecrets] as const,
  ]),
);

describe.skipIf(skipped !== undefined)(`the Component${reason}`, () => {
  it.each(cases)("patches a %s with %s delivery and %s, and keeps what is the team's", async (kind, delivery, _secrets, outputs) => {
    const model = modelOf(workspace(kind, delivery, outputs));
    const [service] = model.services;
    const config = service?.configs[0];
    const objects = service && config && serviceObjects(service, config, outputsOf(model));
    if (service === undefined || config === undefined || objects === undefined) throw new Error("the model is empty");
    using root = temporaryFolder([
      ...(await generatedFiles(model)),
      ["deploy/workload.yaml", stringify(workload(kind))],
      [
        "deploy/kustomization.yaml",
        stringify({
          namespace: "iot",
          resources: ["workload.yaml", "../generated/meter/k8s/prod"],
          components: ["../generated/meter/k8s/prod/component"],
        }),
      ],
    ]);
    const rendered = outputOf("kubectl", ["kustomize", "deploy"], root.path);
    expectPatched(podOf(kind, rendered), podPartsFor(config, objects, podNamesOf(model, service)));
    // What a pod refers to is there.
    const names = rendered.filter((object) => object.kind !== kind).map((object) => `${object.kind} ${object.metadata.name}`);
    const suffix = delivery === "immutable" ? "-[0-9a-f]{10}" : "";
    expect(names.sort()).toEqual([
      expect.stringMatching(`^ConfigMap meter-config${suffix}$`),
      expect.stringMatching(`^ConfigMap meter-env${suffix}$`),
      ...(outputs === "" ? [] : ["ExternalSecret meter-broker"]),
    ]);
    const secretName = outputs === "" ? "broker" : "meter-broker";
    const main = podOf(kind, rendered).spec.containers.find(({ name }) => name === "meter");
    expect(main?.env).toContainEqual({
      name: "PASSWORD",
      valueFrom: { secretKeyRef: { name: secretName, key: "password", optional: false } },
    });
    expect(JSON.stringify(podOf(kind, rendered).spec.volumes)).toContain(
      `{"secret":{"items":[{"key":"password","path":"broker/password"}],"name":"${secretName}","optional":false}}`,
    );
  });
});
