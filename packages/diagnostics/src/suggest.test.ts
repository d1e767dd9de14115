import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, isSameSpelling, suggest } from "./suggest.ts";

describe("suggest", () => {
  it.each([
    ["brokrUrl", ["brokerUrl", "qos"], ["brokerUrl"]],
    ["hots", ["host", "port", "hosts"], ["host", "hosts"]],
    ["prd", ["prod", "dev", "staging"], ["prod"]],
    ["pord", ["prod", "port", "pod"], ["pod", "port", "prod"]],
    ["client-id", ["clientId", "client_ID", "clientIp"], ["clientId", "client_ID"]],
    ["APIKEY", ["api-key", "apiKeys"], ["api-key"]],
    ["zzz", ["prod", "dev"], []],
    ["a", ["b", "ab", "bcd"], ["ab", "b"]],
    ["port", ["port"], []],
    ["", ["a"], ["a"]],
  ])("suggests for %s of %j: %j", (wrong, known, expected) => {
    expect(suggest(wrong, known)).toEqual(expected);
  });

  it("leaves out what is clearly farther than the best", () => {
    expect(suggest("timeout", ["timeoutA", "timeoutAB", "timeoutABC"])).toEqual(["timeoutA", "timeoutAB"]);
    expect(suggest("timeout", ["timeOut", "timeoutAB"])).toEqual(["timeOut"]);
  });

  it("gives three names at the most, best first, ties by name", () => {
    expect(suggest("timeout", ["timeoutA", "timeoutB", "timeoutC", "timeoutD", "timeOut"])).toEqual(["timeOut", "timeoutA", "timeoutB"]);
  });

  it("allows a third of the length, and never more than three", () => {
    expect(suggest("abc", ["abd"])).toEqual(["abd"]);
    expect(suggest("abc", ["ade"])).toEqual([]);
    expect(suggest("abcdefghijklmnop", ["abcdefghijklmxyz"])).toEqual(["abcdefghijklmxyz"]);
    expect(suggest("abcdefghijklmnop", ["abcdefghijklwxyz"])).toEqual([]);
  });

  it("does not search for texts that nobody mistypes", () => {
    expect(suggest("x".repeat(101), ["x".repeat(100)])).toEqual([]);
  });

  it("never suggests the name itself", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (wrong, known) => {
        expect(suggest(wrong, [...known, wrong])).not.toContain(wrong);
      }),
    );
  });

  it("tells spellings apart by more than case, `-` and `_`", () => {
    expect(isSameSpelling("broker_url", "brokerURL")).toBe(true);
    expect(isSameSpelling("broker.url", "brokerurl")).toBe(false);
  });
});

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["ab", "ba", 1],
    ["brokerUrl", "brokreUrl", 1],
    ["ca", "abc", 3],
  ])("from %s to %s is %i", (a, b, distance) => {
    expect(editDistance(a, b, 10)).toBe(distance);
  });

  it("stops one above its limit", () => {
    expect(editDistance("abcdef", "uvwxyz", 2)).toBe(3);
    expect(editDistance("a", "abcdefgh", 2)).toBe(3);
  });

  it("is what the definition gives, up to any limit", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
    fc.assert(
      fc.property(word, word, fc.nat(6), (a, b, limit) => {
        expect(editDistance(a, b, limit)).toBe(Math.min(byDefinition(a, b), limit + 1));
      }),
    );
  });
});

/** Optimal string alignment, as its definition reads. */
function byDefinition(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const cost = a.at(-1) === b.at(-1) ? 0 : 1;
  const options = [
    byDefinition(a.slice(0, -1), b) + 1,
    byDefinition(a, b.slice(0, -1)) + 1,
    byDefinition(a.slice(0, -1), b.slice(0, -1)) + cost,
  ];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1))
    options.push(byDefinition(a.slice(0, -2), b.slice(0, -2)) + 1);
  return Math.min(...options);
}
