// Where a `$ref` leads: inside the documents that were read, or nowhere. No network, no disk.
import { suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue, parsePointer } from "@veltrix/protocol";
import type { SchemaPlace } from "./schema.ts";
import { subschemasOf } from "./schema.ts";

/** A schema and where it was written. */
export interface Target extends SchemaPlace {
  readonly schema: JsonValue;
}

/** What following a reference can come to. */
export type Resolution =
  | { readonly kind: "found"; readonly target: Target }
  | { readonly kind: "unresolved"; readonly detail: string; readonly suggestions: readonly string[] }
  | { readonly kind: "forbidden"; readonly detail: string }
  /** It leads into a file whose own faults are reported already. */
  | { readonly kind: "broken" };

/** A document that schemas can refer to; `schema` is undefined when it is faulty. */
export interface SchemaDocument {
  readonly file: string;
  readonly schema: JsonValue | undefined;
}

/** Finds targets of references among `documents`. */
export class ReferenceResolver {
  readonly #documents: ReadonlyMap<string, SchemaDocument>;
  /** `$id` to its schema; anchors, by the place of the schema whose `$id` they stand under. */
  readonly #names: Map<string, Target> = new Map();

  constructor(documents: ReadonlyMap<string, SchemaDocument>) {
    this.#documents = documents;
    for (const { file, schema } of documents.values()) {
      const root = { file, pointer: "", schema: schema ?? true };
      this.#index(root, root);
    }
  }

  #index(target: Target, above: Target): void {
    const { file, pointer, schema } = target;
    if (!isJsonObject(schema)) return;
    const { $id, $anchor } = schema;
    const resource = hasOwnBase(schema) ? target : above;
    if (typeof $id === "string") this.#name($id.startsWith("#") ? anchorKey(resource, $id.slice(1)) : $id.replace(/#$/, ""), target);
    if (typeof $anchor === "string") this.#name(anchorKey(resource, $anchor), target);
    for (const sub of subschemasOf(schema)) this.#index({ file, pointer: pointer + sub.pointer, schema: sub.schema }, resource);
  }

  #name(name: string, target: Target): void {
    if (!this.#names.has(name)) this.#names.set(name, target);
  }

  /** Follows `ref`, which stands at `at`. */
  resolve(ref: string, at: SchemaPlace): Resolution {
    const from = at.file;
    const hash = ref.indexOf("#");
    const address = hash === -1 ? ref : ref.slice(0, hash);
    const fragment = hash === -1 ? "" : ref.slice(hash + 1);
    const named = this.#names.get(address);
    if (address !== "" && named !== undefined) return this.#inside(named, fragment, ref);
    const resource = this.#resourceOf(at);
    if (address === "" && resource !== undefined) return this.#inside(resource, fragment, ref);
    if (resource !== undefined && resource.pointer !== "")
      return { kind: "forbidden", detail: "a schema above it has an $id of its own, so it is not relative to this file" };
    const file = address === "" ? from : relativeFile(address, from);
    if (typeof file !== "string") return { kind: "forbidden", detail: file.refused };
    const document = this.#documents.get(file);
    if (document === undefined)
      return { kind: "unresolved", detail: `there is no file ${file}`, suggestions: this.#nearFiles(file, from, fragment) };
    if (document.schema === undefined) return { kind: "broken" };
    return this.#inside({ file, pointer: "", schema: document.schema }, fragment, ref);
  }

  /** The schema that a `#...` at `at` is looked up in: the nearest one above with an `$id`, else the document. */
  #resourceOf({ file, pointer }: SchemaPlace): Target | undefined {
    const schema = this.#documents.get(file)?.schema;
    if (schema === undefined) return undefined;
    let resource: Target = { file, pointer: "", schema };
    let below: Target = resource;
    for (const token of parsePointer(pointer) ?? []) {
      const next = memberOf(below.schema, token);
      if (next === undefined) break;
      below = { file, pointer: appendToken(below.pointer, token), schema: next };
      if (isJsonObject(next) && hasOwnBase(next)) resource = below;
    }
    return resource;
  }

  #inside(base: Target, fragment: string, ref: string): Resolution {
    const decoded = decodeFragment(fragment);
    if (decoded === undefined) return { kind: "unresolved", detail: "its fragment is not percent-encoded UTF-8", suggestions: [] };
    if (decoded !== "" && !decoded.startsWith("/")) {
      const anchored = this.#names.get(anchorKey(base, decoded));
      if (anchored !== undefined) return { kind: "found", target: anchored };
      return { kind: "unresolved", detail: `${base.file} has no anchor \`${decoded}\``, suggestions: [] };
    }
    return walk(base, decoded, ref);
  }

  #nearFiles(file: string, from: string, fragment: string): readonly string[] {
    const name = baseName(file);
    const near = [...this.#documents.keys()].filter((known) => baseName(known) === name || suggest(name, [baseName(known)]).length > 0);
    return near.slice(0, 3).map((known) => relativePath(from, known) + (fragment === "" ? "" : `#${fragment}`));
  }
}

