// Random differences and random rewrites that are none, of a service that is deployed as it was built.
import { appendToken, type JsonObject, type JsonValue, leavesOf, parsePointer } from "@veltrix/protocol";
import type { ExpectedService } from "@veltrix/protocol/kubernetes";

/** Numbers from a seed (mulberry32). */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** 0 to below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** One of `items`, which are not none. */
  pick<Item>(items: readonly Item[]): Item {
    // The index is below the length.
    return items[Math.floor(this.next() * items.length)] as Item;
  }
  shuffle<Item>(items: readonly Item[]): readonly Item[] {
    return items
      .map((item) => ({ item, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  }
}

/** A ConfigMap or a Deployment as a test writes it. */
export interface Written {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Texts; readonly annotations?: Texts };
  readonly data?: Texts;
  readonly spec?: unknown;
}
type Texts = { readonly [name: string]: string };

/** An object to put in the place of one that is there; without one, that is deleted. */
export interface Change {
  readonly name: string;
  readonly object: Written | undefined;
  /** What the detector must say, as `brief` writes it. */
  readonly findings: readonly string[];
}

/** The two ConfigMaps of a service as they were built. */
export function builtObjects({ config, variables }: ExpectedService): readonly Written[] {
  return [config, variables].filter((object) => object !== undefined);
}

type Tree = { [key: string]: JsonValue };

/** One random difference. */
export function randomDifference(service: ExpectedService, random: Random): Change {
  const [config, variables] = builtObjects(service) as [Written, Written];
  const id = service.service;
  const leaf = random.pick(leavesOf(service.value));
  const value = structuredClone(service.value) as Tree;
  const withConfig = (data: Texts): Written => ({ ...config, data: { ...config.data, ...data } });
  const valueIn = (edited: JsonObject): Written => withConfig({ "config.json": `${JSON.stringify(edited, undefined, 2)}\n` });
  const { "config.json": _config, ...withoutConfig } = config.data ?? {};
  const { "veltrix.json": hashesText = "", ...withoutHashes } = config.data ?? {};
  const hashes = JSON.parse(hashesText) as { leaves: { [pointer: string]: string }; root: string };
  const variable = random.pick(Object.keys(variables.data ?? {}));
  const label = random.pick(["veltrix.dev/service", "veltrix.dev/environment", "app.kubernetes.io/name"]);
  const annotation = random.pick(Object.keys(config.metadata.annotations ?? {}));
  const { [label]: _label, ...otherLabels } = config.metadata.labels ?? {};
  const { [variable]: variableText = "", ...otherVariables } = variables.data ?? {};
  const changes: readonly (() => Omit<Change, "name"> & { readonly name?: string })[] = [
    () => ({
      object: valueIn(setAt(value, leaf.pointer, mutate(leaf.value))),
      findings: [`edited-in-cluster changed ${id} ${leaf.pointer}`],
    }),
    () => ({
      object: valueIn(setAt(value, leaf.pointer, mutate(leaf.value))),
      findings: [`edited-in-cluster changed ${id} ${leaf.pointer}`],
    }),
    () => ({ object: valueIn(setAt(value, "/added", 1)), findings: [`edited-in-cluster added ${id} /added`] }),
    () => ({ object: valueIn(setAt(value, leaf.pointer, undefined)), findings: [`edited-in-cluster missing ${id} ${leaf.pointer}`] }),
    () => ({
      object: withConfig({
        "veltrix.json": JSON.stringify({ ...hashes, leaves: { ...hashes.leaves, [leaf.pointer]: `v1:sha256:${"0".repeat(64)}` } }),
      }),
      findings: [`deployed-inconsistent changed ${id} ${leaf.pointer}`],
    }),
    () => ({
      object: withConfig({ "veltrix.json": JSON.stringify({ ...hashes, root: `v1:sha256:${"0".repeat(64)}` }) }),
      findings: [`deployed-inconsistent changed ${id} /data/veltrix.json`],
    }),
    () => ({ object: { ...config, data: withoutHashes }, findings: [`deployed-inconsistent missing ${id} /data/veltrix.json`] }),
    () => ({ object: { ...config, data: withoutConfig }, findings: [`edited-in-cluster missing ${id} /data/config.json`] }),
    () => ({ object: withConfig({ "config.json": "{" }), findings: [`edited-in-cluster changed ${id} /data/config.json`] }),
    () => ({ object: withConfig({ "note.txt": "x" }), findings: [`edited-in-cluster added ${id} /data/note.txt`] }),
    () => ({
      object: { ...config, metadata: { ...config.metadata, labels: otherLabels } },
      findings: [`edited-in-cluster missing ${id} ${appendToken("/metadata/labels", label)}`],
    }),
    () => ({
      object: { ...config, metadata: { ...config.metadata, annotations: { ...config.metadata.annotations, [annotation]: "x" } } },
      findings: [`edited-in-cluster changed ${id} ${appendToken("/metadata/annotations", annotation)}`],
    }),
    () => ({
      name: variables.metadata.name,
      object: { ...variables, data: { ...variables.data, [variable]: `${variableText}0` } },
      findings: [`edited-in-cluster changed ${id} ${service.variablePointers[variable]}`],
    }),
    () => ({
      name: variables.metadata.name,
      object: { ...variables, data: otherVariables },
      findings: [`edited-in-cluster missing ${id} ${service.variablePointers[variable]}`],
    }),
    () => ({ object: undefined, findings: [`edited-in-cluster object-missing ${id} ${config.metadata.name}`] }),
  ];
  return { name: config.metadata.name, ...random.pick(changes)() };
}

/** The same object in another form. */
export function randomRewrite(service: ExpectedService, random: Random): Written {
  const [config, variables] = builtObjects(service) as [Written, Written];
  const reworded = (name: string): string => rewrite(JSON.parse(config.data?.[name] ?? ""), random, random.pick(["", " ", "  ", "\t"]));
  const labelled = (object: Written): Written => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, "app.kubernetes.io/managed-by": "Helm", team: `t${Math.floor(random.next() * 1e6)}` },
      annotations: { ...object.metadata.annotations, "example.test/note": `${random.next()}` },
    },
  });
  const line = random.pick(["", "\n", "\r\n", " \n\n"]);
  return random.pick([
    () => ({ ...config, data: { ...config.data, "config.json": reworded("config.json") + line } }),
    () => ({ ...config, data: { ...config.data, "veltrix.json": reworded("veltrix.json") + line } }),
    () => ({ ...config, data: { "veltrix.json": reworded("veltrix.json"), "config.json": reworded("config.json") } }),
    () => labelled(config),
    () => labelled(variables),
    () => labelled({ ...config, data: { ...config.data, "config.json": reworded("config.json") } }),
  ])();
}

/** The same JSON value, written in another way. */
function rewrite(value: JsonValue, random: Random, space: string): string {
  const gap = space === "" ? "" : `\n${space}`;
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => gap + rewrite(item, random, space)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = random
      .shuffle(Object.entries(value))
      .map(([key, member]) => `${gap}${text(key, random)}:${space}${rewrite(member, random, space)}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "string") return text(value, random);
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 1e6)
    return random.pick([`${value}`, `${value}.0`, `${value}e0`, `${value * 10}e-1`]);
  return JSON.stringify(value);
}

function text(value: string, random: Random): string {
  if (random.next() < 0.8) return JSON.stringify(value);
  return `"${[...value].map((unit) => [...Array(unit.length).keys()].map((at) => `\\u${unit.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")).join("")}"`;
}

function mutate(value: JsonValue): JsonValue {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return `${value}x`;
  if (Array.isArray(value)) return [...value, "x"];
  return "x";
}

function setAt(tree: Tree, pointer: string, value: JsonValue | undefined): JsonObject {
  const tokens = parsePointer(pointer) ?? [];
  const last = tokens.at(-1) ?? "";
  let at = tree;
  for (const token of tokens.slice(0, -1)) at = at[token] as Tree;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return tree;
}
