// Files are read where the linter's settings say so, and those settings name nothing else.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../repository.ts";
import { listPackages, readRepository } from "./tree.ts";

const settings = JSON.parse(readFileSync(join(root, ".oxlintrc.json"), "utf8")) as {
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: { readonly [name: string]: unknown } }[];
};

/** Files for which the linter lets `rule` go, without those that are exempt as tests. */
const exempt = (rule: string): readonly string[] =>
  settings.overrides.flatMap(({ files, rules }) => (rules[rule] === "off" ? files.filter((file) => !file.includes("*")) : []));

const sources = listPackages(readRepository())
  .filter(({ folder, name }) => folder.startsWith("packages/") && name !== "testkit" && !name.startsWith("example-"))
  .flatMap((one) => one.sources.filter(({ isTest, path }) => !isTest && path.startsWith(`${one.folder}/src/`)));

const asked = /^(?:node:)?fs(?:\/promises)?$/;

it("lets exactly those files near node:fs that use it, however they come by it", () => {
  const using = sources.filter(({ imports }) => imports.some(({ specifier }) => asked.test(specifier))).map(({ path }) => path);
  expect(using.toSorted()).toEqual(exempt("no-restricted-imports").toSorted());
});

it("has one such file in each package beside the compiler's host and what the runtime reads by", () => {
  const others = exempt("no-restricted-imports").filter((path) => !/^packages\/(?:compiler\/src\/host|runtime\/src)\//.test(path));
  const left = others.map((path) => path.split("/")[1]);
  expect(left.filter((name, index) => left.indexOf(name) !== index)).toEqual([]);
});

it("lets exactly those files near the process's environment that read it", () => {
  const reading = sources.filter(({ path }) => /\bprocess\.(?:env|cwd)\b/.test(withoutComments(path))).map(({ path }) => path);
  expect(reading.toSorted()).toEqual(exempt("no-restricted-properties").toSorted());
});

function withoutComments(path: string): string {
  return readFileSync(join(root, path), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
}
