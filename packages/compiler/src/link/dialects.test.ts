// What older drafts and other tools write into schemas: kept where it means something, said where it does not.
import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";
import { validateValue } from "../validate/interpreter.ts";

function compileContract(contract: object): ReturnType<typeof compile> {
  const whole = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, ...contract };
  return compile(
    new MemoryHost({ "schemas/veltrix.yaml": "environments: { dev: {} }\n", "schemas/probe/config.schema.json": JSON.stringify(whole) }),
  );
}

const codesOf = (contract: object): readonly string[] => compileContract(contract).diagnostics.map(({ code }) => code);

describe("older drafts", () => {
  it("reads draft-04: its id, and limits that are no values themselves", () => {
    const { model, diagnostics } = compileContract({
      $schema: "http://json-schema.org/draft-04/schema#",
      id: "http://example.org/probe.json",
      properties: {
        a: { type: "number", minimum: 1, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        b: { type: "number", maximum: 5, exclusiveMaximum: true },
      },
    });
    expect(diagnostics).toEqual([]);
    const schema = model?.services[0]?.contract.delivered ?? {};
    const isValid = (value: { readonly [key: string]: number }): boolean => validateValue(schema, value).length === 0;
    expect([1, 1.5, 9, 9.5].map((a) => isValid({ a }))).toEqual([false, true, true, false]);
    expect([4.9, 5].map((b) => isValid({ b }))).toEqual([true, false]);
    expect(schema["properties"]).toMatchObject({ a: { exclusiveMinimum: 1, maximum: 9 }, b: { exclusiveMaximum: 5 } });
  });

  it("reads draft-06 as draft-07", () => {
    const $schema = "http://json-schema.org/draft-06/schema#";
    expect(codesOf({ $schema, properties: { a: { contains: { const: 1 }, exclusiveMinimum: 1 } } })).toEqual([]);
    expect(codesOf({ $schema, definitions: { n: true }, properties: { a: { $ref: "#/definitions/n", minimum: 1 } } })).toEqual(["VX1111"]);
  });

  it.each([
    ["draft-04's id below the root", { $schema: "http://json-schema.org/draft-04/schema#", properties: { a: { id: "#a" } } }, ["VX1102"]],
    ["draft-04's id in 2020-12", { id: "http://example.org/probe.json" }, ["VX1102"]],
    ["a limit that is true, in 2020-12", { properties: { a: { minimum: 1, type: "number", exclusiveMinimum: true } } }, ["VX1101"]],
    ["draft-03", { $schema: "http://json-schema.org/draft-03/schema#" }, ["VX1101"]],
  ])("S8: refuses %s", (_name, contract, codes) => {
    expect(codesOf(contract)).toEqual(codes);
  });
});

describe("words of other tools", () => {
  it("reports VX1109 and VX1110 once a word, and leaves the word out of everything", () => {
    const key = { type: "string", order: 1, format: "mac-address" };
    const { model, diagnostics } = compileContract({ properties: { a: key, b: key, c: key } });
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "VX1109 nothing checks `order`: it is not a keyword of JSON Schema or of Veltrix, here and in 2 more places",
      "VX1110 nothing checks the format `mac-address`, here and in 2 more places",
    ]);
    expect(JSON.stringify(model?.services[0]?.contract.schema)).not.toContain("order");
  });

  it("reports VX1111 for a rule beside a $ref before 2020-12, and not for what only describes", () => {
    const $schema = "http://json-schema.org/draft-07/schema#";
    const definitions = { port: { type: "integer" } };
    const $ref = "#/definitions/port";
    expect(codesOf({ $schema, definitions, properties: { a: { $ref, description: "A.", "x-exported": true } } })).toEqual([]);
    expect(codesOf({ $schema, definitions, properties: { a: { $ref, type: "integer" }, b: { $ref, type: "integer" } } })).toEqual([
      "VX1111",
    ]);
    expect(codesOf({ definitions, properties: { a: { $ref, minimum: 1 } } })).toEqual([]);
  });

  it.each(["nullable", "divisibleBy", "min", "tsType", "propertees", "$recursiveRef", "patern", "secret", "discriminator"])(
    "S8: refuses `%s`, which is a rule somewhere",
    (keyword) => {
      expect(codesOf({ properties: { a: { type: "string", [keyword]: true } } })).toEqual(["VX1102"]);
    },
  );

  it("S8: refuses a format that nearly is one", () => {
    expect(codesOf({ properties: { a: { type: "string", format: "emial" } } })).toEqual(["VX1101"]);
  });

  it("accepts an empty list of examples", () => {
    expect(codesOf({ properties: { a: { examples: [] } } })).toEqual([]);
  });
});

describe("$schema", () => {
  it.each([
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2020-12/schema#",
    "http://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/schema#",
    "http://json-schema.org/schema",
    "https://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema#",
    "https://json-schema.org/draft-04/schema#",
    "https://json-schema.org/draft/2019-09/schema",
  ])("is taken as %s", ($schema) => {
    expect(codesOf({ $schema, properties: { a: { type: "string" } } })).toEqual([]);
  });

  it.each<[string, object]>([
    ["items", { type: "array", items: [{ type: "string" }] }],
    ["additionalItems", { type: "array", additionalItems: false }],
    ["unevaluatedItems", { type: "array", unevaluatedItems: false }],
    ["$recursiveRef", { $recursiveRef: "#" }],
  ])("of 2019-09 is refused where `%s` means something else", (keyword, schema) => {
    const [problem, ...more] = compileContract({
      $schema: "https://json-schema.org/draft/2019-09/schema",
      properties: { a: schema },
    }).diagnostics;
    expect([problem?.code, more.length]).toEqual(["VX1101", 0]);
    expect(problem?.message).toContain(`\`${keyword}\` of draft 2019-09`);
  });

  it.each([
    ["http://json-schema.org/draft-7/schema#", 'did you mean "http://json-schema.org/draft-07/schema"?'],
    ["https://json-schema.org/draft/2020-21/schema", 'did you mean "https://json-schema.org/draft/2020-12/schema"?'],
    ["https://example.org/mine", "draft-04, draft-06 and draft-07 are read too"],
  ])("%s is refused with what was meant", ($schema, hint) => {
    const [problem] = compileContract({ $schema }).diagnostics;
    expect(problem).toMatchObject({ code: "VX1101" });
    expect(problem?.message).toContain($schema);
    expect(problem?.hint).toContain(hint);
  });
});

describe("words of other tools", () => {
  it("takes `example`, which describes", () => {
    expect(codesOf({ properties: { a: { type: "string", example: "b" } } })).toEqual([]);
  });

  it("says what a bound of 64-bit integers means here", () => {
    const text = '{"x-veltrix":{"version":"1.0.0"},"type":"object","properties":{"a":{"type":"integer","maximum":9223372036854775807}}}';
    const host = new MemoryHost({ "schemas/veltrix.yaml": "environments: { dev: {} }\n", "schemas/probe/config.schema.json": text });
    const [problem] = compile(host).diagnostics;
    expect([problem?.code, problem?.hint]).toEqual([
      "VX1013",
      "remove this bound of 64-bit integers: every number here is between -9007199254740991 and 9007199254740991 anyway",
    ]);
  });
});
