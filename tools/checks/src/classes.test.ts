// Classes stay as short as the functions and files that the linter bounds.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { measureClasses } from "./classes.ts";
import { files, root } from "./repository.ts";

const MAX_LINES = 200;

/** Classes that are still longer. Each must be: who shortens one removes it here. */
const known = ["packages/compiler/src/resolve/references.ts: ReferenceFollower"];

const sources = files.filter((path) => /^(?:packages|tools)\/.*\/src\/.*\.ts$/.test(path) && !path.endsWith(".test.ts"));

it("finds no class of more than 200 lines", () => {
  const texts = sources.map((path) => [path, readFileSync(join(root, path), "utf8")] as const);
  const classes = texts
    .filter(([, text]) => text.split("\n").length > MAX_LINES)
    .flatMap(([path, text]) => measureClasses(path, text).map((one) => ({ path, ...one })));
  expect(classes.length).toBeGreaterThan(3);
  const long = classes.filter(({ lines }) => lines > MAX_LINES);
  expect(long.map(({ path, name }) => `${path}: ${name}`)).toEqual(known);
});

it("counts lines that hold something, and neither whitespace nor comments", () => {
  const text = [
    "/** Says what it is. */",
    "export class Outer {",
    "  /** A member. */",
    "  readonly one = 1; // one",
    "",
    "  // A comment",
    "  text = `a",
    "",
    "b`;",
    "  make(): unknown {",
    "    return class {",
    "      two = 2;",
    "    };",
    "  }",
    "}",
    "class Empty {}",
    "const text = `class Written { }`; // class Said { }",
  ].join("\n");
  expect(measureClasses("a.ts", text)).toEqual([
    { name: "Outer", lines: 11 },
    { name: undefined, lines: 3 },
    { name: "Empty", lines: 1 },
  ]);
});
