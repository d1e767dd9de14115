import { compileLinear, linearMatcher } from "@veltrix/protocol/engine";
import { assert, constantFrom, letrec, oneof, property, stringMatching, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern } from "../validate/interpreter.ts";
import { judgePattern } from "./patterns.ts";

const explosive = [
  "^(a+)+$",
  "^(a*)*$",
  "^(a|a)*$",
  "^(a|aa)+$",
  "^(a|a?)+$",
  "^(\\w+\\s?)*$",
  "^([a-zA-Z0-9])+([a-zA-Z0-9])*x$",
  "(.*a){20}",
  "^(.*,){11}P",
  "^(\\d+)*x$",
  "(x+x+)+y",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "^(a?){30}a{30}$",
  "^([a-z0-9]+-?)+$",
  "^\\s+|\\s+$",
  "\\s+$",
  "^(.+)+$",
  "(a|b|ab)*c",
  "^(?:a+|b+|ab)+$",
  "^((ab)*)*$",
  "^(a{1,5})*$",
  "^<!--.*-->.*-->$",
  "^.*(a|b).*(a|b).*c$",
  "^(\\+|-)?(\\d+|(\\d*\\.\\d*))?(E|e)?([-+])?(\\d+)?$",
  "^([0-9]+,?)+$",
  "^(.*)*$",
  "(((a+)+)+)+$",
  "^(\\s*\\S*)*$",
  "a*a*a*a*a*b",
  "^a*a*b$",
  "^.*.*=.*$",
  "[a-z]+[0-9]+$",
  "\\d+(\\.\\d+)?x",
  "(\\w|\\d)+!",
  "^(x|y|[xy])+z$",
  "^(?:[a-z]|[a-z0-9])+$",
  "(,[^,]*)*,$",
];

const ordinary = [
  "^[a-z]+$",
  "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  "^plant-[0-9]+$",
  "^[A-Z]{2}[0-9]{4}$",
  "^(dev|staging|prod)$",
  "^v[0-9]+\\.[0-9]+\\.[0-9]+$",
  "^[^/]+(/[^/]+)*$",
  "^[a-z]+(-[a-z]+)*$",
  "^\\S+$",
  "^.{1,64}$",
  "^\\+?[0-9]{6,15}$",
  "^#[0-9a-fA-F]{6}$",
  "^[\\w.-]+@[\\w-]+(\\.[\\w-]+)+$",
  "^(https?|mqtts?)://[^\\s]+$",
  "^([0-9]{1,3}\\.){3}[0-9]{1,3}$",
  "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$",
  "^[a-zA-Z_][a-zA-Z0-9_]*$",
  "^\\p{L}+$",
  "^$",
  "a",
  "^(\\d+)(ms|s|m|h)$",
  "^-?[0-9]+(\\.[0-9]+)?$",
  "^[A-Za-z0-9+/]+={0,2}$",
  "^x-",
  "\\.json$",
  "^[a-z]{1,63}(\\.[a-z]{1,63})*$",
  "^(0|[1-9][0-9]*)$",
  "^.*$",
  "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
  "-prod$",
  "^[^@]+@[^@]+$",
];

/** Explosive for JavaScript's engine, and repeating what may be empty: no program either. */
const endless = new Set(["^(a*)*$", "^(a|a?)+$", "^((ab)*)*$", "^(.*)*$", "^(\\s*\\S*)*$"]);

const seed = Number(process.env["VELTRIX_FUZZ_SEED"] ?? 5);

const pieces = [
  "a",
  "a1",
  "1",
  "-",
  "a-",
  "/",
  "a/",
  " ",
  "\t",
  ".",
  "a.",
  "0.",
  "+",
  "+/",
  "@",
  "a@",
  ":",
  "=",
  "é",
  "_",
  "x",
  ",",
  "A",
  "ab",
];

