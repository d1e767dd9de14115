// What documents name is there: files, commands, npm scripts; and the decisions have one form and an index.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { files, root } from "./repository.ts";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const pages = files.filter((path) => path.endsWith(".md") && !/^generated\/|\/fixtures\//.test(path));

/** What stands between backticks, in lines and in blocks. */
function listCode(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```.*?$([\s\S]*?)^```/gm)].flatMap(([, block = ""]) => block.split("\n"));
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  return [...blocks, ...spans];
}

describe("documents", () => {
  it("name only files of this repository that are there", () => {
    // Pages of diagnostics show somebody else's repository.
    const ours = pages.filter((page) => !page.startsWith("packages/diagnostics/docs/"));
    const missing = ours.flatMap((page) =>
      listCode(read(page))
        .flatMap((code) => [...code.matchAll(/(?<![\w./-])(?:packages|tools|docs)\/[\w./-]*[\w/](?![\w./<-])/g)].map(([path]) => path))
        .filter((path) => !path.includes("/dist/") && !existsSync(join(root, path)))
        .map((path) => `${page}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it("name only npm scripts that are there", () => {
    const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: { readonly [name: string]: string } };
    const named = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CONTRACT.md"].flatMap((page) =>
      listCode(read(page)).flatMap((code) => [...code.matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = ""]) => `${page}: ${name}`)),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => scripts[name.split(": ")[1] ?? ""] === undefined)).toEqual([]);
  });
});

describe("decisions", () => {
  const decisions = files.filter((path) => /^docs\/decisions\/.*\.md$/.test(path) && !path.endsWith("/README.md"));

  it("have a number of their own, a slug, and the same four parts on one page", () => {
    const numbers = decisions.map((path) => /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]);
    expect(numbers.length).toBeGreaterThan(10);
    expect(new Set(numbers).size).toBe(decisions.length);
    const wrong = decisions.filter((path, index) => {
      const text = read(path);
      const parts = (text.match(/^## .*$/gm) ?? []).join();
      return !text.startsWith(`# ${numbers[index]}: `) || parts !== "## Context,## Decision,## Reason,## Figures" || text.length > 5_000;
    });
    expect(wrong).toEqual([]);
  });

  it("stand in the index, in their order and under their titles", () => {
    const titles = decisions.map((path) => {
      const [, number, title] = /^# (\d+): (.*)$/m.exec(read(path)) ?? [];
      return `- [${number}](${path.slice("docs/decisions/".length)}): ${title}`;
    });
    expect(read("docs/decisions/README.md").match(/^- .*$/gm)).toEqual(titles);
  });
});
