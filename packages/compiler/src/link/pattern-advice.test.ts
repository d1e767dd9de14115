import { describe, expect, it } from "vitest";
import { advisePattern } from "./pattern-advice.ts";
import { judgePattern } from "./patterns.ts";

describe("advisePattern", () => {
  it.each([
    ["^\\d{4}\\-\\d{2}$", "the backslash of `\\-` escapes what needs no escape", 'write "^\\\\d{4}-\\\\d{2}$"'],
    ["^[A-Za-z0-9\\-\\_]+$", "the backslash of `\\_` escapes what needs no escape", 'write "^[A-Za-z0-9\\\\-_]+$"'],
    ['^\\"a\\@b\\"$', 'the backslash of `\\"`, `\\@` escapes what needs no escape', 'write "^\\"a@b\\"$"'],
    ["\\Aa\\z", "`\\A`, `\\z` has no meaning in JavaScript", 'write "^a$"'],
    ["(?i)^abc$", "the flag `(?i)` is not there in JavaScript", "write `^[Aa][Bb][Cc]$`"],
    ["(?i)^[a-z]{3}$", "the flag `(?i)` is not there in JavaScript", "write both cases of each letter, as in `[Aa]`"],
    ["(?s).*", "the flag `(?s)` is not there in JavaScript", "write the pattern without `(?s)`"],
    ["(?P<year>\\d+)", "`(?P<year>` is how Python names a group", "write `(?<year>`, or `(?:` where nothing uses the name"],
    ["a++b", "`++` is an atomic group or a possessive repetition, which JavaScript does not have", "write it without"],
  ])("says of %s what JavaScript does not take, and what to write", (pattern, detail, hint) => {
    expect(advisePattern(pattern)).toEqual({ detail, hint });
    expect(judgePattern(pattern)).toMatchObject({ kind: "refused", detail: `it does not compile: ${detail}`, hint });
  });

  it("advises what compiles", () => {
    for (const pattern of ["^\\d{4}\\-\\d{2}$", "^[A-Za-z0-9\\-\\_]+$", "\\Aa\\z"]) {
      const written: unknown = JSON.parse(advisePattern(pattern)?.hint.slice("write ".length) ?? "");
      expect(judgePattern(String(written)).kind).not.toBe("refused");
    }
  });

  it("knows nothing of what it has no words for", () => {
    expect(advisePattern("a(b")).toBeUndefined();
  });
});
