// The files that the checks of direction read: the repository, or a small tree made up by a test.
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { files, root } from "../repository.ts";
import { listImports, type Import } from "./imports.ts";

/** File paths, relative and with `/`, to their texts. */
export interface Tree {
  readonly [path: string]: string;
}

/** A package: a folder with a `package.json`. */
export interface Package {
  /** Without `@veltrix/`. */
  readonly name: string;
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
  readonly sources: readonly Source[];
}

/** A file of TypeScript or JavaScript of a package. */
export interface Source {
  readonly path: string;
  /** True for tests, their helpers, and scripts that no user gets. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

const isCode = (path: string): boolean => /\.[mc]?[jt]sx?$/.test(path) && !/(?:^|\/)(?:fixtures|dist|node_modules)\//.test(path);

/** The part of this repository that the rules are about. */
export function readRepository(): Tree {
  const isRead = (path: string): boolean => isCode(path) || (path.endsWith("/package.json") && !path.includes("/fixtures/"));
  const wanted = files.filter((path) => /^(?:packages|tools|generated)\//.test(path) && isRead(path));
  return Object.fromEntries(wanted.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** All packages of a tree, with what their files import. */
export function listPackages(tree: Tree): readonly Package[] {
  const folders = Object.keys(tree)
    .filter((path) => posix.basename(path) === "package.json")
    .map((path) => dirname(path));
  return folders.map((folder) => {
    const { name, dependencies, devDependencies } = JSON.parse(tree[`${folder}/package.json`] ?? "") as {
      readonly name: string;
      readonly dependencies?: object;
      readonly devDependencies?: object;
    };
    return {
      name: name.replace("@veltrix/", ""),
      folder,
      dependencies: Object.keys(dependencies ?? {}),
      devDependencies: Object.keys(devDependencies ?? {}),
      sources: Object.keys(tree)
        .filter((path) => path.startsWith(`${folder}/`) && isCode(path))
        .map((path) => ({ path, isTest: isTest(path.slice(folder.length + 1)), imports: listImports(path, tree[path] ?? "") })),
    };
  });
}

/** True for a path within a package that is no part of what users get. */
function isTest(path: string): boolean {
  return !/^(?:src|bin)\//.test(path) || /\.test(?:-d)?\.tsx?$|(?:^|\/)testing\//.test(path);
}

/** The path of the file that a relative specifier means, or undefined for a module by name. */
export function resolveRelative(from: string, specifier: string): string | undefined {
  return /^\.{1,2}(?:\/|$)/.test(specifier) ? posix.join(posix.dirname(from), specifier) : undefined;
}

/** The package of ours that a specifier means, without `@veltrix/`; undefined for others' and for files. */
export function packageOf(specifier: string): string | undefined {
  return /^@veltrix\/([^/]+)/.exec(specifier)?.[1];
}
