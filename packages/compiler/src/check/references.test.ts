import { describe, expect, it } from "vitest";
import type { Compilation } from "../compilation.ts";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";
import type { JsonSchema } from "../model.ts";
import { compareContracts } from "../link/agreement.ts";

const object = (properties: { readonly [name: string]: JsonSchema }, required: readonly string[] = []): Exclude<JsonSchema, boolean> => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

describe("a reference to what is not exported", () => {
  const whole = (properties: Parameters<typeof object>[0]): object => object(properties) as object;
  const consumer = {
    ...whole({ url: { type: "string", "x-type": "url" }, port: { type: "integer" } }),
    "x-veltrix": { version: "1.0.0", dependsOn: { broker: "^1.0.0" } },
  };
  const provider = {
    ...whole({
      host: { type: "string" },
      port: { type: "integer" },
      link: { type: "string", "x-type": "url", "x-exported": true },
      public: { ...whole({ url: { type: "string", "x-type": "url" } }), "x-exported": true },
    }),
    "x-veltrix": { version: "1.0.0" },
  };
  const ours = { consumer, provider, provided: "{ host: h, port: 1, link: https://a.example, public: { url: https://b.example } }" };
  const told = (values: string, of: { consumer: object; provider: object; provided: string } = ours): readonly string[] =>
    compile(
      new MemoryHost({
        "schemas/veltrix.yaml": "environments: { dev: {} }\n",
        "schemas/gateway/config.schema.json": JSON.stringify(of.consumer),
        "schemas/gateway/values/base.yaml": values,
        "schemas/broker/config.schema.json": JSON.stringify(of.provider),
        "schemas/broker/values/base.yaml": of.provided,
      }),
    ).diagnostics.map(({ code, hint }) => `${code} ${hint}`);

  it("reports VX3003 alone, and names the exported keys that fit, when its value could never be taken", () => {
    expect(told("{ url: !ref broker#/port, port: 2 }")).toEqual([
      "VX3003 refer to `!ref broker#/public/url` or `!ref broker#/link`, which fits this key, or write a value here",
    ]);
  });

  it("names the exported key of the same name first, however the name is escaped in a pointer", () => {
    const named = { ...whole({ "bro/ker": { type: "string", "x-type": "url" } }), "x-veltrix": consumer["x-veltrix"] };
    const exported = { type: "string", "x-type": "url", "x-exported": true };
    const others = { ...whole({ a: exported, port: { type: "integer" }, "bro/ker": exported }), "x-veltrix": { version: "1.0.0" } };
    const values = { gateway: '{ "bro/ker": !ref broker#/port }', broker: "{ port: 1 }" };
    expect(told(values.gateway, { consumer: named, provider: others, provided: values.broker })).toEqual([
      "VX3003 refer to `!ref broker#/bro~1ker` or `!ref broker#/a`, which fits this key, or write a value here",
    ]);
  });

  it("finds no item under the `length` of a list", () => {
    const list = { type: "array", items: { type: "integer" }, "x-exported": true };
    const of = {
      consumer: { ...whole({ port: { type: "integer" } }), "x-veltrix": consumer["x-veltrix"] },
      provider: { ...whole({ list }), "x-veltrix": { version: "1.0.0" } },
      provided: "{ list: [7, 8] }",
    };
    expect(told("{ port: !ref broker#/list/1 }", of)).toEqual([]);
    expect(told("{ port: !ref broker#/list/length }", of).map((problem) => problem.slice(0, 6))).toEqual(["VX3008"]);
  });

  it("reports VX3003, and whom to ask, when it could be taken", () => {
    expect(told("{ url: https://a.example, port: !ref broker#/port }")).toEqual([
      'VX3003 ask the owner of broker to add `"x-exported": true` to that key, or refer to an exported one',
    ]);
  });

  it.each([
    ["broker.public.url", "write `!ref broker#/public/url`"],
    ["broker#public/url", "write `!ref broker#/public/url`"],
    ["broker/public/url", "write `!ref broker#/public/url`"],
    ["broker:public/url", "write `!ref broker#/public/url`"],
    ["broker", "write `!ref <service>#/<path>/<to>/<key>`"],
  ])("reports VX2013 for %s, and what was meant", (written, hint) => {
    expect(told(`{ url: !ref "${written}", port: 2 }`).filter((problem) => problem.startsWith("VX2013"))).toEqual([`VX2013 ${hint}`]);
  });
});

