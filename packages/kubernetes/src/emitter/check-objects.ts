// Objects that Kubernetes would refuse or that would replace one another: names, keys, sizes.
import { originOf, type ResolvedConfig, type Service, SETTINGS_FILE } from "@veltrix/compiler";
import { type Diagnostic, type Location, report } from "@veltrix/diagnostics";
import { appendToken } from "@veltrix/protocol";
import { type ExpectedConfigMap, isWorkloadKind, workloadKinds } from "@veltrix/protocol/kubernetes";
import { dataKey, dnsLabel, dnsSubdomain, type Grammar, isLegal, labelValue } from "../objects/name-grammars.ts";
import type { ServiceObject } from "../objects/service-objects.ts";

/** What the API server takes as the data of one ConfigMap. */
export const MAX_DATA_BYTES: number = 1024 * 1024;
/** What it takes as the annotations of one object; client-side apply stores the object in one of them. */
export const MAX_ANNOTATION_BYTES: number = 256 * 1024;

/** An object with where it comes from and where it is written. */
export interface Placed {
  readonly service: Service;
  readonly config: ResolvedConfig;
  readonly object: ServiceObject;
  /** Relative to the workspace; absent where only the chart holds the object. */
  readonly path?: string;
}

/** Every name, key and size that Kubernetes refuses in `placed`. */
export function checkObject(placed: Placed): readonly Diagnostic[] {
  return [...checkNames(placed), ...checkSize(placed)];
}

function checkNames({ service, config, object }: Placed): readonly Diagnostic[] {
  const { metadata } = object;
  // The keys of a Secret are checked where a value refers to them.
  const keys = object.kind === "ConfigMap" ? Object.keys(object.data) : [];
  const contract = { file: service.contract.file };
  const environment = appendToken("/environments", config.environment.name);
  const names: readonly (readonly [what: string, name: string, grammar: Grammar, at: Location])[] = [
    [`the name of ${object.kind === "ConfigMap" ? "a ConfigMap" : "an ExternalSecret"}`, metadata.name, dnsSubdomain, contract],
    ["a namespace", metadata.namespace, dnsLabel, { file: SETTINGS_FILE, pointer: `${environment}/namespace`, on: "value" }],
    ["the value of a label", service.id, labelValue, contract],
    ["the value of a label", config.environment.name, labelValue, { file: SETTINGS_FILE, pointer: environment, on: "key" }],
    ...keys.map((key) => ["a key of a ConfigMap", key, dataKey, contract] as const),
  ];
  return names
    .filter(([, name, grammar]) => !isLegal(name, grammar))
    .map(([what, name, { rule }, at]) =>
      report("VX4002", { what, name, rule }, { at, service: service.id, environments: [config.environment.name] }),
    );
}

function checkSize({ service, config, object, path }: Placed): readonly Diagnostic[] {
  if (object.kind !== "ConfigMap") return [];
  const name = `ConfigMap ${object.metadata.name} in ${config.environment.name}`;
  const place = { at: { file: service.contract.file }, service: service.id, environments: [config.environment.name] };
  const bytes = dataBytes(object);
  if (bytes > MAX_DATA_BYTES) return [report("VX4003", { object: name, bytes, limit: MAX_DATA_BYTES }, place)];
  // In JSON a byte takes six at the most; far below the limit there is nothing to count.
  if (6 * bytes + 8 * 1024 <= MAX_ANNOTATION_BYTES) return [];
  const annotated = annotationBytes(object);
  if (annotated <= MAX_ANNOTATION_BYTES) return [];
  const command = path === undefined ? "helm upgrade --install --server-side=true" : `kubectl apply --server-side -f ${path}`;
  return [report("VX4004", { object: `as JSON, ${name}`, bytes: annotated, limit: MAX_ANNOTATION_BYTES, command }, place)];
}

/** Bytes of an object's data, counted as the API server does: values without their keys. */
function dataBytes(object: ExpectedConfigMap): number {
  return Object.values(object.data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** Bytes of all annotations after a client-side apply, which adds the object's own JSON as one more. */
export function annotationBytes(object: ExpectedConfigMap): number {
  // Go's encoder escapes these beside what JSON asks for, and ends with a line break.
  const json = JSON.stringify(object).replace(/[<>&\u2028\u2029]/g, "\\u0000");
  const lastApplied = "kubectl.kubernetes.io/last-applied-configuration".length + Buffer.byteLength(json) + 1;
  return Object.entries(object.metadata.annotations).reduce(
    (sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text),
    lastApplied,
  );
}

/** Finds objects of one environment that have the same kind, namespace and name: one would replace the other. */
export class ClashFinder {
  readonly #firstByName: Map<string, Service> = new Map();

  /** What is wrong with one more object. */
  add({ service, config, object }: Placed): readonly Diagnostic[] {
    const id = [config.environment.name, object.kind, object.metadata.namespace, object.metadata.name].join(" ");
    const first = this.#firstByName.get(id);
    if (first === undefined) {
      this.#firstByName.set(id, service);
      return [];
    }
    return [
      report(
        "VX4001",
        { what: object.kind, name: object.metadata.name, first: first.id, second: service.id },
        {
          at: { file: service.contract.file },
          service: service.id,
          environments: [config.environment.name],
          related: [{ at: { file: first.contract.file }, message: `${first.id} renders it too, from` }],
        },
      ),
    ];
  }
}

/** Every diagnostic of what a service's pods are to get, each once. */
export function checkPod(service: Service): readonly Diagnostic[] {
  const { contract } = service;
  const pointer = "/x-veltrix/workload";
  const illegal = (member: "kind" | "name", what: string, rule: string): Diagnostic =>
    report(
      "VX4002",
      { what, name: contract.workload?.[member] ?? "", rule },
      { at: { file: contract.file, pointer: `${pointer}/${member}`, on: "value" }, service: service.id },
    );
  const diagnostics: Diagnostic[] = [];
  if (contract.workload !== undefined) {
    if (!isWorkloadKind(contract.workload.kind))
      diagnostics.push(illegal("kind", "the kind of a workload", `write one of ${Object.keys(workloadKinds).join(", ")}`));
    if (!isLegal(contract.workload.name, dnsSubdomain)) diagnostics.push(illegal("name", "the name of a workload", dnsSubdomain.rule));
  }
  return [...diagnostics, ...service.configs.flatMap((config) => checkSecrets(service, config))];
}

function checkSecrets(service: Service, config: ResolvedConfig): readonly Diagnostic[] {
  return Object.entries(config.secrets).flatMap(([key, reference]) => {
    const [name = "", ...rest] = reference.split("/");
    const origin = originOf(config, key);
    const at: Location =
      origin === undefined ? { file: service.contract.file } : { file: origin.file, pointer: origin.pointer, on: "value" };
    const place = { at, service: service.id, environments: [config.environment.name], key };
    const secretKey = rest.join("/");
    return [
      ...(isLegal(name, dnsSubdomain) ? [] : [report("VX4002", { what: "the name of a Secret", name, rule: dnsSubdomain.rule }, place)]),
      ...(isLegal(secretKey, dataKey) ? [] : [report("VX4002", { what: "a key of a Secret", name: secretKey, rule: dataKey.rule }, place)]),
    ];
  });
}
