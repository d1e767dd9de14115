// Where a `$ref` leads: inside the documents that were read, or nowhere. No network, no disk.
import { suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue, memberOf, parsePointer } from "@veltrix/protocol";
import type { SchemaPlace } from "./schema.ts";
import { subschemasOf } from "./schema.ts";
import { dialectOf } from "./lint.ts";

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

/** The dynamic anchors of one schema resource, by name. */
export type DynamicAnchors = ReadonlyMap<string, Target>;

const NO_ANCHORS: DynamicAnchors = new Map();

/** Finds targets of references among `documents`. */
export class ReferenceResolver {
  readonly #documents: ReadonlyMap<string, SchemaDocument>;
  /** Absolute `$id` to its schema; anchors, by the place of the schema whose `$id` they stand under. */
  readonly #names: Map<string, Target> = new Map();
  /** Place of a schema with an `$id` to that `$id`, made absolute. */
  readonly #addresses: Map<string, string> = new Map();
  readonly #dynamic: Map<string, Map<string, Target>> = new Map();
  readonly #draft7: ReadonlySet<string>;

  constructor(documents: ReadonlyMap<string, SchemaDocument>) {
    this.#documents = documents;
    this.#draft7 = new Set([...documents.values()].filter(({ schema }) => isDraft7(schema)).map(({ file }) => file));
    for (const { file, schema } of documents.values()) {
      const root = { file, pointer: "", schema: schema ?? true };
      this.#addresses.set(placeKey(root), ownAddress(file));
      this.#index(root, root);
    }
  }

  #index(target: Target, above: Target): void {
    const { file, pointer, schema } = target;
    if (!isJsonObject(schema)) return;
    const { $id, $anchor, $dynamicAnchor } = schema;
    const resource = this.#startsResource(file, schema) ? target : above;
    if (typeof $id === "string" && $id.startsWith("#")) this.#name(anchorKey(resource, $id.slice(1)), target);
    else if (typeof $id === "string" && resource === target) {
      const address = absolute($id.replace(/#$/, ""), this.#addresses.get(placeKey(above)) ?? ownAddress(file));
      this.#addresses.set(placeKey(target), address);
      this.#name(address, target);
    }
    for (const anchor of [$anchor, $dynamicAnchor]) if (typeof anchor === "string") this.#name(anchorKey(resource, anchor), target);
    if (typeof $dynamicAnchor === "string") {
      const anchors = this.#dynamic.get(placeKey(resource)) ?? new Map<string, Target>();
      this.#dynamic.set(placeKey(resource), anchors.set($dynamicAnchor, target));
    }
    for (const sub of subschemasOf(schema)) this.#index({ file, pointer: pointer + sub.pointer, schema: sub.schema }, resource);
  }

  #name(name: string, target: Target): void {
    if (!this.#names.has(name)) this.#names.set(name, target);
  }

  /** True where draft-07 is spoken: whatever stands beside a `$ref` says nothing there. */
  speaksDraft7(file: string): boolean {
    return this.#draft7.has(file);
  }

  /** The dynamic anchors of the schema resource that `place` stands in. */
  dynamicAnchorsAt(place: SchemaPlace): DynamicAnchors {
    if (this.#dynamic.size === 0) return NO_ANCHORS;
    const resource = this.#resourceOf(place);
    return (resource === undefined ? undefined : this.#dynamic.get(placeKey(resource))) ?? NO_ANCHORS;
  }

  /** Follows `ref`, which stands at `at`. */
  resolve(ref: string, at: SchemaPlace): Resolution {
    const from = at.file;
    const hash = ref.indexOf("#");
    const address = hash === -1 ? ref : ref.slice(0, hash);
    const fragment = hash === -1 ? "" : ref.slice(hash + 1);
    const resource = this.#resourceOf(at);
    if (address === "" && resource !== undefined) return this.#inside(resource, fragment, ref);
    const base = (resource === undefined ? undefined : this.#addresses.get(placeKey(resource))) ?? ownAddress(from);
    const named = this.#names.get(absolute(address, base));
    if (address !== "" && named !== undefined) return this.#inside(named, fragment, ref);
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
      if (isJsonObject(next) && this.#startsResource(file, next)) resource = below;
    }
    return resource;
  }

  /** In draft-07 an `$id` beside a `$ref` says nothing, like all else there. */
  #startsResource(file: string, schema: JsonObject): boolean {
    return hasOwnBase(schema) && !(this.#draft7.has(file) && typeof schema["$ref"] === "string");
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

/** True for a schema whose `$id` is an address; draft-07 wrote anchors as `"$id": "#name"`. */
function hasOwnBase({ $id }: JsonObject): boolean {
  return typeof $id === "string" && !$id.startsWith("#");
}

function isDraft7(schema: JsonValue | undefined): boolean {
  return schema !== undefined && ["draft-07", "draft-04"].includes(dialectOf(schema) ?? "");
}

/** What relative `$id`s of a document are relative to. Nothing is ever looked for at such an address. */
function ownAddress(file: string): string {
  return `veltrix:///${encodeURI(file)}`;
}

function absolute(address: string, base: string): string {
  return URL.canParse(address, base) ? new URL(address, base).href.replace(/#.*$/, "") : address;
}

function placeKey({ file, pointer }: SchemaPlace): string {
  return `${file}#${pointer}`;
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
