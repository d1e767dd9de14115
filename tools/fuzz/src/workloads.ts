// Manifests as a team writes them: workloads that take what is generated, and objects of their own.
import { appendToken } from "@veltrix/protocol";
import type { Grower } from "./grower.ts";
import type { Chance } from "./random.ts";
import type { Grown } from "./service.ts";
import type { EnvironmentWords } from "./settings.ts";
import { type Json, printJson } from "./words.ts";

/** The setting, and the files that it names. */
export interface WorkloadWords {
  readonly setting: { readonly workloads?: Json };
  readonly files: { readonly [path: string]: string };
}

/** Where manifests are grown. */
export interface Field {
  readonly chance: Chance;
  readonly grower: Grower;
  readonly environments: readonly EnvironmentWords[];
}

/** Manifests for `services`; in most workspaces none. */
export function randomWorkloads(field: Field, services: readonly Grown[]): WorkloadWords {
  const { chance, grower } = field;
  if (!chance.chance(0.35) || !field.environments.some(({ namespace }) => namespace !== undefined)) return { setting: {}, files: {} };
  const documents = services.filter(({ isImmutable }) => !isImmutable).map((service) => workload(field, service));
  const components = services.map(({ id }) => `../generated/${id}/k8s/${chance.pick(field.environments).name}/component`);
  const kustomization = { kind: "Kustomization", resources: ["app.yaml"], components };
  const text = [...documents, ownConfigMap(grower), ...(chance.chance(0.6) ? [kustomization] : [])]
    .map((document) => printJson(document, chance.chance(0.5) ? 2 : undefined))
    .join("\n---\n");
  const files = [chance.pick(["deploy/**/*.yaml", "deploy/app.yaml", "*/*.yaml"]), ...(grower.slips() ? ["nowhere/*.yaml"] : [])];
  const external = ["cluster-ca", "1e3"];
  return { setting: { workloads: chance.chance(0.6) ? { files, external } : files }, files: { "deploy/app.yaml": text } };
}

function workload({ chance, grower }: Field, { id, files, workload: named }: Grown): Json {
  const other = grower.slips() ? "nowhere" : "team";
  const variable = /"x-env":"([A-Za-z0-9_]+)"/.exec(files[`schemas/${id}/config.schema.json`] ?? "")?.[1];
  const container = {
    name: id,
    image: "registry.example/app",
    args: [grower.prose()],
    env: [
      { name: "TEAM", valueFrom: { configMapKeyRef: { name: other, key: "note" } } },
      { name: "CA", valueFrom: { configMapKeyRef: { name: "cluster-ca", key: "ca.crt", optional: true } } },
      ...(variable !== undefined && grower.slips()
        ? [{ name: "V", valueFrom: { configMapKeyRef: { name: `${id}-env`, key: variable } } }]
        : []),
    ],
  };
  const volumes = chance.chance(0.7) ? [{ name: "config", configMap: { name: `${id}-config` } }] : [];
  const metadata = { labels: { app: id }, annotations: { note: grower.prose(), [appendToken("x", "y")]: grower.prose() } };
  const template = { metadata, spec: { containers: [container], volumes } };
  const { kind, name } = named ?? { kind: "Deployment", name: id };
  const spec = kind === "CronJob" ? { schedule: "0 3 * * *", jobTemplate: { spec: { template } } } : { template };
  return { apiVersion: kind === "CronJob" ? "batch/v1" : "apps/v1", kind, metadata: { name, annotations: { note: grower.prose() } }, spec };
}

function ownConfigMap(grower: Grower): Json {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "team" }, data: { note: grower.prose(), "a.b": grower.prose() } };
}
