import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Document, isRawObject, Overlaid, type RawValue, Reference, Replacement, SecretReference, Unset } from "../read/document.ts";
import { type Layers, layersOf, mergeLayers, writersOf } from "./layers.ts";

function document(name: string, value: RawValue | undefined): Document {
  return { file: `schemas/a/values/${name}.yaml`, text: "", value };
}

/** Layers, nearest first: the value of the environment, then that of base. */
function layers(prod: RawValue, base: RawValue): Layers {
  return [document("prod", prod), document("base", base)];
}

describe("layersOf", () => {
  const files = new Map([
    ["base", document("base", {})],
    ["prod", document("prod", {})],
    ["dev", document("dev", undefined)],
  ]);

  it("puts the environment's file over base.yaml", () => {
    expect(layersOf(files, "prod")?.map(({ file }) => file)).toEqual(["schemas/a/values/prod.yaml", "schemas/a/values/base.yaml"]);
    expect(layersOf(files, "staging")?.map(({ file }) => file)).toEqual(["schemas/a/values/base.yaml"]);
  });

  it("gives nothing where a file could not be parsed", () => {
    expect(layersOf(files, "dev")).toBeUndefined();
  });
});

describe("mergeLayers", () => {
  it.each<[string, RawValue, RawValue, RawValue]>([
    ["objects merge", { a: { x: 1 } }, { a: { y: 2 } }, { a: { y: 2, x: 1 } }],
    ["lists replace", { a: [1] }, { a: [2, 3] }, { a: [1] }],
    ["scalars replace", { a: 1 }, { a: 2 }, { a: 1 }],
    ["an object replaces a list", { a: { x: 1 } }, { a: [1] }, { a: { x: 1 } }],
    ["null replaces", { a: null }, { a: { x: 1 } }, { a: null }],
    ["an empty object removes nothing", { a: {} }, { a: { x: 1 } }, { a: { x: 1 } }],
    [
      "an object waits for the reference that it lies over",
      { a: { x: 1 } },
      { a: new Reference("b", "/c") },
      { a: new Overlaid(new Reference("b", "/c"), [{ file: "schemas/a/values/prod.yaml", value: { x: 1 } }]) },
    ],
    ["an empty object leaves a reference as it is", { a: {} }, { a: new Reference("b", "/c") }, { a: new Reference("b", "/c") }],
    ["an unset key is gone", { a: { x: new Unset() } }, { a: { x: 1, y: 2 } }, { a: { y: 2 } }],
    ["an unset object is gone", { a: new Unset() }, { a: { x: 1 } }, {}],
    ["what replaces merges nothing", { a: new Replacement({ x: 1 }) }, { a: { y: 2 } }, { a: { x: 1 } }],
    ["what replaces does so over a reference too", { a: new Replacement({}) }, { a: new Reference("b", "/c") }, { a: {} }],
    ["a list may say that it replaces", { a: new Replacement([1]) }, { a: [2, 3] }, { a: [1] }],
    [
      "what replaces inside an object merges around it",
      { a: { b: new Replacement({ x: 1 }) } },
      { a: { b: { y: 2 }, c: 3 } },
      { a: { b: { x: 1 }, c: 3 } },
    ],
    ["a reference replaces an object", { a: new Reference("b", "/c") }, { a: { x: 1 } }, { a: new Reference("b", "/c") }],
    [
      "a secret replaces a secret",
      { a: new SecretReference("b", "c") },
      { a: new SecretReference("d", "e") },
      { a: new SecretReference("b", "c") },
    ],
    ["names of Object.prototype are keys", { toString: 1 }, { valueOf: { x: 1 } }, { valueOf: { x: 1 }, toString: 1 }],
  ])("%s", (_name, prod, base, expected) => {
    expect(mergeLayers(layers(prod, base))).toEqual(expected);
  });

  const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<RawValue>;
  const object = fc.dictionary(
    fc.constantFrom("a", "b", "c"),
    fc.oneof(value, fc.dictionary(fc.constantFrom("a", "b"), value)),
  ) as fc.Arbitrary<RawValue>;

  it("changes no layer", () => {
    fc.assert(
      fc.property(object, object, (prod, base) => {
        const before = JSON.stringify([prod, base]);
        mergeLayers(layers(prod, base));
        expect(JSON.stringify([prod, base])).toBe(before);
      }),
    );
  });

  it("gives a layer over itself, and over nothing, as it is", () => {
    fc.assert(
      fc.property(object, (prod) => {
        expect(mergeLayers(layers(prod, prod))).toEqual(prod);
        expect(mergeLayers(layers(prod, {}))).toEqual(prod);
        expect(mergeLayers(layers({}, prod))).toEqual(prod);
      }),
    );
  });

  it("holds at every pointer what the nearest layer that writes it says", () => {
    fc.assert(
      fc.property(object, object, (prod, base) => {
        const both = layers(prod, base);
        for (const [pointer, merged] of leaves(mergeLayers(both), "")) expect(writersOf(both, pointer)[0]?.value).toEqual(merged);
      }),
    );
  });
});

/** Everything that is no object, and objects without members, by pointer. */
function leaves(value: RawValue, pointer: string): readonly (readonly [string, RawValue])[] {
  if (!isRawObject(value) || Object.keys(value).length === 0) return pointer === "" ? [] : [[pointer, value]];
  return Object.entries(value).flatMap(([key, below]) => leaves(below, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`));
}

describe("writersOf", () => {
  const both = layers({ mqtt: { host: "a" } }, { mqtt: { host: "b", port: 1 }, tls: new Reference("broker", "/tls") });

  it("names every layer that writes a value, nearest first", () => {
    expect(writersOf(both, "/mqtt/host").map(({ file, value }) => [file, value])).toEqual([
      ["schemas/a/values/prod.yaml", "a"],
      ["schemas/a/values/base.yaml", "b"],
    ]);
    expect(writersOf(both, "/mqtt/port")).toHaveLength(1);
    expect(writersOf(both, "/mqtt/nothing")).toEqual([]);
    expect(writersOf(both, "/mqtt/toString")).toEqual([]);
  });

  it("names the reference where the value lies inside what it refers to", () => {
    expect(writersOf(both, "/tls/serverName")).toEqual([
      { file: "schemas/a/values/base.yaml", pointer: "/tls", value: new Reference("broker", "/tls") },
    ]);
  });
});
