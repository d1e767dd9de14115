import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { renderMap, renderQuoted, renderScalar, renderText } from "./yaml.ts";

const versions = ["1.1", "1.2"] as const;

const hazards = [
  "",
  " ",
  "\n",
  "\n\n",
  "\t",
  "a\n",
  "a\n\n\n",
  "\n a",
  "\n\n\ta\n",
  " lead",
  "trail ",
  "a\n  \n",
  "  \na",
  "a\n   ",
  "no",
  "NO",
  "y",
  "Y",
  "on",
  "true",
  "null",
  "~",
  "0x1F",
  "017",
  "0o17",
  "1:20",
  "1e3",
  "1_000",
  ".inf",
  ".nan",
  "2024-01-01",
  "e0",
  "E12",
  "e-1",
  "=",
  "<<",
  "---",
  "--- a",
  "...",
  "\n---\nkind: ClusterRoleBinding\n",
  "{{ .Values.x }}",
  '{{- include "x" . -}}',
  "a: b",
  "a #b",
  "#a",
  "- a",
  "? a",
  "&a",
  "*a",
  "!a",
  "|",
  ">",
  "%TAG",
  "@a",
  "`a`",
  "'",
  '"',
  "\\",
  "\\n",
  "a\r\nb",
  "\r",
  "\0",
  "\u0007",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\ufeffa",
  "\ufffe",
  "\uffff",
  "\u202e",
  "é",
  "😀",
  "\u{10ffff}",
  "$(VAR)",
  "${VAR}",
  "[a]",
  "{a}",
  "a,b",
];

/** Line-shaped texts are the ones that block scalars get wrong. */
const lines = fc
  .array(fc.constantFrom("", " ", "  ", "\t", "a", " a", "\ta", "a ", "---", "...", "# a", "- a", "é", "\r", "\u0085", "\u2028"), {
    maxLength: 6,
  })
  .map((parts) => parts.join("\n"));
const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "binary-ascii" }), lines, fc.constantFrom(...hazards));

it("M1, M7: gives back any text byte for byte, to YAML 1.1 and 1.2", () => {
  let count = 0;
  const check = (text: string): void => {
    count++;
    const document = `data:\n  literal: ${renderText(text, 2)}  quoted: ${renderQuoted(text)}\n${renderMap({ scalar: text, [`k${text}`.slice(0, 900)]: [text, { a: text }] })}`;
    for (const version of versions) {
      expect(parse(document, { version })).toEqual({
        data: { literal: text, quoted: text },
        scalar: text,
        [`k${text}`.slice(0, 900)]: [text, { a: text }],
      });
    }
  };
  for (const text of hazards) check(text);
  fc.assert(fc.property(anyText, check), { numRuns: 2_000 });
  process.stdout.write(`round trip: ${count} texts x ${versions.length} YAML versions x 5 places\n`);
}, 60_000);

it("writes a literal wherever one can carry the text", () => {
  expect(renderText('{\n  "a": 1\n}\n', 2)).toBe('|\n    {\n      "a": 1\n    }\n');
  expect(renderText("a", 0)).toBe("|-\n  a\n");
  expect(renderText("  a\n\nb\n", 0)).toBe("|2\n    a\n\n  b\n");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "{", '"', " ", "\n", "é", "😀", "#", ":") }), (text) => {
      const body = text.endsWith("\n") ? text.slice(0, -1) : text;
      expect(renderText(text, 2).startsWith("|")).toBe(body !== "" && body === body.trimEnd());
    }),
  );
});

it("writes a double-quoted scalar where a literal cannot carry the text", () => {
  for (const text of ["a\rb", "a\0", "a\u0085b", "a\u2028b", "\ufeffa", "a\u007f", "", " \n", "a \n", "a\n\n", "a\u00a0", "a\u3000\n"])
    expect(renderText(text, 2)).toMatch(/^".*"\n$/);
});

it("M1: quotes every word that a YAML 1.1 parser reads as something else", () => {
  for (const text of ["no", "NO", "on", "Off", "y", "N", "true", "NULL", "~", "0x1F", "017", "1:20", "1e3", "e0", "=", "2024-01-01", ""]) {
    expect(renderScalar(text)).toBe(JSON.stringify(text));
  }
  for (const text of ["ConfigMap", "apps/v1", "veltrix.dev/service", "gateway-config"]) expect(renderScalar(text)).toBe(text);
});

it("writes nested maps and lists, empty ones and numbers included", () => {
  const value = { a: { b: [{ c: "x", d: { e: 1 } }, "f", [], [["g"]], {}], h: {} }, i: true, j: -1.5 };
  for (const version of versions) expect(parse(renderMap(value), { version })).toEqual(value);
  expect(renderMap({ a: undefined, b: "c" })).toBe("b: c\n");
});
