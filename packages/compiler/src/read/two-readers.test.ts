// What people write is read by `parseJson`, which tells every fault with its place; what is delivered is read by `parseStrict`, in a
// process that starts. One verdict on every text: what the build takes must not stop a process.
import { parseStrict } from "@veltrix/protocol/strict-json";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problems } from "./document.ts";
import { parseJson } from "./json.ts";

const RUNS = { numRuns: 6000, seed: 20 };

const spaces = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom("", " ", "\n", "\t", "\r\n  ") },
  { weight: 1, arbitrary: fc.constantFrom("\u00a0", "\ufeff", "\v", "/**/", "\u0000", "\u2028") },
);
const scalars = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom("null", "true", "false", "0", "-0", "1.50", "1e5", "-2E-3", '"a"', '""', '"\\n\\u0041\\/"') },
  {
    weight: 8,
    arbitrary: fc.constantFrom('"\\ud83d\\ude00"', '"\u{1f600}"', '"\\\\"', '"\\""', '"\\u2028"', "9007199254740991", "1e-999"),
  },
  { weight: 3, arbitrary: fc.constantFrom("9007199254740993", "-9007199254740993", "123456789012345678901234567890", "1e400", "-1e999") },
  { weight: 2, arbitrary: fc.constantFrom('"\\ud83d"', '"\\ude00\\ud83d"', '"a\\udfffb"') },
  {
    weight: 1,
    arbitrary: fc.constantFrom("01", "1.", ".5", "+1", "-", "1e", "1e+", "0x1", "NaN", "Infinity", "tru", "nulll", "undefined"),
  },
  { weight: 1, arbitrary: fc.constantFrom('"\\x41"', '"\\u12"', '"\\u12g4"', '"a', '"\\', '"\t"', '"\n"', '"\u0001"', "'a'", '"a"b', "") },
);
const keys = fc.oneof(
  { weight: 60, arbitrary: fc.constantFrom(..."abcdefgh", "toString", "constructor", "~/").map((name) => JSON.stringify(name)) },
  { weight: 4, arbitrary: fc.constantFrom('"\\u0061"', '"\\u0074oString"', '"hasOwnProperty"', '"a\\u0000"') },
  { weight: 2, arbitrary: fc.constantFrom('"__proto__"', '"prototype"', '"\\u005f_proto__"', '"\\ud800"') },
  { weight: 1, arbitrary: fc.constantFrom("a", "'a'", "1", "", '"a" "b"') },
);
const commas = fc.oneof({ weight: 40, arbitrary: fc.constant(",") }, { weight: 1, arbitrary: fc.constantFrom(",,", "", ";") });
const colons = fc.oneof({ weight: 60, arbitrary: fc.constant(":") }, { weight: 1, arbitrary: fc.constantFrom("=", "", "::") });

const { value: values } = fc.letrec<{ value: string }>((tie) => {
  const parts = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(fc.array(part, { maxLength: 4 }), commas).map(([all, comma]) => all.join(comma));
  const member = fc.tuple(spaces, keys, spaces, colons, tie("value")).map((all) => all.join(""));
  return {
    value: fc
      .tuple(
        spaces,
        fc.oneof(
          { maxDepth: 4, withCrossShrink: true },
          scalars,
          parts(tie("value")).map((all) => `[${all}]`),
          parts(member).map((all) => `{${all}}`),
        ),
        spaces,
      )
      .map((all) => all.join("")),
  };
});
const texts = fc
  .record({
    value: values,
    // Both near the limit of nesting and far from it.
    levels: fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.integer({ min: 58, max: 66 }) }),
    opening: fc.constantFrom("[", '{"k":', '{"a":1,"k":'),
    end: fc.oneof(
      { weight: 20, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.constantFrom("x", "{}", ",", "]", "//", "\u0000") },
    ),
  })
  .map(({ value, levels, opening, end }) => opening.repeat(levels) + value + (opening === "[" ? "]" : "}").repeat(levels) + end);

/** What the build says of a reason of the process. */
function codeOf(reason: string): string {
  if (reason.includes("is there twice")) return "VX1003";
  if (reason.includes("nested deeper")) return "VX1006";
  if (reason.includes("is not allowed")) return "VX1012";
  if (/too large|more digits/.test(reason)) return "VX1013";
  return reason.includes("surrogate") ? "VX1014" : "VX1002";
}

function build(text: string): { readonly value: unknown; readonly codes: readonly string[] } {
  const problems = new Problems("f.json");
  const value = parseJson(text, problems);
  return { value, codes: problems.diagnostics.map(({ code }) => code) };
}

describe("the two readers of JSON", () => {
  it("take the same texts as the same values, and refuse the others for the same reason", () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(texts, (text) => {
        const process = parseStrict(text);
        const { value, codes } = build(text);
        const seen = process.kind === "value" ? "value" : codeOf(process.reason);
        met.set(seen, (met.get(seen) ?? 0) + 1);
        expect({ text, isTaken: codes.length === 0 }).toEqual({ text, isTaken: process.kind === "value" });
        if (process.kind === "value") expect(JSON.stringify(value)).toBe(JSON.stringify(process.value));
        // The build stops at what it cannot read on from; the process asks first whether it is JSON at all.
        else expect(seen === "VX1002" ? ["VX1002", "VX1006"].some((code) => codes.includes(code)) : codes.includes(seen)).toBe(true);
      }),
      RUNS,
    );
    // None of the kinds is left out by chance.
    expect(met.get("value")).toBeGreaterThan(1500);
    expect([...met.keys()].sort()).toEqual(["VX1002", "VX1003", "VX1006", "VX1012", "VX1013", "VX1014", "value"]);
    for (const [seen, times] of met) expect({ seen, isOften: times > 20 }).toEqual({ seen, isOften: true });
  });

  it.each(["[", '{"k":'])("have one limit of nesting, for empty and for full levels of %s", (opening) => {
    const closing = opening === "[" ? "]" : "}";
    for (const inner of ["", "1", '"a"', "[]", "{}"]) {
      for (let levels = 60; levels < 68; levels++) {
        if (inner === "" && opening !== "[") continue;
        const text = opening.repeat(levels) + inner + closing.repeat(levels);
        const depth = levels + (inner === "[]" || inner === "{}" ? 1 : 0);
        expect({ levels, inner, codes: build(text).codes }).toEqual({ levels, inner, codes: depth > 64 ? ["VX1006"] : [] });
        expect({ levels, inner, kind: parseStrict(text).kind }).toEqual({ levels, inner, kind: depth > 64 ? "malformed" : "value" });
      }
    }
  });

  it("find a key that is there twice at every depth", () => {
    for (let depth = 0; depth < 64; depth++) {
      const text = `${'{"k":'.repeat(depth)}{"a":1,"b":2,"\\u0061":3}${"}".repeat(depth)}`;
      expect(build(text).codes).toEqual(["VX1003"]);
      expect(parseStrict(text)).toMatchObject({ kind: "malformed", pointer: `${"/k".repeat(depth)}/a` });
    }
  });

  it("differ in large integers alone, which the build refuses and the process takes where no digit is lost", () => {
    for (const text of ["9007199254740992", "-9007199254740992", "100000000000000000000", "[1,9007199254740994]"]) {
      expect({ text, codes: build(text).codes, kind: parseStrict(text).kind }).toEqual({ text, codes: ["VX1013"], kind: "value" });
    }
  });
});
