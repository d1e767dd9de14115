// Where the public files stand that the tests here read, and how to read them. They are not part of this repository.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "@veltrix/protocol";
import { findSuite } from "@veltrix/testkit";
import { parse } from "yaml";

/** The folder of the corpora: beside the repository. */
export const corpora: string = fileURLToPath(new URL("../../../../shared/corpora", import.meta.url));

/** True where the corpora are there. Tests that need them are skipped elsewhere, under names that say so. */
export const hasCorpora: boolean = existsSync(corpora);

const suite = findSuite();

/** True where the JSON Schema Test Suite is there. */
export const hasSuite: boolean = suite !== undefined;

/** One file of a corpus, parsed. */
export interface Instance {
  readonly name: string;
  readonly value: JsonValue;
}

/** The place of a file or folder of the corpora; the suite may stand elsewhere. */
function placeOf([corpus = "", ...path]: readonly string[]): string {
  return corpus === "json-schema-suite" && suite !== undefined ? join(suite, ...path) : join(corpora, corpus, ...path);
}

/** The text of a file. */
export function readText(...path: readonly string[]): string {
  return readFileSync(placeOf(path), "utf8");
}

/** A JSON file. */
export function readJson(...path: readonly string[]): JsonValue {
  return JSON.parse(readText(...path)) as JsonValue;
}

/** The names in a folder, sorted; none when there is no such folder. */
export function namesIn(...path: readonly string[]): readonly string[] {
  const folder = placeOf(path);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** The instances in a folder, parsed by what their names end in. What is neither JSON nor YAML is left out. */
export function instancesIn(...path: readonly string[]): readonly Instance[] {
  return namesIn(...path).flatMap((name) => {
    const text = readText(...path, name);
    if (extname(name) === ".json") return [{ name, value: JSON.parse(text) as JsonValue }];
    return /^\.ya?ml$/.test(extname(name)) ? [{ name, value: parseYaml(text) }] : [];
  });
}

/** YAML as other tools read it: merge keys and aliases followed, an empty file null, dates as texts. */
export function parseYaml(text: string): JsonValue {
  return (parse(text, { merge: true, maxAliasCount: -1, uniqueKeys: false, logLevel: "silent" }) ?? null) as JsonValue;
}