describe("compareContracts: what one key may hold against what another takes", () => {
  it.each<[string, JsonSchema, JsonSchema, string]>([
    ["the same type", { type: "string" }, { type: "string" }, "fits"],
    ["anything to anything", {}, {}, "fits"],
    ["anything to a text", {}, { type: "string" }, "wider"],
    ["an integer to a number", { type: "integer" }, { type: "number" }, "fits"],
    ["a number to an integer", { type: "number" }, { type: "integer" }, "wider"],
    ["steps of one to an integer", { type: "number", multipleOf: 1 }, { type: "integer" }, "fits"],
    ["a text to an integer", { type: "string" }, { type: "integer" }, "never"],
    ["a list to an object", { type: "array" }, { type: "object" }, "never"],
    ["a text or null to a text", { type: ["string", "null"] }, { type: "string" }, "wider"],
    ["a text to a text or null", { type: "string" }, { type: ["string", "null"] }, "fits"],
    ["a narrower range", { type: "integer", minimum: 1, maximum: 9 }, { type: "integer", minimum: 0, maximum: 10 }, "fits"],
    ["an equal range, open and closed", { type: "integer", exclusiveMinimum: 0 }, { type: "integer", minimum: 1 }, "fits"],
    ["a wider range", { type: "integer", minimum: 0 }, { type: "integer", minimum: 1 }, "wider"],
    ["ranges apart", { type: "integer", maximum: 1023 }, { type: "integer", minimum: 1024 }, "never"],
    ["open ranges that touch", { type: "number", exclusiveMaximum: 1 }, { type: "number", minimum: 1 }, "never"],
    ["closed ranges that touch", { type: "number", maximum: 1 }, { type: "number", minimum: 1 }, "wider"],
    ["steps that divide", { type: "integer", multipleOf: 10 }, { type: "integer", multipleOf: 5 }, "fits"],
    ["steps that do not", { type: "integer", multipleOf: 4 }, { type: "integer", multipleOf: 5 }, "unproved"],
    ["a shorter text", { type: "string", maxLength: 5 }, { type: "string", maxLength: 9 }, "fits"],
    ["lengths apart", { type: "string", maxLength: 5 }, { type: "string", minLength: 9 }, "never"],
    ["an equal pattern", { type: "string", pattern: "^a" }, { type: "string", pattern: "^a" }, "fits"],
    ["another pattern", { type: "string", pattern: "^ab" }, { type: "string", pattern: "^a" }, "unproved"],
    ["no pattern", { type: "string" }, { type: "string", pattern: "^a" }, "wider"],
    ["an equal unit", { type: "string", "x-type": "duration" }, { type: "string", "x-type": "duration" }, "fits"],
    ["a list of words to a text", { enum: ["a", "b"] }, { type: "string", maxLength: 1 }, "fits"],
    ["some of the words", { enum: ["a", "bb"] }, { type: "string", maxLength: 1 }, "wider"],
    ["none of the words", { enum: ["aa", "bb"] }, { enum: ["a", "b"] }, "never"],
    ["a text to a list of words", { type: "string" }, { enum: ["a"] }, "wider"],
    ["a number to a list of words", { type: "number" }, { enum: ["a"] }, "never"],
    ["a flag to both its values", { type: "boolean" }, { enum: [true, false] }, "fits"],
    ["a constant", { const: 5 }, { type: "integer", maximum: 4 }, "never"],
    ["items that fit", { type: "array", items: { type: "integer" } }, { type: "array", items: { type: "number" } }, "fits"],
    ["items apart, perhaps none", { type: "array", items: { type: "integer" } }, { type: "array", items: { type: "string" } }, "wider"],
    [
      "items apart, at least one",
      { type: "array", minItems: 1, items: { type: "integer" } },
      { type: "array", items: { type: "string" } },
      "never",
    ],
    ["places in a list", { type: "array", prefixItems: [{}] }, { type: "array", items: { type: "string" } }, "unproved"],
    ["an object key by key", object({ a: { type: "integer" } }, ["a"]), object({ a: { type: "number" } }, ["a"]), "fits"],
    ["a key that may be missing", object({ a: {} }), object({ a: {} }, ["a"]), "wider"],
    ["a key more", object({ a: {}, b: {} }), object({ a: {} }), "wider"],
    ["a key less", object({ a: {} }), object({ a: {}, b: {} }), "fits"],
    ["an open object to a closed one", { type: "object" }, object({ a: {} }), "wider"],
    ["a required key apart", object({ a: { type: "string" } }, ["a"]), object({ a: { type: "integer" } }), "never"],
    ["an optional key apart", object({ a: { type: "string" } }), object({ a: { type: "integer" } }), "wider"],
    ["a rule that is not weighed, here", { type: "string", not: { const: "x" } }, { type: "string", maxLength: 3 }, "unproved"],
    ["a rule that is not weighed, there", { type: "string" }, { type: "string", not: { const: "x" } }, "unproved"],
    ["types apart, whatever else is said", { type: "string", not: {} }, { type: "integer", anyOf: [{}] }, "never"],
    ["a secret", { type: "string", "x-secret": true }, { type: "integer" }, "unproved"],
    ["what refers to itself", { $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }, "unproved"],
  ])("%s", (_name, provider, consumer, verdict) => {
    expect(compareContracts(provider, consumer).verdict).toBe(verdict);
  });
});

