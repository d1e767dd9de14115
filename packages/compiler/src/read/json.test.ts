import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problems } from "./document.ts";
import { parseJson } from "./json.ts";

/** The value, and the codes of the problems with their offsets. */
function parse(text: string): { readonly value: unknown; readonly problems: readonly string[] } {
  const problems = new Problems("f.json");
  const value = parseJson(text, problems);
  return { value, problems: problems.diagnostics.map(({ code, at }) => `${code}@${at.offset}`) };
}

/** JSON without keys and numbers that the reader refuses by themselves. */
const json = fc.jsonValue({ maxDepth: 5 }).filter((value) => !/"(?:__proto__|constructor|prototype)":/.test(JSON.stringify(value)));

describe("parseJson", () => {
  it("reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(json, fc.nat(4), (value, indent) => {
        const { value: read, problems } = parse(JSON.stringify(value, undefined, indent));
        expect(problems.filter((problem) => !problem.startsWith("VX1013"))).toEqual([]);
        expect(JSON.stringify(read)).toBe(JSON.stringify(value));
      }),
    );
  });

  it("accepts and refuses the same texts as JSON.parse, however they are spoiled", () => {
    const spoiler = fc.record({
      at: fc.nat(200),
      remove: fc.nat(3),
      insert: fc.constantFrom("", ",", "}", "]", "[", "{", '"', "\\", "0", "-", ".", "e", "\n", "\u0001", " ", "tru", "/*x*/", "'"),
    });
    fc.assert(
      fc.property(json, fc.array(spoiler, { maxLength: 2 }), (value, spoilers) => {
        let text = JSON.stringify(value, undefined, 1);
        for (const { at, remove, insert } of spoilers) text = text.slice(0, at) + insert + text.slice(at + remove);
        const expected = attempt(text);
        const { value: read, problems } = parse(text);
        if (problems.some((problem) => /^VX(?:1003|1012)/.test(problem))) return;
        expect({ text, isRefused: problems.some((problem) => problem.startsWith("VX1002")) }).toEqual({
          text,
          isRefused: expected === undefined,
        });
        if (expected !== undefined) expect(JSON.stringify(read)).toBe(JSON.stringify(expected.value));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["", "VX1002@0"],
    [" \n", "VX1002@1"],
    ["{", "VX1002@0"],
    ['{"a":1,}', "VX1002@6"],
    ["[1,]", "VX1002@2"],
    ['{"a" 1}', "VX1002@5"],
    ["{a:1}", "VX1002@1"],
    ["// x\n{}", "VX1002@0"],
    ["{} {}", "VX1002@3"],
    ["01", "VX1002@1"],
    ["+1", "VX1002@0"],
    [".5", "VX1002@0"],
    ["1.", "VX1002@1"],
    ["0x1F", "VX1002@1"],
    ["NaN", "VX1002@0"],
    ["truest", "VX1002@0"],
    ['"a\nb"', "VX1002@2"],
    ['"\\x41"', "VX1002@0"],
    ['"open', "VX1002@4"],
    ["'a'", "VX1002@0"],
  ])("reports VX1002 for %j at its place", (text, problem) => {
    expect(parse(text)).toEqual({ value: undefined, problems: [problem] });
  });

  it("S10: reports VX1003 for each key that stands twice, escaped ones included", () => {
    expect(parse('{"a":1,"b":{"c":1,"c":2},"a":3}').problems).toEqual(["VX1003@18", "VX1003@25"]);
    expect(parse('{"port":1,"p\\u006frt":2}').problems).toEqual(["VX1003@10"]);
    expect(parse('[{"a":1},{"a":2}]').problems).toEqual([]);
  });

  it("S6: reports VX1012 for keys that objects have already, escaped ones included, and keeps none of them", () => {
    for (const key of ["__proto__", "prototype", "\\u005f_proto__"]) {
      const { value, problems } = parse(`{"a":{"${key}":{"polluted":true}}}`);
      expect(problems).toEqual(["VX1012@6"]);
      expect(value).toEqual({ a: {} });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("keeps keys such as toString and hasOwnProperty as ordinary ones", () => {
    expect(parse('{"toString":1,"hasOwnProperty":2}')).toEqual({ value: { toString: 1, hasOwnProperty: 2 }, problems: [] });
  });

  it("S12: reports VX1013 for numbers that no reader keeps", () => {
    expect(parse("[9007199254740993, 1e400, -1e999]").problems).toEqual(["VX1013@1", "VX1013@19", "VX1013@26"]);
    expect(parse("[9007199254740991, 1e21, 0.1, -0, 1e-400]").problems).toEqual([]);
  });

  it.each([100_000, 65])("S4: reports VX1006 for %i levels, and does not overflow", (depth) => {
    for (const text of ["[".repeat(depth), '{"a":'.repeat(depth), `${"[".repeat(depth)}1${"]".repeat(depth)}`])
      expect(parse(text).problems.map((problem) => problem.slice(0, 6))).toEqual(["VX1006"]);
  });

  it("reads 64 levels", () => {
    expect(parse(`${"[".repeat(64)}1${"]".repeat(64)}`).problems).toEqual([]);
  });

  it("S4: reports VX1006 for more values than any configuration has", () => {
    expect(parse(`[${"0,".repeat(100_001)}0]`).problems.map((problem) => problem.slice(0, 6))).toEqual(["VX1006"]);
  });

  it("S13: reports VX1014 for half of a character, in keys and texts, which only an escape can write", () => {
    expect(parse('{ "\\ud800": 1 }').problems).toEqual(["VX1014@2"]);
    expect(parse('{ "a": "b\\udc00" }').problems).toEqual(["VX1014@7"]);
    expect(parse('"\\ud83d\\ude00"')).toEqual({ value: "😀", problems: [] });
  });
});

function attempt(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

describe("what people write in JSON that is none", () => {
  it.each([
    ['{"a":1,}', "a comma stands behind the last member; remove the comma", 6],
    ["[1,\n]", "a comma stands behind the last member; remove the comma", 2],
    ['{"a":1,,"b":2}', "two commas follow each other; remove one of them", 7],
    ["[1,,2]", "a value is missing before this comma; write the value, or remove the comma", 3],
    ['{"a":1 // b\n}', 'this is a comment, and JSON has none; remove it, or write it as "$comment": "..."', 7],
    ['{ /* b */ "a":1}', 'this is a comment, and JSON has none; remove it, or write it as "$comment": "..."', 2],
    ["{a:1}", 'a key stands in double quotes; write "a"', 1],
    ["{'a':1}", 'a key stands in double quotes; write "a"', 1],
    ["['a']", 'a text stands in double quotes; write "..."', 1],
    ['{"a":1\n"b":2}', "a comma is missing before this; write `,` behind the value above", 7],
  ])("reports VX1002 for %j, with what to write", (text, words, offset) => {
    const problems = new Problems("f.json");
    expect(parseJson(text, problems)).toBeUndefined();
    expect(problems.diagnostics.map(({ message, hint, at }) => [message, hint, at.offset])).toEqual([
      [`this is not valid JSON: ${words.slice(0, words.indexOf("; "))}`, words.slice(words.indexOf("; ") + 2), offset],
    ]);
  });
});
