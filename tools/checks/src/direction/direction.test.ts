// Imports point one way: between packages, between the floors of a package, and between files.
import { describe, expect, it } from "vitest";
import { findArrowsUp, findCircles, findWrongImports, findWrongRows } from "./rules.ts";
import { betweenTools, planned, product } from "./table.ts";
import { listPackages, readRepository } from "./tree.ts";

const packages = listPackages(readRepository());
const table = { product, betweenTools };

describe("the repository", () => {
  it("is read", () => {
    expect(packages.length).toBeGreaterThan(20);
    expect(packages.flatMap(({ sources }) => sources.flatMap(({ imports }) => imports)).length).toBeGreaterThan(1_000);
  });

  it("has a row for every package, and a package for every row that is not planned", () => {
    expect(findWrongRows(packages, table)).toEqual([]);
    const names = new Set(packages.map(({ name }) => name));
    expect(
      Object.keys(product)
        .filter((name) => !names.has(name))
        .toSorted(),
    ).toEqual(planned.toSorted());
  });

  it("declares and imports only what its rows allow", () => {
    expect(findWrongImports(packages, table)).toEqual([]);
  });

  it("has no arrow up within a package", () => {
    expect(findArrowsUp(packages, table)).toEqual([]);
  });

  it("has no circle of files", () => {
    expect(findCircles(packages)).toEqual([]);
  });
});

/** A tree of two packages and a tool, with one more file. */
function withFile(path: string, text: string, edited: { readonly [path: string]: string } = {}): ReturnType<typeof listPackages> {
  return listPackages({
    "packages/low/package.json": '{ "name": "@veltrix/low" }',
    "packages/low/src/index.ts": 'export { one } from "./read/one.ts";',
    "packages/low/src/read/one.ts": "export const one = 1;",
    "packages/low/src/write/two.ts": 'import { one } from "../read/one.ts";\nexport const two = one + 1;',
    "packages/high/package.json": '{ "name": "@veltrix/high", "dependencies": { "@veltrix/low": "workspace:*" } }',
    "packages/high/src/index.ts": 'import { one } from "@veltrix/low";\nexport const three = one + 2;',
    "packages/side/package.json": '{ "name": "@veltrix/side" }',
    "tools/look/package.json": '{ "name": "@veltrix/look" }',
    ...edited,
    [path]: text,
  });
}

const small = {
  product: {
    low: { imports: [], tests: ["side"], floors: ["read", "write", "index.ts"] },
    side: { imports: [] },
    high: { imports: ["low"] },
  },
  betweenTools: {},
};

function findAll(tree: ReturnType<typeof listPackages>): readonly string[] {
  return [...findWrongRows(tree, small), ...findWrongImports(tree, small), ...findArrowsUp(tree, small), ...findCircles(tree)];
}

