import { emitAll, compile, MemoryHost } from "@veltrix/compiler";
import { defineValidator, type Validator } from "@veltrix/protocol/engine";
import { describe, expect, it } from "vitest";
import { typescriptEmitter } from "./emitter.ts";

const SETTINGS = "environments: { dev: {}, prod: { production: true } }\n";

/** The files of one service whose contract has `properties` and more. */
async function emitFor(properties: object, more: object = {}, values = "{}"): Promise<ReadonlyMap<string, string>> {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, properties, ...more };
  const host = new MemoryHost({
    "schemas/veltrix.yaml": SETTINGS,
    "schemas/probe/config.schema.json": JSON.stringify(contract),
    "schemas/probe/values/base.yaml": values,
  });
  const { model, diagnostics } = compile(host);
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([]);
  if (model === undefined) throw new Error("no model");
  const { files } = await emitAll(typescriptEmitter, model);
  return new Map(files.map(({ path, contents }) => [path, contents]));
}

/** The emitted rules, loaded as the module that they are, and read as index.js has them read. */
async function load(files: ReadonlyMap<string, string>): Promise<Validator> {
  const module = (await import(`data:text/javascript,${encodeURIComponent(files.get("probe/validate.js") ?? "")}`)) as { rules: string };
  return defineValidator(module.rules);
}

