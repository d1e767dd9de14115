// The contracts of the IoT platform in this repository, as a workspace in memory that a test may break.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Diagnostic, PositionFinder } from "@veltrix/diagnostics";
import { parsePointer } from "@veltrix/protocol";
import { type Document, isMap, parseDocument, Scalar } from "yaml";
import type { Compilation } from "../compilation.ts";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";
import type { Service } from "../model.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Every file of schemas/, by path. */
export const platformFiles: { readonly [path: string]: string } = Object.fromEntries(readAll("schemas"));

function readAll(path: string): readonly (readonly [string, string])[] {
  if (statSync(join(root, path)).isDirectory()) return readdirSync(join(root, path)).flatMap((name) => readAll(`${path}/${name}`));
  return [[path, readFileSync(join(root, path), "utf8")]];
}

/** The platform as it is. */
export const platform: Compilation = compile(new MemoryHost(platformFiles));

/** The services of the platform. */
export function platformServices(): readonly Service[] {
  if (platform.model === undefined)
    throw new Error(`the platform does not compile: ${platform.diagnostics.map(({ message }) => message).join("; ")}`);
  return platform.model.services;
}

/** The platform with some files changed. */
export function compileWith(changes: { readonly [path: string]: string }): Compilation {
  return compile(new MemoryHost({ ...platformFiles, ...changes }));
}

/** The values files of a service that set `pointer`, base first. */
export function layersThatSet(service: string, pointer: string): readonly string[] {
  const files = Object.keys(platformFiles).filter((path) => path.startsWith(`schemas/${service}/values/`));
  return files
    .filter((path) => parseDocument(platformFiles[path] ?? "", { customTags: tags }).hasIn(pathOf(pointer)))
    .sort((a, b) => Number(b.endsWith("base.yaml")) - Number(a.endsWith("base.yaml")));
}

const tags = ["!ref", "!secret"].map((tag) => ({
  tag,
  resolve: (text: string) => Object.assign(new Scalar(text), { tag }),
  identify: () => false,
}));

function pathOf(pointer: string): readonly (string | number)[] {
  return (parsePointer(pointer) ?? []).map((token) => (/^\d+$/.test(token) ? Number(token) : token));
}

/** One values file edited as YAML: comments, order and the rest of the file stay. */
export function edited(file: string, edit: (document: Document) => void): { readonly [path: string]: string } {
  const document = parseDocument(platformFiles[file] ?? "", { customTags: tags });
  edit(document);
  return { [file]: document.toString({ lineWidth: 0 }) };
}

/** Removes a key; its object stays, empty if need be. */
export function remove(pointer: string): (document: Document) => void {
  return (document) => void document.deleteIn(pathOf(pointer));
}

/** Replaces a value. */
export function replace(pointer: string, value: unknown): (document: Document) => void {
  return (document) => document.setIn(pathOf(pointer), value instanceof Scalar ? value : document.createNode(value));
}

/** Renames a key where it stands. */
export function rename(pointer: string, name: string): (document: Document) => void {
  return (document) => {
    const path = pathOf(pointer);
    const holder = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    if (!isMap(holder)) throw new Error(`${pointer} does not lie in an object`);
    const pair = holder.items.find((item) => String(item.key) === path.at(-1));
    if (pair === undefined) throw new Error(`${pointer} is not set`);
    pair.key = new Scalar(name);
  };
}

/** `!ref` with another target. */
export function reference(target: string): Scalar {
  return Object.assign(new Scalar(target), { tag: "!ref" });
}

/** `file:line` of each diagnostic. */
export function linesOf(compilation: Compilation): readonly string[] {
  return compilation.diagnostics.map(
    ({ at }) => `${at.file}:${new PositionFinder(compilation.documents.get(at.file)?.text ?? "").find(at).line}`,
  );
}

/** All pointers below the arrays of a value: the keys of objects in lists. */
export function itemPointers(value: unknown, pointer = "", isInside = false): readonly string[] {
  if (Array.isArray(value)) return value.slice(0, 1).flatMap((item: unknown) => itemPointers(item, `${pointer}/0`, true));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => [
    ...(isInside ? [`${pointer}/${key}`] : []),
    ...itemPointers(below, `${pointer}/${key}`, isInside),
  ]);
}

/** The one diagnostic; fails with all of them when there are more or none. */
export function only(compilation: Compilation): Diagnostic {
  const [first, ...rest] = compilation.diagnostics;
  if (first === undefined || rest.length > 0)
    throw new Error(
      `expected one problem, got ${compilation.diagnostics.length}:\n${compilation.diagnostics.map((one) => `${one.code} ${one.message} (${one.at.file} ${one.at.pointer})`).join("\n")}`,
    );
  return first;
}
