import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Problems, Reference, SecretReference } from "./document.ts";
import { parseJson } from "./json.ts";
import { parseReference } from "./tags.ts";
import { parseYaml } from "./yaml.ts";

function parse(text: string): { readonly value: unknown; readonly problems: readonly string[] } {
  const problems = new Problems("f.yaml");
  const value = parseYaml(text, problems);
  return { value, problems: problems.diagnostics.map(({ code, message }) => `${code} ${message}`) };
}

function codes(text: string): readonly string[] {
  return parse(text).problems.map((problem) => problem.slice(0, 6));
}

describe("S12: YAML 1.2 core, where YAML 1.1 reads something else", () => {
  it.each([
    ["NO", "NO"],
    ["no", "no"],
    ["yes", "yes"],
    ["on", "on"],
    ["Off", "Off"],
    ["y", "y"],
    ["0o17", 15],
    ["0b11", "0b11"],
    ["0x1F", 31],
    ["1_000", "1_000"],
    ["1:20", "1:20"],
    ["12:30:45", "12:30:45"],
    ["2024-01-01", "2024-01-01"],
    ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"],
    ["~", null],
    ["null", null],
    ["Null", null],
    ["", null],
    ["true", true],
    ["True", true],
    ["tRUE", "tRUE"],
    ["1e3", 1000],
    ["1.0", 1],
    [".5", 0.5],
    ["+1", 1],
    ["-0", -0],
    ["=", "="],
    ["'017'", "017"],
    ['"~"', "~"],
    ["1.2.3", "1.2.3"],
    ["10.0.0.1", "10.0.0.1"],
    ["0.0.0.0:8080", "0.0.0.0:8080"],
    ["@", undefined],
    ["`x`", undefined],
  ])("reads %s as %j", (text, expected) => {
    const { value, problems } = parse(`a: ${text}\n`);
    if (expected === undefined) expect(problems.map((problem) => problem.slice(0, 6))).toEqual(["VX1001"]);
    else expect([value, problems]).toEqual([{ a: expected }, []]);
  });

  it.each([".inf", "-.Inf", ".nan", "9007199254740993", "-9007199254740993", "1e400", "0xFFFFFFFFFFFFFFFF"])(
    "reports VX1013 for %s",
    (text) => {
      expect(codes(`a: ${text}\n`)).toEqual(["VX1013"]);
    },
  );
});

