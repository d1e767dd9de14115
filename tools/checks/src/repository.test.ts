// What holds for every file of the repository, whoever wrote it.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { files, root } from "./repository.ts";

const written = files.filter((path) => !path.startsWith("generated/"));
const sources = written.filter((path) => /^(?:packages|tools)\/.*\/src\/.*\.ts$/.test(path));

/** Lines that hold what they must not, as `file:line: text`. */
function linesWith(pattern: RegExp, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const text = readFileSync(join(root, path), "latin1");
    if (!pattern.test(text)) return [];
    return text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : []));
  });
}

describe("no file names", () => {
  it("a package registry: they differ from machine to machine", () => {
    // Written in pieces, here and below, so that these lines are none of those that they look for.
    const hosts = new RegExp(["regis", "try\\.[a-z-]+\\.[a-z]{2,}|npm", "mirror|arti", "factory|verda", "ccio"].join(""), "i");
    expect(linesWith(hosts, written)).toEqual([]);
  });

  it("a place on the machine where it was written", () => {
    const places = new RegExp(["(?<![\\w.)-])/wo", "rk/|(?<![\\w.)-])/ro", "ot/|/tmp/ba", "sh_"].join(""));
    expect(linesWith(places, written)).toEqual([]);
  });

  it("the circumstances of its writing", () => {
    const words = new RegExp(
      ["\\bissue #\\d|\\b(?:this|previous|next|earlier) ses", "sion\\b|\\bthe user ask", "ed\\b|\\bas an A", "I\\b"].join(""),
      "i",
    );
    expect(linesWith(words, written)).toEqual([]);
  });

  it("a document that is not in the repository", () => {
    const names = new RegExp(["\\b(?:des", "ign|thre", "ats|st", "yle)\\.md\\b"].join(""));
    expect(linesWith(names, written)).toEqual([]);
  });

  it("work that is left for later", () => {
    const words = new RegExp(["(?://|/\\*|#).*\\b(?:TO", "DO|FIX", "ME|XX", "X)\\b"].join(""));
    expect(linesWith(words, sources)).toEqual([]);
  });
});

describe("every file", () => {
  it("of source has at most 400 lines", () => {
    const long = sources.filter((path) => !path.endsWith(".test.ts") && readFileSync(join(root, path), "utf8").split("\n").length > 401);
    expect(long).toEqual([]);
  });

  it("of source is called in kebab-case", () => {
    expect(sources.filter((path) => !/^[a-z0-9.-]+$/.test(path.split("/").at(-1) ?? ""))).toEqual([]);
  });

  it("called index.ts does nothing but re-export", () => {
    const statement = /\s*(?:\/\/.*|\/\*[^]*?\*\/|export (?:type )?(?:\*|\{[^}]*\}) from "[^"]+";)/y;
    const isOnlyExports = (text: string): boolean => {
      let at = 0;
      for (statement.lastIndex = 0; statement.test(text);) at = statement.lastIndex;
      return text.slice(at).trim() === "";
    };
    const indexes = sources.filter((path) => path.endsWith("/index.ts"));
    expect(indexes.length).toBeGreaterThan(5);
    expect(indexes.filter((path) => !isOnlyExports(readFileSync(join(root, path), "utf8")))).toEqual([]);
  });

  it("of Markdown links only to files that exist", () => {
    const broken = written
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) =>
        [
          ...readFileSync(join(root, path), "utf8")
            .replaceAll(/```.*?```/gs, "")
            .matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g),
        ]
          .filter(([, target = ""]) => !existsSync(join(root, dirname(path), target)))
          .map(([, target]) => `${path}: ${target}`),
      );
    expect(broken).toEqual([]);
  });
});

describe("every package", () => {
  const packages = written
    .filter((path) => /^(?:packages|tools)\/(?:examples\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => dirname(path));

  it("has a README.md", () => {
    expect(packages.length).toBeGreaterThan(10);
    expect(packages.filter((path) => !existsSync(join(root, path, "README.md")))).toEqual([]);
  });

  it("depends on exact versions only", () => {
    const loose = packages.flatMap((path) => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8")) as {
        readonly [group: string]: { readonly [name: string]: string } | undefined;
      };
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => version !== "workspace:*" && !/^(?:npm:[^@]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name}@${version}`);
    });
    expect(loose).toEqual([]);
  });
});
