import { contentHash } from "@veltrix/protocol/kubernetes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Holder, type LiveConfigMap, planPrune, type PruneInput } from "./plan.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const HOUR = 3_600_000;

interface Made {
  readonly service?: string;
  readonly part?: string;
  readonly environment?: string;
  /** Hours before now. */
  readonly age?: number;
  readonly change?: (object: LiveConfigMap) => LiveConfigMap;
}

/** An object of immutable delivery that holds `text`. */
function made(
  text: string,
  { service = "gateway", part = "config", environment = "prod", age = 100, change = (same) => same }: Made = {},
): LiveConfigMap {
  const data = { "config.json": text };
  return change({
    metadata: {
      name: `${service}-${part}-${contentHash(data)}`,
      namespace: "iot",
      uid: `uid-${text}`,
      resourceVersion: "1",
      creationTimestamp: new Date(NOW - age * HOUR).toISOString(),
      labels: { "veltrix.dev/service": service, "veltrix.dev/environment": environment },
      annotations: { "veltrix.dev/fingerprint": `root of ${text}` },
    },
    immutable: true,
    data,
  });
}

function plan(input: Partial<PruneInput>): {
  readonly kept: { readonly [name: string]: readonly string[] };
  readonly removable: readonly string[];
} {
  const { kept, removable } = planPrune({
    environment: "prod",
    configMaps: [],
    holders: [],
    instances: [],
    built: new Set(),
    window: {},
    now: NOW,
    ...input,
  });
  return { kept: Object.fromEntries(kept.map(({ name, reasons }) => [name, reasons])), removable: removable.map(({ name }) => name) };
}

const podSpecs: readonly (readonly [where: string, spec: (name: string) => object])[] = [
  ["a volume", (name) => ({ containers: [], volumes: [{ name: "v", configMap: { name } }] })],
  [
    "a projected volume",
    (name) => ({ containers: [], volumes: [{ name: "v", projected: { sources: [{ secret: { name: "s" } }, { configMap: { name } }] } }] }),
  ],
  ["a variable", (name) => ({ containers: [{ name: "a", env: [{ name: "A", valueFrom: { configMapKeyRef: { name, key: "a" } } }] }] })],
  ["all variables", (name) => ({ containers: [{ name: "a", envFrom: [{ configMapRef: { name } }] }] })],
  [
    "an init container",
    (name) => ({ containers: [], initContainers: [{ name: "a", envFrom: [{ configMapRef: { name, optional: true } }] }] }),
  ],
  ["an ephemeral container", (name) => ({ containers: [], ephemeralContainers: [{ name: "a", envFrom: [{ configMapRef: { name } }] }] })],
];

const shapes: readonly (readonly [kind: string, wrap: (spec: object) => object])[] = [
  ["Pod", (spec) => ({ spec })],
  ["ReplicaSet", (spec) => ({ spec: { replicas: 0, template: { spec } } })],
  ["Deployment", (spec) => ({ spec: { template: { spec } } })],
  ["Job", (spec) => ({ spec: { template: { spec } } })],
  ["CronJob", (spec) => ({ spec: { jobTemplate: { spec: { template: { spec } } } } })],
  ["ReplicationController", (spec) => ({ spec: { replicas: 0, template: { spec } } })],
  ["PodTemplate", (spec) => ({ template: { spec } })],
  ["ControllerRevision", (spec) => ({ data: { spec: { template: { spec } } } })],
];

