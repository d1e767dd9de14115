// Values that pretend to be texts, and references that lead back to where nothing was expected: found by the fuzzer.
import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";
import { validateValue } from "../validate/interpreter.ts";

function compileWith(contract: object, values?: object, settings = "environments: { dev: {} }\n"): ReturnType<typeof compile> {
  const whole = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, ...contract };
  return compile(
    new MemoryHost({
      "schemas/veltrix.yaml": settings,
      "schemas/probe/config.schema.json": JSON.stringify(whole),
      ...(values === undefined ? {} : { "schemas/probe/values/base.yaml": JSON.stringify(values) }),
    }),
  );
}

const codesOf = (...args: Parameters<typeof compileWith>): readonly string[] => compileWith(...args).diagnostics.map(({ code }) => code);
/** Throws when it is made a text. */
const trap = { toString: 1, valueOf: 1 };

describe("S6: objects with a toString of their own", () => {
  it("are named in problems like any other value", () => {
    expect(codesOf({ "x-veltrix": { version: trap } })).toEqual(["VX3009"]);
    expect(codesOf({ "x-veltrix": { version: "1.0.0", dependsOn: { other: trap } } })).toEqual(["VX3009"]);
    expect(codesOf({ "x-veltrix": trap })).toContain("VX1108");
    expect(codesOf({ required: ["a"], properties: { a: { enum: [trap, 1] } } }, {})).toEqual(["VX2001"]);
    expect(codesOf({ properties: { a: { type: "integer" } } }, { a: trap })).toEqual(["VX2003"]);
    expect(codesOf({ properties: { a: { const: trap } } }, { a: 1 })).toEqual(["VX2006"]);
    expect(codesOf({ properties: { a: { type: [trap] } } })).toEqual(["VX1101"]);
  });

  it("leave numbers that are none to their own problem", () => {
    const files = (contract: string, values: string): ReturnType<typeof compile> =>
      compile(
        new MemoryHost({
          "schemas/veltrix.yaml": "environments: { dev: {} }\n",
          "schemas/probe/config.schema.json": `{ "x-veltrix": { "version": "1.0.0" }, "type": "object", "properties": { "a": ${contract} } }`,
          "schemas/probe/values/base.yaml": values,
        }),
      );
    expect(files('{ "x-secret": 1e999 }', "{}\n").diagnostics.map(({ code }) => code)).toContain("VX1013");
    expect(files('{ "const": [1e999] }', "a: [1]\n").diagnostics.map(({ code }) => code)).toContain("VX1013");
    expect(files('{ "enum": [[1]] }', "a: [.inf]\n").diagnostics.map(({ code }) => code)).toContain("VX1013");
    expect(files('{ "enum": [[1]] }', "a: [.nan]\n").diagnostics.map(({ code }) => code)).toContain("VX1013");
  });

  it("are no settings", () => {
    expect(codesOf({}, undefined, `environments: { dev: {} }\noutputs: { package: { toString: 1 }, folder: { toString: 1 } }\n`)).toEqual([
      "VX1009",
      "VX1009",
    ]);
  });
});

describe("S3: a reference to a key above it", () => {
  const node = {
    type: "object",
    additionalProperties: false,
    properties: { name: { type: "string" }, next: { $ref: "#/properties/first" } },
  };

  it("is recursion", () => {
    const { model, diagnostics } = compileWith({ properties: { first: node } }, { first: { name: "a", next: { next: {} } } });
    expect(diagnostics).toEqual([]);
    const schema = model?.services[0]?.contract.delivered ?? {};
    expect(validateValue(schema, { first: { next: { next: { name: 1 } } } }).map(({ pointer }) => pointer)).toEqual([
      "/first/next/next/name",
    ]);
  });

  it("is recursion in lists and from another key too", () => {
    const list = {
      type: "array",
      items: { type: "object", additionalProperties: false, properties: { below: { $ref: "#/properties/list" } } },
    };
    const { model, diagnostics } = compileWith({ properties: { other: { $ref: "#/properties/list" }, list } });
    expect(diagnostics).toEqual([]);
    const schema = model?.services[0]?.contract.delivered ?? {};
    for (const key of ["other", "list"]) {
      expect(validateValue(schema, { [key]: [{ below: [{}] }] })).toEqual([]);
      expect(validateValue(schema, { [key]: [{ below: [1] }] })).toHaveLength(1);
    }
  });

  it("is recursion whatever the definition is called", () => {
    const $defs = { toString: { type: "object", additionalProperties: false, properties: { valueOf: { $ref: "#/$defs/toString" } } } };
    const { model, diagnostics } = compileWith({ $defs, properties: { hasOwnProperty: { $ref: "#/$defs/toString" } } });
    expect(diagnostics).toEqual([]);
    const schema = model?.services[0]?.contract.delivered ?? {};
    expect(validateValue(schema, JSON.parse('{ "hasOwnProperty": { "valueOf": { "valueOf": {} } } }'))).toEqual([]);
    expect(validateValue(schema, JSON.parse('{ "hasOwnProperty": { "valueOf": { "valueOf": 1 } } }'))).toHaveLength(1);
  });
});