function compilePair(provider: object, consumer: object, values: { readonly dev: string; readonly prod: string }): Compilation {
  const contract = (key: object, dependsOn: object): string =>
    JSON.stringify({
      "x-veltrix": { version: "1.0.0", dependsOn },
      type: "object",
      properties: { key: { "x-exported": true, ...key } },
      additionalProperties: false,
    });
  return compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments:\n  dev: {}\n  prod: {}\n",
      "schemas/broker/config.schema.json": contract(provider, {}),
      "schemas/broker/values/dev.yaml": `key: ${values.dev}\n`,
      "schemas/broker/values/prod.yaml": `key: ${values.prod}\n`,
      "schemas/gateway/config.schema.json": contract(consumer, { broker: "*" }),
      "schemas/gateway/values/base.yaml": "key: !ref broker#/key\n",
    }),
  );
}

/** `code environments: first related message`. */
const said = ({ diagnostics }: Compilation): readonly string[] =>
  diagnostics.map(({ code, environments, related }) => `${code} ${environments.join(",")}: ${related[0]?.message ?? ""}`);

describe("a reference between two contracts", () => {
  it("says nothing when today's values fit, whatever else the contracts allow", () => {
    expect(said(compilePair({ type: "integer" }, { type: "integer", maximum: 9 }, { dev: "1", prod: "2" }))).toEqual([]);
  });

  it("reports VX2004 with the contract that allows more", () => {
    const compilation = compilePair({ type: "integer" }, { type: "integer", maximum: 9 }, { dev: "1", prod: "20" });
    expect(said(compilation)).toEqual(["VX2004 prod: the contract of broker#/key allows more than this key does; it is declared at"]);
    expect(compilation.diagnostics[0]?.related.map(({ at }) => at.file)).toEqual([
      "schemas/broker/config.schema.json",
      "schemas/gateway/config.schema.json",
    ]);
  });

  it("reports VX2007 and that nothing could be proved", () => {
    const compilation = compilePair({ type: "string", pattern: "^[a-z]+$" }, { type: "string", pattern: "^a" }, { dev: "ab", prod: "ba" });
    expect(said(compilation)).toEqual([
      "VX2007 prod: it could not be proved that broker#/key always fits this key, so the values of all environments decide; it is declared at",
    ]);
  });

  it("reports VX3010 once, and no VX2003, when the two can never agree", () => {
    const compilation = compilePair({ type: "string" }, { type: "integer" }, { dev: "a", prod: "b" });
    expect(said(compilation)).toEqual(["VX3010 dev,prod: broker#/key is declared at"]);
    expect(compilation.diagnostics[0]).toMatchObject({
      at: { file: "schemas/gateway/values/base.yaml", pointer: "/key", on: "value" },
      related: [{ at: { file: "schemas/broker/config.schema.json" } }, { at: { file: "schemas/gateway/config.schema.json" } }],
    });
  });
});