describe("planPrune", () => {
  it("lets go what nothing holds, and keeps what is built now", () => {
    const [old, current] = [made("old"), made("current", { age: 1 })];
    expect(plan({ configMaps: [old, current], built: new Set([current.metadata.name]) })).toEqual({
      kept: { [current.metadata.name]: ["built now"] },
      removable: [old.metadata.name],
    });
  });

  describe.each(shapes)("keeps what a %s names in", (kind, wrap) => {
    it.each(podSpecs)("%s", (_where, spec) => {
      const object = made("old");
      const holder = { kind, object: { metadata: { name: "x" }, ...wrap(spec(object.metadata.name)) } } as Holder;
      expect(plan({ configMaps: [object], holders: [holder] }).kept).toEqual({ [object.metadata.name]: [`${kind} x`] });
    });
  });

  it("keeps what an instance of the same service holds, with the variables of the same build", () => {
    const pair = [made("old"), made("old", { part: "env" }), made("old", { service: "router" })];
    const { kept, removable } = plan({ configMaps: pair, instances: [{ id: "edge-7", service: "gateway", root: "root of old" }] });
    expect(Object.values(kept)).toEqual([["instance edge-7"], ["instance edge-7"]]);
    expect(removable).toEqual([pair[2]?.metadata.name]);
  });

  it("keeps the newest of each series by count", () => {
    const series = [1, 2, 3, 4].map((age) => made(`v${age}`, { age }));
    const variables = made("v9", { part: "env", age: 900 });
    const { kept, removable } = plan({ configMaps: [...series, variables], window: { keepCount: 2 } });
    expect(new Set(Object.keys(kept))).toEqual(new Set([series[0], series[1], variables].map((object) => object?.metadata.name)));
    expect(new Set(removable)).toEqual(new Set([series[2], series[3]].map((object) => object?.metadata.name)));
  });

  it("counts the time from the moment of replacement: an object that was current for a year may be needed tomorrow", () => {
    const [ancient, older, newest] = [made("a", { age: 9_000 }), made("b", { age: 50 }), made("c", { age: 10 })];
    const names = (hours: number): readonly string[] =>
      plan({ configMaps: [ancient, older, newest], window: { keepFor: hours * HOUR } }).removable;
    expect(names(60)).toEqual([]);
    expect(names(40)).toEqual([ancient.metadata.name]);
    expect(names(5)).toEqual([ancient, older, newest].map(({ metadata }) => metadata.name).sort());
  });

  it("takes an object without a time, or from the future, for new", () => {
    const timeless = made("a", { change: ({ metadata: { creationTimestamp: _time, ...metadata }, ...rest }) => ({ ...rest, metadata }) });
    const future = made("b", { service: "router", age: -5 });
    expect(plan({ configMaps: [timeless, future], window: { keepFor: HOUR } }).removable).toEqual([]);
  });

  const foreign: readonly (readonly [string, (object: LiveConfigMap) => LiveConfigMap])[] = [
    ["is mutable", ({ immutable: _immutable, ...object }) => object],
    ["is mutable by name", (object) => ({ ...object, metadata: { ...object.metadata, name: "gateway-config" } })],
    ["has no label of ours", (object) => ({ ...object, metadata: { ...object.metadata, labels: { "veltrix.dev/service": "gateway" } } })],
    [
      "is another environment's",
      (object) => ({
        ...object,
        metadata: { ...object.metadata, labels: { "veltrix.dev/service": "gateway", "veltrix.dev/environment": "dev" } },
      }),
    ],
    ["is called by the hash of other data", (object) => ({ ...object, data: { "config.json": "another" } })],
    ["holds bytes, which ours never do", (object) => ({ ...object, binaryData: { a: "AA==" } })],
    [
      "is called by a hash and not like the service",
      (object) => ({ ...object, metadata: { ...object.metadata, name: object.metadata.name.replace("config", "other") } }),
    ],
  ];
  it.each(foreign)("never judges an object that %s", (_what, change) => {
    expect(plan({ configMaps: [made("old", { change })] })).toEqual({ kept: {}, removable: [] });
  });

  it("judges one service alone when it is asked to", () => {
    const objects = [made("a"), made("b", { service: "gone" })];
    expect(plan({ configMaps: objects, service: "gone" }).removable).toEqual([objects[1]?.metadata.name]);
  });

  it("never lets go what anything holds, whatever else there is", () => {
    const object = fc.record({
      text: fc.string({ maxLength: 3 }),
      age: fc.integer({ min: 0, max: 99 }),
      part: fc.constantFrom("config", "env"),
      service: fc.constantFrom("a", "b"),
    });
    const scene = fc.record({
      objects: fc.uniqueArray(object, { selector: ({ text, part, service }) => `${service} ${part} ${text}`, maxLength: 8 }),
      picks: fc.array(fc.record({ index: fc.nat(7), shape: fc.nat(shapes.length - 1), spec: fc.nat(podSpecs.length - 1) }), {
        maxLength: 8,
      }),
      built: fc.array(fc.nat(7), { maxLength: 3 }),
      keepCount: fc.option(fc.nat(3), { nil: undefined }),
    });
    fc.assert(
      fc.property(scene, ({ objects, picks, built, keepCount }) => {
        const configMaps = objects.map(({ text, ...options }) => made(text, options));
        const named = (index: number): string => configMaps[index]?.metadata.name ?? "elsewhere";
        const holders = picks.map(({ index, shape, spec }) => {
          const [kind, wrap] = shapes[shape] ?? ["", (same: object) => same];
          return { kind, object: { metadata: { name: "x" }, ...wrap(podSpecs[spec]?.[1](named(index)) ?? {}) } } as Holder;
        });
        const result = plan({
          configMaps,
          holders,
          built: new Set(built.map(named)),
          window: keepCount === undefined ? {} : { keepCount },
        });
        const held = new Set([...picks.map(({ index }) => named(index)), ...built.map(named)]);
        expect(result.removable.filter((name) => held.has(name))).toEqual([]);
        expect([...Object.keys(result.kept), ...result.removable].sort()).toEqual(configMaps.map(({ metadata }) => metadata.name).sort());
        const series = new Set(objects.map(({ service, part }) => `${service}-${part}`));
        if (keepCount !== undefined && keepCount > 0) expect(Object.keys(result.kept).length).toBeGreaterThanOrEqual(series.size);
      }),
      { numRuns: 500 },
    );
  });
});
