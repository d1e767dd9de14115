import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findFault, parseStrict } from "./strict-json.ts";

describe("parseStrict", () => {
  it("accepts whatever JSON.stringify writes of values without our forbidden keys", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "grapheme" }), fc.constantFrom(0, 1, 2, "\t"), fc.constantFrom("", "\n"), (json, indent, end) => {
        const text = JSON.stringify(JSON.parse(json), undefined, indent) + end;
        fc.pre(!/"(__proto__|constructor|prototype)"/.test(text));
        const parsed = parseStrict(text);
        expect(parsed).toEqual({ kind: "value", value: JSON.parse(text) });
      }),
      { numRuns: 500 },
    );
  });

  it("finds a duplicate wherever it is", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), fc.array(fc.json({ maxDepth: 2 }), { maxLength: 3 }), (key, depth, items) => {
        fc.pre(!["__proto__", "constructor", "prototype"].includes(key));
        const before = items.filter((item) => findFault(item) === undefined).join(",");
        const object = `{${JSON.stringify(key)}:1, ${JSON.stringify(key)} :2}`;
        const text = `${"[".repeat(depth)}[${before === "" ? "" : `${before},`}${object}]${"]".repeat(depth)}`;
        const parsed = parseStrict(text);
        expect(parsed.kind === "malformed" && parsed.reason).toBe(`the key ${JSON.stringify(key)} is there twice`);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['{"a":1,}', "it is not JSON"],
    ['{"a":01}', "it is not JSON"],
    ['{"a":\n  x}', "it is not JSON"],
    ["{'a':1}", "it is not JSON"],
    ['{"a":1} x', "it is not JSON"],
    ['{"a":"secret-canary', "it is not JSON: it ends too early"],
  ])("says of %j no more than where it fails", (text, reason) => {
    const parsed = parseStrict(text);
    expect(parsed.kind === "malformed" && parsed.reason).toContain(reason);
    expect(JSON.stringify(parsed)).not.toContain("canary");
  });

  it("keeps apart keys that only look alike", () => {
    expect(parseStrict('{"a":{"b":1},"c":{"b":1,"a":2},"":{"":3},"a\\"":1}').kind).toBe("value");
  });

  it.each([
    ["a forbidden key", '{\n  "__proto__": 1\n}\n'],
    ["half a surrogate pair", '{\n  "a": "\\ud800"\n}\n'],
    ["65 levels", `${JSON.stringify(JSON.parse("[".repeat(65) + "]".repeat(65)), undefined, 2)}\n`],
  ])("refuses %s in the very spelling of a delivered file", (_name, text) => {
    expect(parseStrict(text).kind).toBe("malformed");
  });

  it("points to the key at fault", () => {
    const parsed = parseStrict('{"list":[0,{"a/b":{"x":1,"x":2}}]}');
    expect(parsed).toMatchObject({ kind: "malformed", pointer: "/list/1/a~1b/x" });
  });

  it("accepts 64 levels and integers that keep their digits", () => {
    expect(parseStrict("[".repeat(64) + "]".repeat(64)).kind).toBe("value");
    expect(parseStrict("[9007199254740991,-9007199254740992,100000000000000000000,1e21,0.1]").kind).toBe("value");
  });
});
