import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderFrame, renderHiddenFrame, visible } from "./frame.ts";
import { locate, type Span } from "./positions.ts";

const text = "environments:\n  dev: {}\nmqtt:\n  host: broker\n";

function span(line: number, column: number, endLine = line, endColumn = column + 1): Span {
  return { line, column, endLine, endColumn };
}

describe("renderFrame", () => {
  it("shows the line, its number, carets and the label", () => {
    expect(renderFrame(text, span(4, 9, 4, 15), "this host")).toEqual(["  |", "4 |   host: broker", "  |         ^^^^^^ this host"]);
  });

  it("shows lines before it where they are asked for, numbered in one width", () => {
    const long = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join("\n");
    expect(renderFrame(long, span(10, 1, 10, 5), undefined, 2)).toEqual([
      "   |",
      " 8 | line 8",
      " 9 | line 9",
      "10 | line 10",
      "   | ^^^^",
    ]);
  });

  it("ends the carets with the line where the span goes on below it", () => {
    expect(renderFrame(text, span(3, 1, 4, 15), undefined).at(-1)).toBe("  | ^^^^^");
  });

  it("cuts a long line around the caret", () => {
    const rows = renderFrame(`${"a".repeat(500)}HERE${"b".repeat(500)}`, span(1, 501, 1, 505), undefined);
    expect(rows[1]).toHaveLength(4 + 160);
    expect(rows[1]?.indexOf("HERE")).toBe(rows[2]?.indexOf("^"));
    expect(rows[2]).toMatch(/ \^{4}$/);
  });

  it("C4: shows control characters, escape sequences and turned reading order as text", () => {
    const rows = renderFrame("name: \u001b[31mred\u202e\u0007\u200b\tend", span(1, 7), "\u001b[2Jlabel").join("\n");
    expect(rows).toContain("\\u{1b}[31mred\\u{202e}\\u{7}\\u{200b} end");
    expect(rows).toContain("\\u{1b}[2Jlabel");
    // oxlint-disable-next-line no-control-regex -- these are the characters that must not be there
    expect(rows).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it("never throws, whatever the text and the place", () => {
    const anyText = fc.string({
      unit: fc.oneof(fc.string({ unit: "binary", maxLength: 1 }), fc.constantFrom("\n", "\r", "\t", ":", "-", "{", '"', "\u001b")),
    });
    const number = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(anyText, number, number, number, number, fc.nat(4), (source, line, column, endLine, endColumn, context) => {
        const rows = renderFrame(source, { line, column, endLine, endColumn }, "label", context);
        expect(rows.length).toBeGreaterThanOrEqual(3);
        expect(rows.join("")).not.toContain("\n");
      }),
    );
  });

  it("never throws for a place that was looked for in the text", () => {
    const pointer = fc
      .array(fc.string({ maxLength: 4 }))
      .map((tokens) => tokens.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""));
    const location = fc.record({ file: fc.constant("f"), pointer, on: fc.constantFrom("key" as const, "value" as const) });
    const source = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json({ maxDepth: 3 }).map((json) => `a: ${json}\nb: [1, *x]\n`),
    );
    fc.assert(
      fc.property(source, fc.oneof(location, fc.record({ file: fc.constant("f"), offset: fc.nat(300) })), (yaml, at) => {
        const found = locate(yaml, at);
        expect(Math.min(found.line, found.column, found.endLine, found.endColumn)).toBeGreaterThanOrEqual(1);
        renderFrame(yaml, found, undefined);
      }),
    );
  });
});

describe("renderHiddenFrame", () => {
  it.each([
    ["password: hunter2", 11, "1 | password: [secret]"],
    ["  - token: hunter2 # hunter2", 12, "1 |   - token: [secret]"],
    ['"pass word": hunter2', 14, undefined],
    ["a: { user: x, password: hunter2 }", 25, undefined],
    ["- hunter2", 3, undefined],
  ])("shows of %j no value", (line, column, row) => {
    const rows = renderHiddenFrame(line, span(1, column, 1, column + 7), "label");
    expect(rows[1]).toBe(row);
    expect(rows.join()).not.toContain("hunter2");
  });

  it("keeps the number of the line", () => {
    expect(renderHiddenFrame("a: 1\n".repeat(11) + "password: |\n  hunter2", span(12, 11, 13, 10), undefined)).toEqual([
      "   |",
      "12 | password: [secret]",
      "   |           ^^^^^^^^",
    ]);
  });
});

describe("visible", () => {
  it("leaves letters of every script as they are", () => {
    expect(visible("São Paulo, 東京, मुंबई 🙂")).toBe("São Paulo, 東京, मुंबई 🙂");
  });
});
