import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

function codesOf(contract: object, values: object): readonly string[] {
  const whole = { "x-veltrix": { version: "1.0.0" }, type: "object", ...contract };
  const host = new MemoryHost({
    "schemas/veltrix.yaml": "environments: { dev: {} }\n",
    "schemas/probe/config.schema.json": JSON.stringify(whole),
    "schemas/probe/values/base.yaml": JSON.stringify(values),
  });
  return compile(host).diagnostics.map(({ code }) => code);
}

const text = { type: "string" };
const closed = { additionalProperties: false };

describe("texts that nobody meant to deploy", () => {
  it.each([
    ["a word, where the contract is open", { properties: { a: text } }, { a: "CHANGEME" }, ["VX2017"]],
    ["a word of which the contract says nothing", {}, { any: [{ key: "CHANGEME" }] }, ["VX2017"]],
    ["a template, where the contract is closed", { ...closed, properties: { a: text } }, { a: "${HOST}" }, ["VX2017"]],
    ["a template in a key of any type, where the contract is closed", { ...closed, properties: { a: {} } }, { a: "${HOST}" }, ["VX2017"]],
    ["a template in a list", { ...closed, properties: { a: { type: "array", items: text } } }, { a: ["{{ x }}"] }, ["VX2017"]],
    ["a template in a map whose values the contract describes", { additionalProperties: text }, { a: "{{ x }}" }, ["VX2017"]],
    ["a template in a key with a rule of its own", { properties: { a: { ...text, minLength: 1 } } }, { a: "{{ x }}" }, ["VX2017"]],
    [
      "a template, and not also that it breaks another rule",
      { ...closed, properties: { a: { ...text, pattern: "^[a-z]+$" } } },
      { a: "{{ x }}" },
      ["VX2017"],
    ],
    ["whitespace at the end, where the contract is closed", { ...closed, properties: { a: text } }, { a: "b " }, ["VX2018"]],
  ])("refuses %s", (_name, contract, values, codes) => {
    expect(codesOf(contract, values)).toEqual(codes);
  });

  it("reports VX2022 for a template where the contract is open, and says nothing of whitespace there", () => {
    expect(codesOf({ properties: { a: text } }, { a: "{{ x }}" })).toEqual(["VX2022"]);
    expect(codesOf({ ...closed, properties: { o: { type: "object", properties: { a: text } } } }, { o: { a: "${X}" } })).toEqual([
      "VX2022",
    ]);
    expect(codesOf({ properties: { a: text } }, { a: "b " })).toEqual([]);
    expect(codesOf({}, { anything: "{{ x }} ", blank: "b ", deep: [{ more: "plain" }] })).toEqual(["VX2022"]);
  });

  it("reports what else is wrong beside a template that may be meant", () => {
    expect(codesOf({ properties: { a: text, b: { type: "integer" } } }, { a: "{{ x }}", b: "c" })).toEqual(["VX2003", "VX2022"]);
  });

  it("takes the contract's word for a document, wherever it says so", () => {
    const document = { contentMediaType: "text/plain" };
    expect(codesOf({ ...closed, properties: { a: { ...text, ...document } } }, { a: "{{ x }}" })).toEqual([]);
    expect(codesOf({ ...closed, properties: { a: { allOf: [text, document] } } }, { a: "{{ x }} " })).toEqual([]);
    expect(codesOf({ ...closed, properties: { a: { enum: ["${A}", "b"] } } }, { a: "${A}" })).toEqual([]);
  });

  it("takes a text with `!text` for what it says, in lists, overlays and behind references, and no other", () => {
    const codes = (layers: { readonly base: string; readonly dev?: string }, contract: object = {}): readonly string[] =>
      compile(
        new MemoryHost({
          "schemas/veltrix.yaml": "environments: { dev: {}, prod: {} }\n",
          "schemas/probe/config.schema.json": JSON.stringify({ "x-veltrix": { version: "1.0.0" }, type: "object", ...contract }),
          "schemas/probe/values/base.yaml": layers.base,
          ...(layers.dev === undefined ? {} : { "schemas/probe/values/dev.yaml": layers.dev }),
        }),
      ).diagnostics.map(({ code, environments = [] }) => `${code} ${environments.join()}`);
    const keys = { ...closed, properties: { a: text, b: text, list: { type: "array", items: text } } };
    expect(codes({ base: "a: !text $HOME\nb: !text ' x '\nlist: [!text <none>, !text $(POD)]\n" }, keys)).toEqual([]);
    expect(codes({ base: "a: !text $HOME\nb: !ref probe#/a\n" }, keys)).toEqual([]);
    expect(codes({ base: "a: $HOME\nlist: [!text a, <none>]\n" }, keys)).toEqual(["VX2017 dev,prod", "VX2017 dev,prod"]);
    expect(codes({ base: "a: !text $HOME\n", dev: "a: $HOME\n" }, keys)).toEqual(["VX2017 dev"]);
    expect(codes({ base: "a: !text 5\n" }, { ...closed, properties: { a: { type: "integer" } } })).toEqual(["VX2003 dev,prod"]);
  });
});
