// The catalogue's codes, their docs pages and their golden cases are one set, and pages show what cases really print.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue, isCode } from "@veltrix/diagnostics";
import { describe, expect, it } from "vitest";
import { type Case, cases } from "./cases.ts";
import { root } from "./repository.ts";

const docs = join(root, "packages/diagnostics/docs");
const codes = Object.keys(catalogue).filter(isCode).sort();
const pages = readdirSync(docs)
  .map((name) => name.replace(/\.md$/, ""))
  .sort();
const main = cases.filter(({ isVariant }) => !isVariant);

/** Codes whose place is known and that nothing can cause yet. They have no page and no case until something can. */
const reserved: readonly string[] = [];

const without = (wanted: readonly string[], present: readonly string[]): readonly string[] =>
  wanted.filter((code) => !present.includes(code));

describe("catalogue, docs and golden cases", () => {
  it("has a docs page for every code that can be caused", () => {
    expect(without(codes, [...pages, ...reserved])).toEqual([]);
  });

  it("has no docs page without a code", () => {
    expect(without(pages, codes)).toEqual([]);
  });

  it("has one golden case for every code that can be caused", () => {
    const covered = main.map(({ code }) => code);
    expect(without(codes, [...covered, ...reserved])).toEqual([]);
    expect(new Set(covered).size).toBe(covered.length);
  });

  it("keeps no code reserved that has a page or a case", () => {
    expect(reserved.filter((code) => pages.includes(code) || main.some((golden) => golden.code === code))).toEqual([]);
  });

  it("has no golden case without a code, or under another slug", () => {
    const wrong = cases.filter(({ code, slug }) => !isCode(code) || catalogue[code].slug !== slug);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it("keeps every number and slug apart", () => {
    const slugs = codes.map((code) => catalogue[code].slug);
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(codes.filter((code) => !/^VX[1-79][0-9]{3}$/.test(code))).toEqual([]);
  });

  it("runs every case by one of the three runners", () => {
    const isRun = ({ folder }: Case): boolean =>
      folder.includes("packages/compiler/") ||
      ["command.txt", "process.json"].filter((file) => existsSync(join(folder, file))).length === 1;
    expect(cases.filter((golden) => !isRun(golden)).map(({ name }) => name)).toEqual([]);
    expect(cases.filter(({ folder }) => !existsSync(join(folder, "expected.txt"))).map(({ name }) => name)).toEqual([]);
  });
});

describe.each(main)("$name", ({ code, slug, folder }) => {
  const page = readFileSync(join(docs, `${code}.md`), "utf8");
  const blocks = [...page.matchAll(/(?<=\n)([^\n]+)\n\n```[a-z]+\n(.*?)```\n/gs)].map(([, head, text]) => ({ head, text }));

  it("has a page with its code and slug as title, and the same four parts as every page", () => {
    expect(page.split("\n", 1)[0]).toBe(`# ${code} ${slug}`);
    expect(page.match(/^## .*$/gm)).toEqual([
      "## Example",
      "## How to fix it",
      expect.stringMatching(/^## Why Veltrix (refuses it|warns)$/) as string,
    ]);
    expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(46);
  });

  it("has a page that shows what the case prints", () => {
    const printed = blocks.filter(({ head }) => head === "What is printed:").map(({ text }) => text);
    expect(printed).toEqual([readFileSync(join(folder, "expected.txt"), "utf8")]);
  });

  it("has a page that shows files as the case holds them", () => {
    for (const { head = "", text } of blocks.filter((block) => block.head !== "What is printed:")) {
      expect(head).toMatch(/^`[^`]+`:$/);
      expect(text).toBe(readFileSync(join(folder, head.slice(1, -2)), "utf8"));
    }
  });
});