describe("typescriptEmitter", () => {
  it("emits the same bytes twice", async () => {
    const properties = { a: { type: "string" }, b: { anyOf: [{ type: "string" }, { type: "number" }] } };
    expect(await emitFor(properties)).toEqual(await emitFor(properties));
  });

  it("emits rules that depend on nothing, and by which every broken rule is named", async () => {
    const files = await emitFor(
      { port: { type: "integer", minimum: 1 }, host: { type: "string", format: "hostname" } },
      { required: ["port"] },
      "port: 80",
    );
    expect(files.get("probe/validate.js")).not.toMatch(/\bimport\b|require\(/);
    const { validate } = await load(files);
    expect(validate({ port: 1 })).toEqual([]);
    expect(validate({ port: 0, host: "a b", extra: 1 })).toEqual([
      { pointer: "/port", rule: "minimum", expected: 1 },
      { pointer: "/host", rule: "format", expected: "hostname" },
      { pointer: "", rule: "additionalProperties", expected: "extra" },
    ]);
    expect(validate(null)).toEqual([{ pointer: "", rule: "type", expected: "object" }]);
  });

  it("leaves out of a type what the `type` beside an `enum` refuses, in plain contracts and in compositions", async () => {
    const listed = { type: ["string", "integer"], enum: ["a", 1, 1.5, null] };
    const declared = (await emitFor({ plain: listed, composed: { anyOf: [listed, { type: "boolean" }] } })).get("probe/index.d.ts");
    expect(declared).toContain('readonly plain?: "a" | 1;');
    expect(declared).not.toMatch(/1\.5|null/);
    expect((await emitFor({ never: { type: "string", enum: [1] } })).get("probe/index.d.ts")).toContain("readonly never?: 1;");
  });

  it("emits the rules of compositions too, formats included", async () => {
    const properties = {
      mode: {
        oneOf: [
          { type: "object", required: ["day"], properties: { day: { type: "string", format: "date" } } },
          { type: "string", minLength: 2, pattern: "^[a-z]+$" },
        ],
      },
      list: { type: "array", uniqueItems: true, items: { type: ["string", "null"] } },
    };
    const files = await emitFor(properties);
    expect(files.get("probe/validate.js")).not.toMatch(/^import |require\(/m);
    const { validate } = await load(files);
    expect(validate({ mode: "ab", list: ["a", null] })).toEqual([]);
    expect(validate({ mode: { day: "2026-02-28" } })).toEqual([]);
    expect(validate({ mode: { day: "2026-02-30" } })).toEqual([{ pointer: "/mode", rule: "oneOf", expected: 2 }]);
    expect(validate({ list: ["a", "a"] })).toMatchObject([{ pointer: "/list", rule: "uniqueItems" }]);
    expect(validate({ other: 1 })).toEqual([{ pointer: "", rule: "additionalProperties", expected: "other" }]);
  });

  it("checks secrets by their own rules, and keeps them out of the delivered schema", async () => {
    const files = await emitFor(
      { key: { type: "string", "x-secret": true, minLength: 4 } },
      { required: ["key"] },
      "key: !secret name/key",
    );
    const { validate, validateSecret } = await load(files);
    expect(validate({})).toEqual([]);
    expect(validate({ key: "abcd" })).toEqual([{ pointer: "", rule: "additionalProperties", expected: "key" }]);
    expect(validateSecret("/key", "abc")).toEqual([{ pointer: "/key", rule: "minLength", expected: 4 }]);
    expect(validateSecret("/key", "abcd")).toEqual([]);
  });

  it("hands over the variable of a secret with the secret, and never as one of a value", async () => {
    const key = { type: "string", "x-secret": true };
    const properties = { port: { type: "integer", "x-env": "PORT" }, key: { ...key, "x-env": "API_KEY" }, file: key };
    const accessor = (await emitFor(properties, { required: ["key"] }, "key: !secret name/key")).get("probe/index.js");
    expect(accessor).toContain('secrets: {\n    "/key": {"required":true,"variable":"API_KEY"},\n    "/file": {"required":false},\n  }');
    expect(accessor).toContain('variables: {\n    "/port": {"name":"PORT","type":"integer"},\n  }');
    expect(accessor).toContain("withoutVariable: []");
  });

  it("S7 reports required keys that only the prototype has", async () => {
    for (const more of [{}, { anyOf: [true] }]) {
      const { validate } = await load(await emitFor({ toString: { type: "string" } }, { required: ["toString"], ...more }, "toString: x"));
      expect(validate({})).toEqual([{ pointer: "", rule: "required", expected: "toString" }]);
    }
  });

  it("G1 G2 puts no statement of a contract into its output", async () => {
    const evil = "*/ evil(); /* \u2028 evil() \r\n @see ${evil()} `";
    const files = await emitFor(
      {
        a: { type: "string", description: evil, title: evil, examples: [evil], enum: ["x", evil] },
        "b */ evil()": {
          description: evil,
          anyOf: [
            { type: "string", title: evil, description: evil },
            { type: "object", title: evil, properties: { "'); evil(": { const: evil } } },
          ],
        },
      },
      { description: evil },
      "a: x",
    );
    const { Project, SyntaxKind } = await import("ts-morph");
    const project = new Project({ useInMemoryFileSystem: true, compilerOptions: { allowJs: true } });
    for (const [path, text] of files) {
      if (!/\.(js|ts)$/.test(path)) continue;
      const source = project.createSourceFile(path, text);
      const calls = source.getDescendantsOfKind(SyntaxKind.CallExpression).filter((call) => call.getExpression().getText() === "evil");
      expect(calls.map((call) => call.getText())).toEqual([]);
      if (path.endsWith(".d.ts")) {
        const kinds = new Set(source.getStatements().map((statement) => statement.getKindName()));
        expect(
          [...kinds].filter(
            (kind) => !["ImportDeclaration", "InterfaceDeclaration", "FunctionDeclaration", "TypeAliasDeclaration"].includes(kind),
          ),
        ).toEqual([]);
      }
    }
  });

  it("takes types of compositions from json-schema-to-typescript, and prints those that it cannot", async () => {
    const union = await emitFor({ a: { anyOf: [{ type: "string" }, { type: "array", items: { type: "number" } }] } });
    expect(union.get("probe/index.d.ts")).toContain("export type ProbeType1Raw = (string | number[])");
    expect(union.get("probe/index.d.ts")).toContain("export type ProbeType1 = DeepReadonly<ProbeType1Raw>;");
    // A text that looks like a name which nobody declared.
    const odd = await emitFor({ a: { anyOf: [{ const: "ProbeType9" }, { type: "number" }] } });
    expect(odd.get("probe/index.d.ts")).toContain('export type ProbeType1 = ("ProbeType9") | number;');
  });
});
