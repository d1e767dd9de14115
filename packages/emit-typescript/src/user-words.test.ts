// What users write never becomes code: values are printed from what they are, names are made from service ids alone.
import { compile, emitAll, isServiceId, MemoryHost } from "@veltrix/compiler";

import { canonicalize, isJsonObject, type JsonObject, type JsonValue, type Violation } from "@veltrix/protocol";
import { defineValidator } from "@veltrix/protocol/engine";
import fc from "fast-check";
import { ts } from "ts-morph";
import { describe, expect, it } from "vitest";
import { typescriptEmitter } from "./emitter.ts";

const seed = Number(process.env["VELTRIX_FUZZ_SEED"] ?? 3);
/** Values of one contract. */
const KEYS = 25;
const contracts = Math.ceil(Number(process.env["VELTRIX_FUZZ_VALUES"] ?? 1_500) / KEYS);

interface Emitted {
  readonly declarations: string;
  readonly validate: (value: unknown) => readonly Violation[];
  readonly index: string;
}

async function emitFor(contract: JsonObject, id = "probe", values = "{}"): Promise<Emitted> {
  const whole = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, ...contract };
  const host = new MemoryHost({
    "schemas/veltrix.yaml": "environments: { dev: {} }\n",
    [`schemas/${id}/config.schema.json`]: JSON.stringify(whole),
    [`schemas/${id}/values/base.yaml`]: values,
  });
  const { model, diagnostics } = compile(host);
  if (model === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join("\n"));
  const { files } = await emitAll(typescriptEmitter, model);
  const text = (name: string): string => files.find(({ path }) => path === `${id}/${name}`)?.contents ?? "";
  // The emitted module exports `rules`.
  const module = (await import(`data:text/javascript,${encodeURIComponent(text("validate.js"))}`)) as { readonly rules: string };
  return {
    declarations: text("index.d.ts"),
    index: text("index.js"),
    validate: (value) => defineValidator(module.rules).validate(value as JsonValue),
  };
}

const hostile = [
  "*/ evil() /*",
  "`${evil()}`",
  "'); evil(); ('",
  '"); evil(); ("',
  "\\",
  "\\u0022",
  "[]()!+",
  "(![]+[])[+[]]",
  "</script>",
  "\r\n",
  "// evil",
  "#!",
  "constructor.constructor('evil()')()",
  "ß😀",
  "true",
  "1e3",
  "0x10",
  "null",
];
const text = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "grapheme" }));
const isFine = (key: string): boolean =>
  !["__proto__", "constructor", "prototype"].includes(key) && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(key);
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ readonly value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => Number.isSafeInteger(number) || !Number.isInteger(number)),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text.filter(isFine), tie("value"), { maxKeys: 4 }).map((object) => ({ ...object })),
  ),
})).value;

/** The value that a literal type stands for. */
function valueOf(node: ts.TypeNode): unknown {
  if (ts.isParenthesizedTypeNode(node)) return valueOf(node.type);
  if (ts.isTypeOperatorNode(node)) return valueOf(node.type);
  if (ts.isTupleTypeNode(node)) return node.elements.map((element) => valueOf(element));
  if (ts.isTypeLiteralNode(node))
    return Object.fromEntries(
      node.members.flatMap((member) =>
        ts.isPropertySignature(member) && member.type !== undefined ? [[nameOf(member.name), valueOf(member.type)]] : [],
      ),
    );
  if (!ts.isLiteralTypeNode(node)) throw new Error(`not a literal: ${node.getText()}`);
  const { literal } = node;
  if (ts.isStringLiteral(literal)) return literal.text;
  if (ts.isPrefixUnaryExpression(literal)) return -Number(literal.operand.getText());
  return JSON.parse(literal.getText());
}

function nameOf(name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  throw new Error(`not a plain name: ${name.getText()}`);
}

/** The types of the keys of `<Service>Values`. */
function keyTypes(declarations: string): ReadonlyMap<string, ts.TypeNode> {
  const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.ES2022, true);
  const values = source.statements.find((statement): statement is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(statement));
  return new Map(
    (values?.members ?? []).flatMap((member) =>
      ts.isPropertySignature(member) && member.type ? [[nameOf(member.name), member.type]] : [],
    ),
  );
}

const same = (one: unknown, other: unknown): boolean => canonicalize(one as JsonValue) === canonicalize(other as JsonValue);

