import { expect, it } from "vitest";
import type { ConfigMap, ExternalSecretSpec } from "@veltrix/protocol/kubernetes";
import { compareService } from "./compare.ts";
import { applied, built, edited } from "./testing/built.ts";

const seed = Number(process.env["VELTRIX_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

/** Whole numbers below `bound`, from a seed. */
function numbers(from: number): (bound: number) => number {
  let state = from >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\\",
  "\\ud800",
  "__proto__",
  "constructor",
  "1e999",
  "-0",
  "null",
  "[[[[[[[[",
  "\u0000",
  "/~",
  "é",
];

function mutate(text: string, next: (bound: number) => number): string {
  let changed = text;
  for (let times = 1 + next(4); times > 0; times--) {
    const at = next(changed.length + 1);
    const piece = next(3) === 0 ? "" : (PIECES[next(PIECES.length)] ?? "");
    changed = changed.slice(0, at) + piece + changed.slice(at + next(6));
  }
  return changed;
}

const expected = built();
const config = applied(expected.config);
const state = (live: ConfigMap): Parameters<typeof compareService>[1] => ({
  config: live,
  variables: expected.variables === undefined ? undefined : applied(expected.variables),
  strays: [],
  workload: undefined,
  wasDeleted: () => false,
});

it(`judges 5,000 broken ConfigMaps without a fault of its own (VELTRIX_SEED=${seed})`, () => {
  const next = numbers(seed);
  let told = 0;
  for (let round = 0; round < 5_000; round++) {
    const name = next(2) === 0 ? "config.json" : "veltrix.json";
    const findings = compareService(expected, state(edited(config, { [name]: mutate(config.data?.[name] ?? "", next) })));
    if (findings.length > 0) told++;
    for (const { pointer, field } of findings) expect(`${pointer}${field}`).not.toBe("");
  }
  // Some mutations write the same value in another way, or touch a hash of the bytes alone.
  expect(told).toBeGreaterThan(4_000);
});

it(`judges 2,000 broken ExternalSecrets without a fault of its own (VELTRIX_SEED=${seed})`, () => {
  const next = numbers(seed);
  const entry = { secretKey: "password", remoteRef: { key: "kv/mqtt", property: "password" } };
  const target = { name: "gateway-mqtt", creationPolicy: "Owner" } as const;
  const spec: ExternalSecretSpec = { refreshInterval: "1h", secretStoreRef: { name: "vault", kind: "SecretStore" }, target, data: [entry] };
  const metadata = { ...expected.config.metadata, name: "gateway-mqtt" };
  const head = { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret" } as const;
  const service = { ...expected, externalSecrets: [{ ...head, metadata, spec }] };
  const junk = [null, [], {}, "", "x", 0, true, [null], [[]], { name: [] }, { data: { password: "hunter2" } }, "\ud800", "__proto__"];
  const pick = (): unknown => junk[next(junk.length)];
  /** The same with one member, somewhere, that is something else. */
  const broken = (value: unknown): unknown => {
    if (next(4) === 0 || typeof value !== "object" || value === null) return pick();
    if (Array.isArray(value)) return next(2) === 0 ? [...value, pick()] : value.map(broken);
    const names = [...Object.keys(value), "dataFrom", "template", "version", "sourceRef", "constructor"];
    const name = names[next(names.length)] ?? "";
    return { ...value, [name]: broken((value as { readonly [name: string]: unknown })[name]) };
  };
  let told = 0;
  for (let round = 0; round < 2_000; round++) {
    const live = { metadata, spec: broken(spec) };
    const findings = compareService(service, { ...state(config), externalSecrets: new Map([["gateway-mqtt", live]]) });
    if (findings.length > 0) told++;
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  }
  expect(told).toBeGreaterThan(1_000);
});

const metadataFields = ["/metadata/labels/veltrix.dev~1service", "/metadata/labels/veltrix.dev~1environment"].concat(
  ["contract", "contract-version", "fingerprint"].map((name) => `/metadata/annotations/veltrix.dev~1${name}`),
);
const noFiles = ["deployed-inconsistent missing /data/veltrix.json", "edited-in-cluster missing /data/config.json"];

it.each<[string, ConfigMap, readonly string[]]>([
  [
    "nothing but a name",
    { metadata: { name: "gateway-config", namespace: "iot" } },
    [...noFiles, ...metadataFields.map((field) => `edited-in-cluster missing ${field}`)],
  ],
  ["no managed fields", { ...config, metadata: { ...expected.config.metadata } }, []],
  [
    "binary data alone",
    { ...config, data: {}, binaryData: { "config.json": "e30=" } },
    [...noFiles, "edited-in-cluster added /binaryData/config.json"],
  ],
  [
    "values 100,000 levels deep",
    edited(config, { "config.json": `{"port":${"[".repeat(100_000)}${"]".repeat(100_000)}}` }),
    ["edited-in-cluster changed /data/config.json"],
  ],
  [
    "a megabyte in one text",
    edited(config, { "config.json": `{"port":"${"x\\n".repeat(400_000)}"}` }),
    ["edited-in-cluster missing /data/config.json#/mqtt/keepAlive", "edited-in-cluster changed /data/config.json#/port"],
  ],
])("tells what is wrong with a ConfigMap with %s, and who wrote none of it", (_what, live, told) => {
  const tell = (object: ConfigMap): readonly string[] =>
    compareService(expected, state(object)).map(
      ({ hop, kind, pointer, field }) => `${hop} ${kind} ${field ?? ""}${pointer === "" ? "" : `#${pointer}`}`,
    );
  expect(tell(live)).toEqual(told);
  const { managedFields: _fields, ...metadata } = live.metadata;
  expect(tell({ ...live, metadata: { ...metadata, labels: {} } })).toEqual(
    expect.arrayContaining([...told, ...metadataFields.slice(0, 2).map((field) => `edited-in-cluster missing ${field}`)]),
  );
});