function walk(base: Target, pointer: string, ref: string): Resolution {
  const tokens = parsePointer(pointer);
  if (tokens === undefined) return { kind: "unresolved", detail: `\`${pointer}\` is not a JSON pointer`, suggestions: [] };
  let schema: JsonValue = base.schema;
  let at = base.pointer;
  for (const token of tokens) {
    const next: JsonValue | undefined = memberOf(schema, token);
    if (next === undefined) {
      const suggestions = isJsonObject(schema) ? suggest(token, Object.keys(schema)) : [];
      const head = ref.slice(0, ref.length - token.length);
      return {
        kind: "unresolved",
        detail: `${base.file} has nothing at ${appendToken(at, token)}`,
        suggestions: ref.endsWith(token) ? suggestions.map((name) => head + name) : suggestions,
      };
    }
    schema = next;
    at = appendToken(at, token);
  }
  return { kind: "found", target: { file: base.file, pointer: at, schema } };
}

function memberOf(value: JsonValue, token: string): JsonValue | undefined {
  // An array has its items under their numbers.
  return typeof value === "object" && value !== null && Object.hasOwn(value, token)
    ? (value as { readonly [key: string]: JsonValue })[token]
    : undefined;
}

/** True for a schema whose `$id` is an address; draft-07 wrote anchors as `"$id": "#name"`. */
function hasOwnBase({ $id }: JsonObject): boolean {
  return typeof $id === "string" && !$id.startsWith("#");
}

function anchorKey({ file, pointer }: SchemaPlace, anchor: string): string {
  return `${file}#${pointer}#${anchor}`;
}

function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

/** The workspace path that `address` means in a file `from`, or why it is not followed. */
function relativeFile(address: string, from: string): string | { readonly refused: string } {
  let path: string | undefined;
  path = decodeFragment(address);
  if (path === undefined) return { refused: "it is not percent-encoded UTF-8" };
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(path) || path.startsWith("//"))
    return { refused: "references lead to files of the workspace only, never to the network or by absolute address" };
  if (path.startsWith("/") || path.includes("\\") || path.includes("\0")) return { refused: "it is not a relative path with `/`" };
  // Decoded twice it may not become another path: `%252e%252e`.
  if (path.includes("%")) return { refused: "its path holds a `%`" };
  const parts = from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.length <= 1) return { refused: "it leaves schemas/" };
      parts.pop();
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts[0] === "schemas" ? parts.join("/") : { refused: "it leaves schemas/" };
}

function relativePath(from: string, to: string): string {
  const source = from.split("/").slice(0, -1);
  const target = to.split("/");
  while (source.length > 0 && source[0] === target[0]) {
    source.shift();
    target.shift();
  }
  return [...source.map(() => ".."), ...target].join("/");
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf("/") + 1);
}
