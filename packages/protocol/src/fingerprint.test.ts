import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalize, compareUtf8, type JsonValue, NotCanonicalError } from "./json.ts";
import { fingerprintConfig, hashLeaf } from "./fingerprint.ts";
import { leavesOf } from "./leaves.ts";

const folder = new URL("../vectors/", import.meta.url);
const script = fileURLToPath(new URL("fingerprint.py", folder));
const hasPython = spawnSync("python3", ["--version"]).status === 0;

interface Vector {
  readonly name: string;
  readonly value: JsonValue;
  readonly secrets?: { readonly [pointer: string]: string };
  readonly hot?: readonly string[];
  readonly expected: { readonly root: string; readonly restart: string; readonly leaves: { readonly [pointer: string]: string } };
}

// A file of this repository whose form this test is the only one to rely on.
const vectors = JSON.parse(readFileSync(new URL("fingerprints.json", folder), "utf8")) as readonly Vector[];

function second(documents: readonly object[]): readonly Vector["expected"][] {
  const input = documents.map((document) => `${JSON.stringify(document)}\n`).join("");
  const { stdout, stderr, status } = spawnSync("python3", [script], { input, encoding: "utf8", maxBuffer: 1e9 });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Vector["expected"]);
}

describe("fingerprints", () => {
  it.each(vectors)("M6 equals the golden vector: $name", ({ value, secrets = {}, hot = [], expected }) => {
    expect(fingerprintConfig(value, { secrets, hot })).toEqual(expected);
  });

  it.skipIf(!hasPython)("M6 equals a second implementation, in Python, on the vectors and 2,000 random values", () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => ({ value: JSON.parse(JSON.stringify(value)) as JsonValue }));
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ value: { value: value === 0 ? 0 : value } }));
    const texts = fc.dictionary(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" })).map((value) => ({ value: { ...value } }));
    const documents = [
      ...vectors.map(({ value, secrets = {}, hot = [] }) => ({ value, secrets, hot })),
      ...fc.sample(json, 700),
      ...fc.sample(numbers, 700),
      ...fc.sample(texts, 600),
    ];
    const kept = documents.filter(({ value }) => !JSON.stringify(value).includes("__proto__"));
    const others = second(kept);
    kept.forEach((document, index) => {
      const { value, secrets = {}, hot = [] } = document as Vector;
      expect([value, fingerprintConfig(value, { secrets, hot })]).toEqual([value, others[index]]);
    });
  });

  it("M6 ignores the order of keys and nothing else", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => {
        const left = JSON.parse(JSON.stringify(a)) as JsonValue;
        const right = JSON.parse(JSON.stringify(b)) as JsonValue;
        const shuffled = Object.fromEntries(Object.entries(left as object).toReversed()) as JsonValue;
        expect(fingerprintConfig(shuffled).root).toBe(fingerprintConfig(left).root);
        expect(fingerprintConfig(left).root === fingerprintConfig(right).root).toBe(canonicalize(left) === canonicalize(right));
      }),
    );
  });

  it("M6 tells apart what a plain join of texts would confuse", () => {
    const pairs: readonly (readonly [JsonValue, JsonValue])[] = [
      [{ a: ["ab", "c"] }, { a: ["a", "bc"] }],
      [{ "a/b": 1 }, { a: { b: 1 } }],
      [{ a: "1" }, { a: 1 }],
      [{ a: {} }, {}],
      [{ a: [] }, { a: {} }],
      [{ a: null }, {}],
      [{ "\u00e9": 1 }, { "e\u0301": 1 }],
    ];
    for (const [a, b] of pairs) expect(fingerprintConfig(a).root).not.toBe(fingerprintConfig(b).root);
    expect(fingerprintConfig({ a: -0 }).root).toBe(fingerprintConfig({ a: 0 }).root);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, "\ud800"])("refuses what is not I-JSON: %s", (value) => {
    // The type forbids it; a caller in JavaScript may do it all the same.
    expect(() => hashLeaf({ pointer: "/a", value: value as JsonValue })).toThrow(NotCanonicalError);
  });

  it("M5 hashes a secret by its reference alone", () => {
    const { leaves } = fingerprintConfig({}, { secrets: { "/password": "mqtt/password" } });
    expect(leaves["/password"]).toBe(hashLeaf({ pointer: "/password", value: "secret:mqtt/password" }));
  });

  it("leaves hot subtrees out of the restart hash", () => {
    const before = fingerprintConfig({ a: 1, b: { c: 1 } }, { hot: ["/b"] });
    const after = fingerprintConfig({ a: 1, b: { c: 2 } }, { hot: ["/b"] });
    expect(after.restart).toBe(before.restart);
    expect(after.root).not.toBe(before.root);
  });

  it("orders leaves by the bytes of their pointers", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
        const sorted = [...texts].sort(compareUtf8);
        const expected = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(sorted).toEqual(expected);
      }),
    );
    expect(leavesOf({ "\u{1f600}": 1, "\uffee": 2 }).map(({ value }) => value)).toEqual([2, 1]);
  });
});
