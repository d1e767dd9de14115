// VX1123: a rule for one type refuses no value of another.
import type { JsonObject } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

function warningsOf(a: JsonObject, $defs: JsonObject = {}): readonly string[] {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, $defs, properties: { a } };
  const files = { "schemas/veltrix.yaml": "environments: { dev: {} }\n", "schemas/probe/config.schema.json": JSON.stringify(contract) };
  return compile(new MemoryHost(files)).diagnostics.map(({ code, at }) => `${code} ${at.pointer ?? ""}`);
}

describe("a schema without type", () => {
  it.each([
    [{ minimum: 1 }, "/properties/a/minimum"],
    [{ maxLength: 3, pattern: "^a" }, "/properties/a/maxLength"],
    [{ properties: { b: { type: "string" } }, required: ["b"] }, "/properties/a/properties"],
    [{ items: { type: "string" }, description: "names" }, "/properties/a/items"],
    [{ type: "array", items: { minimum: 1 } }, "/properties/a/items/minimum"],
    [{ type: "object", additionalProperties: { format: "email" } }, "/properties/a/additionalProperties/format"],
    [{ type: "object", patternProperties: { "^x": { multipleOf: 2 } } }, "/properties/a/patternProperties/^x/multipleOf"],
  ])("reports VX1123 for %j", (schema, at) => {
    expect(warningsOf(schema)).toEqual([`VX1123 ${at}`]);
  });

  it.each<JsonObject>([
    {},
    { description: "anything" },
    { constructor: 1 },
    { minimum: 1, maxLength: 3 },
    { enum: [1, 2], maximum: 3 },
    { const: "x", minLength: 1 },
    { type: ["integer", "string"], minimum: 1 },
    { allOf: [{ type: "integer" }], minimum: 1 },
    { type: "object", anyOf: [{ required: ["b"] }, { required: ["c"] }], properties: { b: true, c: true } },
    { type: "object", if: { properties: { b: { const: 1 } } }, else: { required: ["c"] }, properties: { b: true, c: true } },
  ])("reports nothing for %j", (schema) => {
    // An unknown keyword has its own problem.
    expect(warningsOf(schema).filter((warning) => warning.startsWith("VX1123"))).toEqual([]);
  });

  it("says nothing of a definition that may be a part, nor of a rule beside a $ref", () => {
    expect(warningsOf({ $ref: "#/$defs/part", minimum: 2 }, { part: { type: "integer" }, other: { required: ["b"] } })).toEqual([]);
  });

  it("counts further places of one rule", () => {
    const contract = { type: "object", properties: { b: { minimum: 1 }, c: { minimum: 2 } } } as const;
    expect(warningsOf(contract)).toEqual(["VX1123 /properties/a/properties/b/minimum"]);
  });
});
