// Golden cases: where they are, and a copy of one to work in.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { root } from "./repository.ts";

/** One golden case. */
export interface Case {
  /** `VX2001-missing-required-key`, or with a variant behind a dot. */
  readonly name: string;
  readonly code: string;
  readonly slug: string;
  readonly isVariant: boolean;
  /** Absolute path of its folder. */
  readonly folder: string;
}

/** The folders that hold cases. */
const FOLDERS = ["packages/compiler/fixtures/diagnostics", "tools/checks/fixtures/diagnostics"];

/** Every golden case of the repository, sorted by name. A folder of another form is a case without a code. */
export const cases: readonly Case[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => describeCase(name, join(root, folder, name))),
).sort((a, b) => (a.name < b.name ? -1 : 1));

function describeCase(name: string, folder: string): Case {
  const [, code = "", slug = "", variant] = /^(VX[0-9]{4})-([a-z-]+)(\.[a-z-]+)?$/.exec(name) ?? [];
  return { name, code, slug, isVariant: variant !== undefined, folder };
}

/** The cases that hold `file`. */
export function casesWith(file: string): readonly Case[] {
  return cases.filter(({ folder }) => existsSync(join(folder, file)));
}

/** A copy of the case's files, removed when the test ends. The path has no links in it. */
export function copyCase({ folder }: Case): string {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-case-")));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  const repeat = readJson<{ readonly [file: string]: number }>(join(copy, "repeat.json")) ?? {};
  for (const [file, times] of Object.entries(repeat)) {
    const text = readFileSync(join(copy, file), "utf8");
    const last = text.slice(text.lastIndexOf("\n", text.length - 2) + 1);
    writeFileSync(join(copy, file), text + last.repeat(times));
  }
  return copy;
}

/** Lays the files of `over` over those of `folder`, where there are any. */
export function layOver(over: string, folder: string): void {
  if (existsSync(over)) cpSync(over, folder, { recursive: true, verbatimSymlinks: true });
}

/** A JSON file of a case, trusted to have its form; undefined where there is none. */
export function readJson<Form>(file: string): Form | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Form) : undefined;
}
