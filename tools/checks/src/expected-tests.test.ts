// How many tests each package passes is written down, and a lower number needs a reason in the commit that lowers it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "./repository.ts";

type Counts = { readonly [column: string]: { readonly [owner: string]: number } };

const FILE = "tools/expected-tests.json";
const git = (...args: readonly string[]): string => execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" });
const isShallow = git("rev-parse", "--is-shallow-repository").trim() === "true";

/** Owners whose number is lower in `after` than in `before`, each once. */
function lowered(before: Counts, after: Counts): readonly string[] {
  const pairs = Object.entries(before).flatMap(([column, counts]) =>
    Object.entries(counts)
      .filter(([owner, count]) => (after[column]?.[owner] ?? 0) < count)
      .map(([owner]) => owner),
  );
  return [...new Set(pairs)];
}

const countsAt = (commit: string): Counts => {
  try {
    return JSON.parse(git("show", `${commit}:${FILE}`)) as Counts;
  } catch {
    // The commit before the first one that has the file.
    return {};
  }
};

it("has a number for every package that has tests, in both columns", () => {
  const counts = JSON.parse(readFileSync(join(root, FILE), "utf8")) as Counts;
  expect(Object.keys(counts).toSorted()).toEqual(["with-api-server", "without-api-server"]);
  const tested = new Set(
    git("ls-files", "*.test.ts")
      .match(/^(?:packages\/examples|packages|tools)\/[^/]+(?=\/)/gm)
      ?.filter((owner) => owner !== "packages/examples"),
  );
  for (const column of Object.values(counts)) expect([...tested].filter((owner) => column[owner] === undefined)).toEqual([]);
});

it("finds what is lowered", () => {
  const before = { a: { one: 2, other: 3 }, b: { one: 2 } };
  expect(lowered(before, { a: { one: 1, other: 4 }, b: { one: 1 } })).toEqual(["one"]);
  expect(lowered(before, { a: { one: 2 }, b: { one: 2 } })).toEqual(["other"]);
  expect(lowered(before, before)).toEqual([]);
});

it.skipIf(isShallow)(
  `is lowered only by commits that say "Fewer tests in <package>: <why>"${isShallow ? " (the clone is shallow)" : ""}`,
  () => {
    const silent = git("log", "--format=%H", "--", FILE)
      .trim()
      .split("\n")
      .filter((commit) => commit !== "")
      .flatMap((commit) => {
        const message = git("show", "--no-patch", "--format=%B", commit);
        return lowered(countsAt(`${commit}^`), countsAt(commit))
          .filter((owner) => !message.includes(`Fewer tests in ${owner}: `))
          .map((owner) => `${commit}: ${owner}`);
      });
    expect(silent).toEqual([]);
  },
);