describe("a small tree", () => {
  it("is right as it stands", () => {
    expect(findAll(withFile("packages/low/src/read/three.ts", ""))).toEqual([]);
  });

  it.each([
    ["a value", 'import { three } from "@veltrix/high";'],
    ["a type", 'import type { Three } from "@veltrix/high";'],
    ["one type among values", 'import { type Three } from "@veltrix/high";'],
    ["a re-export", 'export * from "@veltrix/high";'],
    ["a re-exported type", 'export type { Three } from "@veltrix/high";'],
    ["a late import", 'export const late = () => import("@veltrix/high");'],
    ["a type by import()", 'export type Three = import("@veltrix/high").Three;'],
    ["a require", 'import { createRequire } from "node:module";\nexport const high = createRequire(import.meta.url)("@veltrix/high");'],
    ["an import of TypeScript's own", 'import high = require("@veltrix/high");'],
  ])("fails on %s from a package above", (_what, text) => {
    expect(findAll(withFile("packages/low/src/read/three.ts", text))).toEqual(["packages/low/src/read/three.ts: @veltrix/high"]);
  });

  it("fails on another entry of a package above", () => {
    expect(findAll(withFile("packages/low/src/read/three.ts", 'import "@veltrix/high/inner";'))).toEqual([
      "packages/low/src/read/three.ts: @veltrix/high/inner",
    ]);
  });

  it("takes no text and no comment for an import", () => {
    const text = '// import "@veltrix/high";\nexport const text = `import { x } from "@veltrix/high";`;';
    expect(findAll(withFile("packages/low/src/read/three.ts", text))).toEqual([]);
  });

  it("fails on a package beside, even where its package.json declares it", () => {
    const declared = { "packages/high/package.json": '{ "name": "@veltrix/high", "dependencies": { "@veltrix/side": "workspace:*" } }' };
    expect(findAll(withFile("packages/high/src/two.ts", 'import type { Side } from "@veltrix/side";', declared))).toEqual([
      "packages/high/package.json: dependencies: @veltrix/side",
      "packages/high/src/two.ts: @veltrix/side",
    ]);
  });

  it("lets tests import what their row adds, and no source", () => {
    const text = 'import { side } from "@veltrix/side";';
    expect(findAll(withFile("packages/low/src/read/one.test.ts", text))).toEqual([]);
    expect(findAll(withFile("packages/low/src/testing/helper.ts", text))).toEqual([]);
    expect(findAll(withFile("packages/low/src/read/helper.ts", text))).toEqual(["packages/low/src/read/helper.ts: @veltrix/side"]);
    const declared = '{ "name": "@veltrix/low", "devDependencies": { "@veltrix/side": "workspace:*" } }';
    expect(findAll(withFile("packages/low/package.json", declared))).toEqual([]);
    expect(findAll(withFile("packages/low/package.json", declared.replace("devD", "d")))).toEqual([
      "packages/low/package.json: dependencies: @veltrix/side",
    ]);
  });

  it("fails on a path into another package, and on a package that imports a tool", () => {
    expect(findAll(withFile("packages/low/src/read/three.ts", 'import "../../../high/src/index.ts";'))).toEqual([
      "packages/low/src/read/three.ts: ../../../high/src/index.ts is in another package",
    ]);
    expect(findAll(withFile("packages/low/src/read/three.ts", 'import "@veltrix/look";'))).toEqual([
      "packages/low/src/read/three.ts: @veltrix/look",
    ]);
  });

  it("fails on an arrow from a floor to one above it, types included", () => {
    expect(findAll(withFile("packages/low/src/read/three.ts", 'import type { Two } from "../write/two.ts";'))).toEqual([
      "packages/low/src/read/three.ts: ../write/two.ts is above it",
    ]);
  });

  it("fails on a circle of types, once", () => {
    const circle = withFile("packages/high/src/a.ts", 'import type { B } from "./b.ts";', {
      "packages/high/src/b.ts": 'export type { C } from "./c.ts";',
      "packages/high/src/c.ts": 'export type A = import("./a.ts").A;',
    });
    expect(findAll(circle)).toEqual([
      "packages/high/src/a.ts -> packages/high/src/b.ts -> packages/high/src/c.ts -> packages/high/src/a.ts",
    ]);
    expect(findAll(withFile("packages/high/src/a.ts", 'export * from "./a.ts";'))).toEqual([
      "packages/high/src/a.ts -> packages/high/src/a.ts",
    ]);
  });

  it("fails on a package without a row, a row below what it imports, and a floor on which nothing stands", () => {
    expect(findAll(withFile("packages/new/package.json", '{ "name": "@veltrix/new" }'))).toEqual(["packages/new: no row for new"]);
    const turned = { ...small, product: { high: { imports: ["low"] }, low: { imports: [], floors: ["gone"] }, side: { imports: [] } } };
    const tree = withFile("packages/low/src/read/three.ts", "");
    expect(findWrongRows(tree, turned)).toEqual(["high: low does not stand above it in the table"]);
    expect(findArrowsUp(tree, turned)).toEqual(["packages/low: nothing stands on the floor gone"]);
  });
});