describe("G3: values in generated code and types", { timeout: 1_200_000 }, () => {
  it(`are those of the schema: const, enum, default and examples of every JSON type (seed ${seed}, ${contracts * KEYS} values)`, async () => {
    const sample = fc.sample(fc.array(value, { minLength: KEYS, maxLength: KEYS }), { seed, numRuns: contracts });
    let compared = 0;
    for (const values of sample) {
      const schemaOf = (own: JsonValue, index: number): JsonObject => {
        // A wrong `type` beside it would be a contradiction; the printer is not to believe it in any case.
        if (index % 3 === 0) return { const: own, description: JSON.stringify(own), examples: [own] };
        return index % 3 === 1 ? { enum: [own], title: JSON.stringify(own) } : { const: own, default: own };
      };
      const properties = Object.fromEntries(values.map((own, index) => [`k${index}`, schemaOf(own, index)]));
      const { declarations, validate } = await emitFor({ properties });
      const types = keyTypes(declarations);
      for (const [index, own] of values.entries()) {
        const type = types.get(`k${index}`);
        if (type === undefined) throw new Error(`no type of ${JSON.stringify(own)}`);
        expect([own, same(valueOf(type), own)]).toEqual([own, true]);
        compared++;
      }
      expect(validate(Object.fromEntries(values.map((own, index) => [`k${index}`, own])))).toEqual([]);
      const found = validate(Object.fromEntries(values.map((_, index) => [`k${index}`, "another value"])));
      for (const { pointer, expected } of found) {
        const own = values[Number(pointer.slice(2))] as JsonValue;
        expect([own, same(expected, isEnum(pointer) ? [own] : own)]).toEqual([own, true]);
      }
      expect(found).toHaveLength(values.length);
    }
    expect(compared).toBe(contracts * KEYS);
  });

  it("are those of the schema in compositions, which a library prints", async () => {
    const [values = []] = fc.sample(fc.array(value, { minLength: 60, maxLength: 60 }), { seed, numRuns: 1 });
    const properties = Object.fromEntries(values.map((own, index) => [`k${index}`, { anyOf: [{ const: own }, { enum: [own] }] }]));
    const { declarations, validate } = await emitFor({ properties });
    expect(validate(Object.fromEntries(values.map((own, index) => [`k${index}`, own])))).toEqual([]);
    expect(validate(Object.fromEntries(values.map((_, index) => [`k${index}`, "another value"])))).toHaveLength(values.length);
    const source = ts.createSourceFile("index.d.ts", declarations, ts.ScriptTarget.ES2022, true);
    const kinds = new Set(source.statements.map(({ kind }) => kind));
    const expected = new Set([
      ts.SyntaxKind.ImportDeclaration,
      ts.SyntaxKind.InterfaceDeclaration,
      ts.SyntaxKind.FunctionDeclaration,
      ts.SyntaxKind.TypeAliasDeclaration,
    ]);
    expect([...kinds].filter((kind) => !expected.has(kind))).toEqual([]);
    expect(declarations).not.toMatch(/^\s*evil/m);
  });
});

const isEnum = (pointer: string): boolean => Number(pointer.slice(2)) % 3 === 1;

/** Service ids of few letters, so that two are often nearly one. */
const id = fc.stringMatching(/^[a-c][a-c1-]{0,8}$/).filter(isServiceId);

describe("G4: names in generated code", { timeout: 120_000 }, () => {
  const nameFor = async (service: string): Promise<string> => {
    const { declarations } = await emitFor({}, service);
    return /export interface (.*)Values \{/.exec(declarations)?.[1] ?? "";
  };

  it("are identifiers, and no two services share one", async () => {
    const services = [...new Set(fc.sample(id, { seed, numRuns: 300 }))];
    const names = new Map<string, string>();
    for (const service of services) {
      const name = await nameFor(service);
      expect([service, name]).toEqual([service, expect.stringMatching(/^[A-Za-z_$][\w$]*$/)]);
      expect([service, names.get(name)]).toEqual([service, undefined]);
      names.set(name, service);
    }
    expect(names.size).toBe(services.length);
    expect(services.length).toBeGreaterThan(150);
    for (const pair of [
      ["a1", "a-1"],
      ["a-b", "a--b"],
      ["a-1", "a--1"],
    ])
      expect(new Set(await Promise.all(pair.map(nameFor))).size).toBe(2);
  });

  it("are those of JavaScript's own words too", async () => {
    for (const service of ["class", "new", "enum", "await", "type", "import", "delete-all", "x".repeat(40)])
      expect(await nameFor(service)).toMatch(/^[A-Z][\w]*$/);
  });

  it.each(hostile.concat("X { } evil(); interface Y", "1st", "../../x", "a';evil('", "😀"))(
    "do not come of the title %j, nor of any other text",
    async (title) => {
      const key = {
        type: "object",
        title,
        description: title,
        $comment: title,
        properties: {
          a: {
            title,
            anyOf: [
              { title, type: "string" },
              { title, type: "integer" },
            ],
          },
        },
      };
      const titled = await emitFor({ title, description: title, properties: { key } });
      const plain = await emitFor({
        properties: {
          key: JSON.parse(
            JSON.stringify(key, (name, below: unknown) => (["title", "description", "$comment"].includes(name) ? undefined : below)),
          ) as JsonObject,
        },
      });
      const declared = ({ declarations }: Emitted): readonly string[] =>
        [...declarations.matchAll(/^(?:export |declare )*(?:type|interface|function) (\S+)/gm)].map(([, name = ""]) => name);
      expect(declared(titled)).toEqual(declared(plain));
      expect(titled.index).toBe(plain.index);
    },
  );

  it.each([
    "../../x",
    "a';evil('",
    "..",
    "a/b",
    "A",
    "1a",
    "-a",
    "a-",
    "a.b",
    "a b",
    "x".repeat(41),
    "shared",
    "cluster",
    "ß",
    "__proto__",
    "constructor",
  ])("refuses the service id %j before anything is named after it", (service) => {
    const host = new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {} }\n",
      [`schemas/${service}/config.schema.json`]: JSON.stringify({ "x-veltrix": { version: "1.0.0" }, type: "object" }),
    });
    const { model } = compile(host);
    expect((model?.services ?? []).map((known) => known.id)).toEqual([]);
  });

  it("gives every property name back, whatever it holds", async () => {
    const keys = fc.sample(text.filter(isFine), { seed, numRuns: 300 });
    const properties = Object.fromEntries(keys.map((key) => [key, { type: "string" }]));
    const { declarations, validate } = await emitFor({ properties });
    expect([...keyTypes(declarations).keys()].sort()).toEqual(Object.keys(properties).sort());
    expect(validate(Object.fromEntries(keys.map((key) => [key, "x"])))).toEqual([]);
    expect(validate(Object.fromEntries(keys.map((key) => [key, 1])))).toHaveLength(Object.keys(properties).length);
    expect(isJsonObject(properties)).toBe(true);
  });
});