describe("S5: judgePattern", { timeout: 120_000 }, () => {
  it.each(explosive.filter((pattern) => !endless.has(pattern)))(
    "leaves %s, which some text keeps busy forever, to the linear matcher",
    (pattern) => {
      expect(judgePattern(pattern).kind).toBe("linear");
    },
  );

  it.each([
    ...[...endless].map((pattern): [string, RegExp] => [pattern, /repeats something that may be empty/]),
    ["(?<=a)b", /looks behind/],
    ["(?<!a)b", /looks behind/],
    ["^(?:x(?:y(?<!z)))$", /looks behind/],
    ["(a)\\1", /refers back/],
    ["(?<n>a)\\k<n>", /refers back/],
    ["(", /does not compile/],
    ["a{2,1}", /does not compile/],
    ["\\", /does not compile/],
    ["[z-a]", /does not compile/],
    ["\\-", /does not compile/],
    ["(?i)a", /does not compile/],
    ["\\p{Nonsense}", /does not compile/],
    ["a".repeat(1001), /longer than 1,000/],
    ["^(((a{9}){9}){9}){9}(a|aa)+$", /more than 400 steps/],
  ])("refuses %s by name", (pattern, reason) => {
    expect(judgePattern(pattern)).toMatchObject({ kind: "refused", detail: expect.stringMatching(reason) as unknown });
  });

  it.each(ordinary)("leaves %s to JavaScript's own engine", (pattern) => {
    expect(judgePattern(pattern).kind).toBe("native");
  });

  it("leaves what is harmless and cannot be seen to be to the linear matcher", () => {
    expect(judgePattern("^([^+#/]+|\\+)(/([^+#/]+|\\+))*(/#)?$").kind).toBe("linear");
  });

  it.each(["^(?!(?:meta|local)$).*$", "(?=a)b", "(?!a)b", "^(?=.*[0-9])(?=.*[a-z]).{8,}$"])(
    "leaves %s, which looks ahead, to the linear matcher",
    (pattern) => {
      expect(judgePattern(pattern).kind).toBe("linear");
    },
  );

  it("accepts nothing that a hostile text of 50,000 characters keeps busy", () => {
    // A pattern that searched forever here would end in the time limit of the test.
    for (const pattern of ordinary) {
      const expression = compilePattern(pattern);
      for (const piece of pieces)
        for (const end of ["", "!", "\u0000", "\n"])
          expect(expression.test(piece.repeat(50_000 / piece.length) + end)).toBeTypeOf("boolean");
    }
    for (const pattern of explosive.filter((one) => !endless.has(one)))
      for (const piece of ["a", "1.", ",", "a-"])
        expect(compilePattern(pattern).test(`${piece.repeat(50_000 / piece.length)}\u0000`)).toBeTypeOf("boolean");
  });
});

/** Random patterns of few letters, look-aheads and word boundaries included. */
const patterns = letrec<{ readonly pattern: string }>((tie) => ({
  pattern: oneof(
    { maxDepth: 4, withCrossShrink: true },
    constantFrom(
      "a",
      "b",
      "[ab]",
      "[^a]",
      ".",
      "\\w",
      "\\s",
      "^",
      "$",
      "\\b",
      "\\B",
      "😀",
      "\\u{e9}",
      "\\ud83d\\ude00",
      "\\x61",
      "[\\]b-]",
      "\\p{L}",
      "\\/",
      "(?:)",
    ),
    tuple(tie("pattern"), tie("pattern")).map(([one, other]) => `${one}${other}`),
    tuple(tie("pattern"), tie("pattern")).map(([one, other]) => `(?:${one}|${other})`),
    tuple(tie("pattern"), constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?")).map(([one, count]) => `(?:${one})${count}`),
    tuple(constantFrom("?=", "?!", "?:", ""), tie("pattern")).map(([how, one]) => `(${how}${one})`),
  ),
})).pattern;

describe("the linear matcher", { timeout: 120_000 }, () => {
  it("says what JavaScript's engine says, of random patterns and texts", () => {
    let compared = 0;
    assert(
      property(patterns, stringMatching(/^[ab _\né😀]{0,8}$/u), (pattern, text) => {
        const compiled = compileLinear(pattern);
        if (compiled.kind === "refused") return;
        // V8 finds nothing, which look-aheads and `\\B` may ask for, between the halves of a character too.
        if (/\?[=!]|\\[bB]/.test(pattern) && text.includes("😀")) return;
        compared++;
        expect(linearMatcher(compiled.program).test(text)).toBe(new RegExp(pattern, "u").test(text));
      }),
      { seed, numRuns: Number(process.env["VELTRIX_FUZZ_RUNS"] ?? 4_000) },
    );
    expect(compared).toBeGreaterThan(1_000);
  });

  it("agrees on patterns of real schemas", () => {
    const texts = ["", "a", "auto", "50%", "5.5.", "1y2w", "0", "meta", "local", "https://x", ">=1.2.3 <2.0.0", "a/b.yml@main", "1.2.3.4"];
    const real = [
      "^(([0-9]+\\.?[0-9]*|\\.[0-9]+)%?|auto)$",
      "^(.+\\/)+(.+)\\.(ya?ml)(@.+)?$",
      "^(?!(?:meta|local)$).*$",
      "^((([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?|0)$",
      "^(?:(?:>=|>|<=|<)\\d+\\.\\d+\\.\\d+(?:[+-]\\S+)?\\s*)+$",
      "^(\\d+.)?(\\d+.)?(\\d+.)?(\\d+)?$",
    ];
    for (const pattern of real) {
      expect(judgePattern(pattern).kind).toBe("linear");
      for (const text of texts)
        expect([pattern, text, compilePattern(pattern).test(text)]).toEqual([pattern, text, new RegExp(pattern, "u").test(text)]);
    }
  });
});
