// The folders stand in an order, which the README tells: each imports from those before it alone, types and late imports too.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const src = fileURLToPath(new URL(".", import.meta.url));
const readme = readFileSync(join(src, "..", "README.md"), "utf8");
const order = [...readme.matchAll(/^\| `([a-z]+)` +\|/gm)].map(([, name = ""]) => name);
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("testing/"),
);
const folderOf = (file: string): string => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");

it("are those of the README", () => {
  expect(new Set(files.map(folderOf).filter((name) => name !== ""))).toEqual(new Set(order));
});

it("import from folders above them alone", () => {
  const wrong = files.flatMap((file) => {
    const text = readFileSync(join(src, file), "utf8");
    const targets = [...text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)].map(([, path = ""]) => join(dirname(file), path));
    const isUp = (target: string): boolean => folderOf(file) !== "" && order.indexOf(folderOf(target)) > order.indexOf(folderOf(file));
    const isEntry = (target: string): boolean => folderOf(file) !== "" && folderOf(target) === "";
    return targets.filter((target) => isUp(target) || isEntry(target)).map((target) => `${file} -> ${target}`);
  });
  expect(files.length).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});