describe("parseYaml", () => {
  it("reads what a writer writes", () => {
    const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: true });
    const key = fc.string({ unit: fc.constantFrom("a", "b", "-", "_", "/", "~", " ", ":"), minLength: 1, maxLength: 6 });
    const object = fc.dictionary(key, fc.dictionary(key, value));
    fc.assert(
      fc.property(object, (written) => {
        const { value: read, problems } = parse(
          stringify(written, { aliasDuplicateObjects: false, defaultKeyType: "QUOTE_DOUBLE", defaultStringType: "QUOTE_DOUBLE" }),
        );
        if (problems.length > 0) return;
        expect(JSON.stringify(read)).toBe(JSON.stringify(written));
      }),
    );
  });

  it("never throws, whatever the text", () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom(
        "a: ",
        "- ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        "|\n",
        ">",
        "&x ",
        "*x",
        "!ref ",
        "!!str ",
        "<<: ",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "#",
        "'",
        '"',
        "? ",
        ": ",
        "\t",
        "\u0000",
        "\ud800",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(() => parse(pieces.join(""))).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["a: &x 1\n", "the anchor &x"],
    ["a: *x\n", "the alias *x"],
    ["a: &x 1\nb: *x\n", "the anchor &x", "the alias *x"],
    ["&x a: 1\n", "the anchor &x"],
    ["a: { <<: { b: 1 } }\n", "the merge key <<"],
    ["<<: [{ a: 1 }]\n", "the merge key <<"],
    ["a: !env PORT\n", "the tag !env"],
    ["a: !!str 5\n", "the tag !!str"],
    ["a: !!int '5'\n", "the tag !!int"],
    ["a: !!bool yes\n", "the tag !!bool"],
    ["a: !!binary aGk=\n", "the tag !!binary"],
    ["a: !!set { x }\n", "the tag !!set"],
    ["a: !!js/function 'x'\n", "the tag !!js/function"],
    ["a: !foo [1]\n", "the tag !foo"],
    ["a: !foo { b: 1 }\n", "the tag !foo"],
    ["!foo a: 1\n", "a key that is not a plain text"],
    ["? [a]\n: 1\n", "a key that is not a plain text"],
    ["8080: x\n", "the unquoted key 8080"],
    ["true: x\n", "the unquoted key true"],
    ["~: x\n", "the unquoted key ~"],
    ["a: 1\n---\nb: 2\n", "a second document"],
  ])("S11: reports VX1005 once for each of what %j holds that it must not", (text, ...features) => {
    const { problems } = parse(text);
    expect(problems).toEqual(features.map((feature) => `VX1005 ${feature} is not allowed in a values file`));
  });

  it("takes a merge key in quotes for the text that it is", () => {
    expect(parse('"<<": 1\n')).toEqual({ value: { "<<": 1 }, problems: [] });
  });

  it.each([["\ta: 1\n"], ["a:\n\tb: 1\n"], ["a: [1\n"], ["a: b: c\n"], ["a: 'x\n"], ["a: 1\n b: 2\n"], ["%YAML 9.9\n---\na: @\n"]])(
    "reports VX1001 once for %j",
    (text) => {
      expect(codes(text)).toEqual(["VX1001"]);
    },
  );

  it("S13: reports VX1014 for half of a character, in keys and texts, which only an escape can write", () => {
    expect(codes('a: "b\\ud800"\n')).toEqual(["VX1014"]);
    expect(codes('"\\udc00": b\n')).toEqual(["VX1014"]);
  });

  it("S10: reports VX1003 for each key that stands twice", () => {
    expect(codes("a: 1\nb: { c: 1, c: 2 }\na: 3\n'a': 4\n")).toEqual(["VX1003", "VX1003", "VX1003"]);
  });

  it("S6: reports VX1012 for keys that objects have already, and keeps none of them", () => {
    const { value, problems } = parse("a:\n  __proto__: { polluted: true }\n  prototype: 2\n  b: 1\n");
    expect(problems.map((problem) => problem.slice(0, 6))).toEqual(["VX1012", "VX1012"]);
    expect(value).toEqual({ a: { b: 1 } });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("S13: reports VX1014 for what a reviewer cannot see, and takes it where it is written as an escape", () => {
    expect(codes("a: x\u200by\n")).toEqual(["VX1014"]);
    expect(codes("a: 'x\u202ey'\n")).toEqual(["VX1014"]);
    expect(codes("a\u200b: 1\n")).toEqual(["VX1014"]);
    expect(parse('a: "x\\u200by"\n')).toEqual({ value: { a: "x\u200by" }, problems: [] });
    expect(codes('"a\\u200b": 1\n')).toEqual(["VX1014"]);
  });

  it("reads references and secrets, and reports VX2013 for malformed ones", () => {
    expect(parse("a: !ref broker#/host\nb: !secret mqtt/password\n").value).toEqual({
      a: new Reference("broker", "/host"),
      b: new SecretReference("mqtt", "password"),
    });
    const malformed = [
      "!ref",
      "!ref broker",
      "!ref broker#",
      "!ref broker#host",
      "!ref '#/a'",
      "!ref Broker#/a",
      "!ref a#/~2",
      "!ref [a]",
      "!ref { a: b }",
      "!secret",
      "!secret name",
      "!secret /key",
      "!secret name/",
      "!secret name/..",
      "!secret name/a/b",
      "!secret Name/key",
      "!secret ../x/y",
      "!secret [a]",
    ];
    for (const tag of malformed) expect([tag, codes(`a: ${tag}\n`)]).toEqual([tag, ["VX2013"]]);
  });

  it("reads an empty file as no values", () => {
    for (const text of ["", "\n", "# nothing\n", "---\n", "---\n...\n"]) expect(parse(text)).toEqual({ value: {}, problems: [] });
  });
});

describe("S4, S11: a bomb ends in a diagnostic", () => {
  const bomb = Array.from(
    { length: 9 },
    (_, level) => `l${level}: &l${level} [${Array.from({ length: 9 }, () => (level === 0 ? "lol" : `*l${level - 1}`)).join(", ")}]`,
  ).join("\n");

  it("reports VX1005 for nine levels of aliases, and unfolds none", () => {
    expect(new Set(codes(`${bomb}\n`))).toEqual(new Set(["VX1005"]));
  });

  it.each([
    ["lists in one line", "[".repeat(10_000)],
    ["closed lists in one line", `a: ${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    ["objects in one line", `a: ${"{a: ".repeat(10_000)}`],
    ["dashes", `${"- ".repeat(10_000)}x`],
    ["question marks", `${"? ".repeat(10_000)}x`],
    ["indented keys", Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
    ["indented dashes", Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}-`).join("\n")],
    ["one list a line", "[\n".repeat(10_000)],
    ["brackets behind quotes", `a: "'" ${"[".repeat(10_000)}`],
    ["tabs and dashes", `${"-\t".repeat(10_000)}x`],
    ["keys and dashes in turn", Array.from({ length: 1000 }, (_, level) => `${" ".repeat(2 * level)}- a:`).join("\n")],
    ["66 levels of keys", Array.from({ length: 66 }, (_, level) => `${" ".repeat(level)}a:`).join("\n")],
  ])("reports VX1006 or VX1001 for %s", (_name, text) => {
    expect(["VX1006", "VX1001"]).toContain(codes(text)[0]);
    expect(codes(text)).toHaveLength(1);
  });

  it("reads 60 levels", () => {
    expect(codes(Array.from({ length: 60 }, (_, level) => `${" ".repeat(level)}a:`).join("\n"))).toEqual([]);
  });

  it.each([
    ["a full level", "1", 64],
    ["an empty list", "[]", 63],
    ["an empty object", "{}", 63],
  ])("reads 64 levels and no more, the last of them %s", (_name, inner, most) => {
    // The document is a level itself.
    const nested = (levels: number): string => `a: ${"[".repeat(levels - 1)}${inner}${"]".repeat(levels - 1)}\n`;
    expect(codes(nested(most))).toEqual([]);
    expect(codes(nested(most + 1))).toEqual(["VX1006"]);
  });

  it("reports VX1006 once for more values than any configuration has", () => {
    expect(codes(`a: [${"1, ".repeat(100_100)}1]\n`)).toEqual(["VX1006"]);
  });

  it("takes brackets in texts for texts", () => {
    const many = "[x] {y} [[".repeat(200) + "]]".repeat(200);
    expect(parse(`a: "${many}"\nb: |\n  ${many}\n# ${many}\n`).problems).toEqual([]);
  });
});

