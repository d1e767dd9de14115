import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

const HEAD = { "x-veltrix": { version: "1.0.0" }, type: "object" };

/** `code file key -> suggestions` of each problem of one service with these layers. */
function told(contract: object, layers: { readonly [name: string]: string }): readonly string[] {
  const files: { [path: string]: string } = {
    "schemas/veltrix.yaml": "environments: { dev: {}, prod: {} }\n",
    "schemas/svc/config.schema.json": JSON.stringify({ ...HEAD, ...contract }),
  };
  for (const [name, text] of Object.entries(layers)) files[`schemas/svc/values/${name}.yaml`] = text;
  return compile(new MemoryHost(files)).diagnostics.map(
    ({ code, at, key, suggestions, environments = [] }) =>
      `${code} ${at.file.replace("schemas/svc/values/", "")} ${key} -> ${suggestions.join()} (${environments.join()})`,
  );
}

const MQTT = { properties: { mqtt: { type: "object", properties: { timeoutSeconds: { type: "integer" }, host: { type: "string" } } } } };

describe("findNearMisses", () => {
  it("S16: names an overlay's slip although a lower layer holds the right key", () => {
    const layers = { base: "mqtt: { timeoutSeconds: 5 }\n", prod: "mqtt: { timeoutSecond: 60 }\n" };
    expect(told(MQTT, layers)).toEqual(["VX2002 prod.yaml /mqtt/timeoutSecond -> timeoutSeconds (prod)"]);
  });

  it("S16: names a lower layer's slip although an upper one holds the right key", () => {
    const layers = { base: "mqtt: { timeoutSecond: 60 }\n", prod: "mqtt: { timeoutSeconds: 5 }\n", dev: "mqtt: { timeoutSeconds: 5 }\n" };
    expect(told(MQTT, layers)).toEqual(["VX2002 base.yaml /mqtt/timeoutSecond -> timeoutSeconds (dev,prod)"]);
  });

  it("S16: takes a name that only a lower layer holds for declared", () => {
    const layers = { base: "extra: { endpoint: a, other: { deep: 1 } }\n", prod: "extra: { endpoit: b, other: { deeep: 2 } }\n" };
    expect(told({}, layers)).toEqual([
      "VX2002 prod.yaml /extra/endpoit -> endpoint (prod)",
      "VX2002 prod.yaml /extra/other/deeep -> deep (prod)",
    ]);
  });

  it("says once what stands in base, and not again of a layer that repeats it", () => {
    const layers = { base: "mqtt: { timeoutSecond: 60 }\n", prod: "mqtt: { timeoutSecond: 61 }\n" };
    expect(told(MQTT, layers)).toEqual(["VX2002 base.yaml /mqtt/timeoutSecond -> timeoutSeconds (dev,prod)"]);
  });

  it("leaves a layer alone that writes both names", () => {
    expect(told(MQTT, { base: "mqtt: { timeoutSeconds: 5 }\n", prod: "mqtt: { timeoutSeconds: 6, timeoutSecond: 60 }\n" })).toEqual([]);
  });

  it("takes one more of a numbered series for what it is, and a slip of a declared name that nobody sets for a slip", () => {
    expect(told({}, { base: "extra: { node1: a }\n", prod: "extra: { node2: b }\n" })).toEqual([]);
    const numbered = { properties: { node1: { type: "string" } } };
    expect(told(numbered, { prod: "node2: b\n" })).toEqual(["VX2002 prod.yaml /node2 -> node1 (prod)"]);
  });

  it("says nothing of what a list of the overlay holds: no lower layer stands beside its items", () => {
    expect(told({}, { base: "list: [{ endpoint: a }]\n", prod: "list: [{ endpoit: b }]\n" })).toEqual([]);
  });

  it("knows the keys of an object that a lower layer takes by a reference", () => {
    const contract = {
      properties: {
        shared: { type: "object", properties: { region: { type: "string" } } },
        own: { type: "object" },
      },
    };
    const layers = { base: "shared: { region: eu }\nown: !ref svc#/shared\n", prod: "own: { regon: us }\n" };
    expect(told(contract, layers)).toContain("VX2002 prod.yaml /own/regon -> region (prod)");
  });

  it("only warns in a map, whose names are the user's own", () => {
    const map = { properties: { limits: { type: "object", additionalProperties: { type: "integer" } } } };
    expect(told(map, { base: "limits: { telemetry: 1 }\n", prod: "limits: { telemetri: 2 }\n" })).toEqual([
      "VX2030 prod.yaml /limits/telemetri -> telemetry (prod)",
    ]);
    for (const [below, above] of [
      ["us-east", "us-west"],
      ["node-a", "node-b"],
      ["shard1", "shard2"],
      ["dev", "dep"],
      ["team-blue", "team-blue-eu"],
    ])
      expect(told(map, { base: `limits: { ${below}: 1 }\n`, prod: `limits: { ${above}: 2 }\n` })).toEqual([]);
  });
});
