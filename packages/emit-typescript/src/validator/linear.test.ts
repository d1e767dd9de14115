// The matcher that emitted validators carry, beside the compiler's own and JavaScript's engine.
import { compile, emitAll, MemoryHost } from "@veltrix/compiler";
import { compilePattern } from "@veltrix/compiler/validate";
import type { JsonObject, Violation } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { typescriptEmitter } from "../emitter.ts";

const patterns = [
  "^(?!(?:meta|local)$).*$",
  "^(?=.*[0-9])(?=.*[a-z]).{4,}$",
  "^([a-z]+-?)+$",
  "^(\\d+.)?(\\d+.)?(\\d+)?$",
  "\\bab+\\B.",
  "^.*(é|😀)+$|x$",
];
const texts = ["", "meta", "local", "locals", "a1b2", "abcd", "ab-cd", "ab--cd", "1.2.3", "1.2.3.4", "abbbc", "xab b", "é😀", "yx", "a\nb"];

async function load(
  properties: JsonObject,
): Promise<{ readonly text: string; readonly validate: (value: unknown) => readonly Violation[] }> {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, properties };
  const { model, diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {} }\n",
      "schemas/probe/config.schema.json": JSON.stringify(contract),
    }),
  );
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const { files } = await emitAll(typescriptEmitter, model);
  const text = files.find(({ path }) => path === "probe/validate.js")?.contents ?? "";
  // The emitted module exports `validate`.
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    readonly validate: (value: unknown) => readonly Violation[];
  };
  return { text, validate: module.validate };
}

describe.each([
  ["plain contracts", (schema: JsonObject): JsonObject => schema],
  ["contracts with compositions", (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "integer" }] })],
])("S5: validators of %s", (_name, wrap) => {
  it("match every pattern as the compiler and JavaScript's engine do", async () => {
    const properties = Object.fromEntries(patterns.map((pattern, index) => [`p${index}`, wrap({ type: "string", pattern })]));
    const { validate } = await load(properties);
    for (const [index, pattern] of patterns.entries())
      for (const text of texts) {
        const isMatch = new RegExp(pattern, "u").test(text);
        expect([pattern, text, compilePattern(pattern).test(text)]).toEqual([pattern, text, isMatch]);
        expect([pattern, text, validate({ [`p${index}`]: text }).length === 0]).toEqual([pattern, text, isMatch]);
      }
  });

  it("match keys by patterns too, in a time that a hostile text does not change", async () => {
    const properties = {
      map: { ...wrap({ type: "object", patternProperties: { "^(a+)+$": { type: "integer" } }, additionalProperties: false }) },
    };
    const { validate } = await load(properties);
    expect(validate({ map: { aaa: 1 } })).toEqual([]);
    expect(validate({ map: { [`${"a".repeat(50_000)}!`]: 1 } }).length).toBe(1);
  });

  it("carry the matcher only where a pattern needs it", async () => {
    expect((await load({ a: wrap({ type: "string", pattern: "^[a-z]+$" }) })).text).not.toContain("linear");
    expect((await load({ a: wrap({ type: "string", pattern: "^(a|ab)+$" }) })).text).toContain("const linear =");
  });
});