describe("numbers and syntax that people mistype", () => {
  it.each([
    ["0644", "VX1122 /mode is 0644, which YAML 1.2 reads as 644 and YAML 1.1 as 420, an octal number"],
    ["-017", "VX1122 /mode is -017, which YAML 1.2 reads as -17 and YAML 1.1 as -15, an octal number"],
    ["08080", "VX1122 /mode is 08080, which YAML 1.2 reads as 8080 and YAML 1.1 does not"],
    ["00.5", "VX1122 /mode is 00.5, which YAML 1.2 reads as 0.5 and YAML 1.1 does not"],
  ])("S12: reports VX1122 for %s", (text, problem) => {
    expect(parse(`mode: ${text}`).problems).toEqual([problem]);
  });

  it.each(["0", "0.5", "-0.25", "0o644", "0x1F", '"0644"', "0e1"])("S12: takes %s", (text) => {
    expect(parse(`mode: ${text}`).problems).toEqual([]);
  });

  it.each([
    ["a:\n\tb: 1", "a tab indents this line"],
    ["a:\n   b: 1\n  c: 2", "this line is not indented as the lines that it belongs to"],
    ["a: b: c", "a second `key:` follows where only a value can stand"],
    ["a:\nb 1\nc: 2", "this is no `key: value`"],
    ["a: @b", "a text cannot begin with this character"],
    ['a: "\\d"', "a text in double quotes holds an escape that YAML does not have"],
  ])("reports VX1001 in words that help for %j", (text, detail) => {
    expect(parse(text).problems).toEqual([`VX1001 this is not valid YAML: ${detail}`]);
  });
});

describe("whose file it is", () => {
  const gateway = "schemas/gateway/values/prod.yaml";
  it.each([
    ["mqtt:\n  qos: 1\n  qos: 2\n", "/mqtt/qos", "VX1003 gateway: /mqtt/qos is set twice in the same object"],
    ["bytes: 9007199254740993\n", "/bytes", "VX1013 gateway: /bytes is 9007199254740993, which a 64-bit float cannot hold exactly"],
    ["ratio: .nan\n", "/ratio", "VX1013 gateway: /ratio is .nan, a number that JSON cannot hold"],
    ["mode: 0644\n", "/mode", "VX1122 gateway: /mode is 0644, which YAML 1.2 reads as 644 and YAML 1.1 as 420, an octal number"],
    ["a:\n  - url: !ref Broker#/url\n", "/a/0/url", "VX2013 gateway: /a/0/url has a malformed !ref: `Broker` is not a service id"],
  ])("names service and key of %j", (text, key, message) => {
    const problems = new Problems(gateway);
    parseYaml(text, problems);
    const [diagnostic] = problems.diagnostics;
    expect(`${diagnostic?.code} ${diagnostic?.message}`).toBe(message);
    expect(diagnostic).toMatchObject({ service: "gateway", key });
  });

  it("names the service and the declared key in a contract", () => {
    const problems = new Problems("schemas/gateway/config.schema.json");
    parseJson(
      '{"properties": {"mqtt": {"properties": {"qos": {"maximum": 9007199254740993, "type": "integer", "type": "number"}}}}}',
      problems,
    );
    expect(problems.diagnostics).toMatchObject([
      { code: "VX1013", service: "gateway", key: "/mqtt/qos", message: "gateway: a 64-bit float cannot hold 9007199254740993 exactly" },
      { code: "VX1003", service: "gateway", key: "/mqtt/qos", message: "gateway: the key `type` is set twice in the same object" },
    ]);
  });

  it.each([
    ["Broker#/url", "!ref broker#/url"],
    ["Broker#", "!ref broker#/<path>/<to>/<key>"],
    ["MessageBroker#/url", "!ref message-broker#/url"],
    ["message_broker#/url", "!ref message-broker#/url"],
  ])("finds the service that `!ref %s` means", (text, write) => {
    expect(parseReference(text)).toMatchObject({ kind: "malformed", write });
  });
});
