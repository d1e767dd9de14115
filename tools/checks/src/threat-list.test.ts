// The list of threats and the ids that names of tests begin with are equal.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { files, root } from "./repository.ts";
import { listTitles, threatsOf } from "./titles.ts";

const page = readFileSync(join(root, "docs/threat-list.md"), "utf8");
const listed = [...page.matchAll(/^\| ([A-Z]\d+) +\|/gm)].map(([, id = ""]) => id);

const tests = files.filter((path) => path.endsWith(".test.ts") || /^tools\/envtest\/src\/suites\/.*\.ts$/.test(path));
const used = new Set(
  tests.flatMap((path) => listTitles(path, readFileSync(join(root, path), "utf8")).flatMap((title) => threatsOf(title))),
);

describe("the list of threats", () => {
  it("has one line for each", () => {
    expect(listed.length).toBeGreaterThan(40);
    expect(listed.filter((id, index) => listed.indexOf(id) !== index)).toEqual([]);
  });

  it("holds every id that the name of a test begins with", () => {
    expect([...used].filter((id) => !listed.includes(id)).toSorted()).toEqual([]);
  });

  it("holds no id without a test", () => {
    expect(listed.filter((id) => !used.has(id))).toEqual([]);
  });
});

it("takes ids of names and rows, and of nothing else", () => {
  const text = [
    '// it("X1: a comment")',
    'describe("S1, R2: a suite", () => {',
    '  it("G1 G2 a test", () => { expect("M1: a text").toBe(""); });',
    '  it.each([["C1: a row", 1], ["none", 2]])("%s", () => {});',
    '  it.each<[string]>(rows)(`R3: ${"made"}`, () => {});',
    "});",
  ].join("\n");
  expect(listTitles("a.test.ts", text).flatMap((title) => threatsOf(title))).toEqual(["S1", "R2", "G1", "G2", "C1", "R3"]);
  expect(threatsOf("reads B2 / veltrix")).toEqual([]);
  expect(threatsOf("VX2006: a code")).toEqual([]);
});
