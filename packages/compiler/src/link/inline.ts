// One contract made self-contained: every `$ref` replaced by what it names, recursion by `#/$defs/<name>`,
// draft-07 words by those of 2020-12. The result is a new tree; each node remembers where it was written.
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { MAX_DEPTH, MAX_LINKED_NODES } from "../read/limits.ts";
import type { Problems } from "../read/document.ts";
import { descriptive, keywordShapes } from "./keywords.ts";
import type { ReferenceResolver, Target } from "./refs.ts";
import { rememberPlace } from "./schema.ts";

/** Everything an inlining needs to know. */
export interface InlineInput {
  readonly root: Target;
  readonly resolver: ReferenceResolver;
  /** Where problems of another file are noted. */
  readonly problemsOf: (file: string) => Problems;
}

/** The contract as one schema; undefined when a reference cannot be followed. */
export function inlineSchema(input: InlineInput): JsonObject | undefined {
  return new Inliner(input).run();
}

type Mutable = { [key: string]: JsonValue };

interface Frame {
  readonly key: string;
  /** False for a frame that is nothing but a `$ref`: a cycle of these never reaches a schema. */
  readonly isSchema: boolean;
}

/** Annotations may stand beside a `$ref` without making it a composition. */
function isBeside(keyword: string): boolean {
  return descriptive.has(keyword) || keyword.startsWith("x-") || keyword === "default" || keyword === "deprecated";
}

class Inliner {
  readonly #input: InlineInput;
  readonly #names: Map<string, string> = new Map();
  readonly #definitions: Mutable = {};
  #nodes = 0;
  #isBroken = false;

  constructor(input: InlineInput) {
    this.#input = input;
  }

  run(): JsonObject | undefined {
    const { root } = this.#input;
    const linked = this.#node(root, [{ key: keyOf(root), isSchema: true }], 0);
    if (this.#isBroken || !isJsonObject(linked)) return undefined;
    const rootName = this.#names.get(keyOf(root));
    if (rootName !== undefined) this.#definitions[rootName] = linked;
    if (Object.keys(this.#definitions).length === 0) return linked;
    const whole = { ...linked, $defs: this.#definitions };
    rememberPlace(whole, root);
    return whole;
  }

  #node(target: Target, stack: readonly Frame[], depth: number): JsonValue {
    const { schema } = target;
    if (!isJsonObject(schema)) return schema;
    if (depth > 2 * MAX_DEPTH || ++this.#nodes > MAX_LINKED_NODES) return this.#exceed(target);
    const ref = schema["$ref"];
    if (typeof ref === "string") return this.#reference(target, ref, stack, depth);
    const linked: Mutable = {};
    for (const [keyword, value] of Object.entries(schema)) this.#keyword(linked, { target, keyword, value }, stack, depth);
    rememberPlace(linked, target);
    return linked;
  }

  #keyword(
    linked: Mutable,
    { target, keyword, value }: { readonly target: Target; readonly keyword: string; readonly value: JsonValue },
    stack: readonly Frame[],
    depth: number,
  ): void {
    const below = (pointer: string, schema: JsonValue): JsonValue => {
      const next = { file: target.file, pointer: target.pointer + pointer, schema };
      return this.#node(next, [...stack, { key: keyOf(next), isSchema: true }], depth + 1);
    };
    const at = appendToken("", keyword);
    switch (keyword) {
      case "$schema":
      case "$id":
      case "$anchor":
      case "$comment":
      case "$defs":
      case "definitions":
        // Reached through references, if at all.
        return;
      case "dependencies":
        return splitDependencies(linked, value, (key, schema) => below(appendToken(at, key), schema));
      case "items":
        if (!Array.isArray(value)) break;
        // draft-07 tuples
        linked["prefixItems"] = value.map((item: JsonValue, index) => below(`${at}/${index}`, item));
        return;
      case "additionalItems":
        if (Array.isArray((target.schema as JsonObject)["items"])) linked["items"] = below(at, value);
        return;
      default:
    }
    linked[keyword] = linkValue(keyword, value, at, below);
  }

  #reference(target: Target, ref: string, stack: readonly Frame[], depth: number): JsonValue {
    const at = { pointer: appendToken(target.pointer, "$ref"), on: "value" as const };
    const problems = this.#input.problemsOf(target.file);
    const resolution = this.#input.resolver.resolve(ref, target);
    switch (resolution.kind) {
      case "broken":
        return this.#fail();
      case "forbidden":
        problems.add("VX1104", { ref, detail: resolution.detail }, at);
        return this.#fail();
      case "unresolved":
        problems.add("VX1103", { ref, detail: resolution.detail, suggestions: resolution.suggestions }, at);
        return this.#fail();
      case "found":
    }
    const body = this.#body(resolution.target, target, stack, depth);
    // draft-07 ignores whatever stands beside a $ref, and so do people's expectations of it: keep 2020-12's rule.
    return this.#merge(target, body, stack, depth);
  }

  #body(found: Target, from: Target, stack: readonly Frame[], depth: number): JsonValue {
    const key = keyOf(found);
    const index = stack.findIndex((frame) => frame.key === key);
    if (index !== -1) {
      // Between two meetings of one schema there must be a step down into another: else it never says anything.
      if (stack.slice(index + 1).every((frame) => !frame.isSchema)) {
        const chain = [...stack.slice(index).map((frame) => frame.key), key].map((place) => place.replace(/^schemas\//, ""));
        this.#input.problemsOf(from.file).add("VX1105", { chain }, { pointer: appendToken(from.pointer, "$ref"), on: "value" });
        return this.#fail();
      }
      return { $ref: `#/$defs/${this.#nameFor(found)}` };
    }
    const isPlainRef = isJsonObject(found.schema) && typeof found.schema["$ref"] === "string";
    const body = this.#node(found, [...stack, { key, isSchema: !isPlainRef }], depth + 1);
    const name = this.#names.get(key);
    if (name === undefined) return body;
    this.#definitions[name] = body;
    return { $ref: `#/$defs/${name}` };
  }

  /** A `$ref` and what stands beside it, as one schema. */
  #merge(site: Target, body: JsonValue, stack: readonly Frame[], depth: number): JsonValue {
    // Only called for objects with a $ref.
    const siblings = Object.entries(site.schema as JsonObject).filter(
      ([keyword]) =>
        keyword !== "$ref" &&
        keyword !== "$comment" &&
        keyword !== "$defs" &&
        keyword !== "definitions" &&
        keyword !== "$schema" &&
        keyword !== "$id",
    );
    if (siblings.length === 0) return body;
    const beside: Mutable = {};
    for (const [keyword, value] of siblings) this.#keyword(beside, { target: site, keyword, value }, stack, depth);
    const isAnnotated = siblings.every(([keyword]) => isBeside(keyword));
    const merged: Mutable =
      isAnnotated && isJsonObject(body) && body["$ref"] === undefined
        ? { ...body, ...beside }
        : { ...beside, allOf: [body, ...((beside["allOf"] as readonly JsonValue[] | undefined) ?? [])] };
    rememberPlace(merged, site);
    return merged;
  }

  #nameFor(target: Target): string {
    const key = keyOf(target);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const last = target.pointer.split("/").at(-1) ?? "";
    const stem =
      (last === "" ? (target.file.split("/").at(-1) ?? "").replace(/\.schema\.json$|\.json$/, "") : last).replace(/[^A-Za-z0-9_]/g, "_") ||
      "schema";
    const taken = new Set(this.#names.values());
    let name = stem;
    for (let count = 2; taken.has(name); count++) name = `${stem}${count}`;
    this.#names.set(key, name);
    return name;
  }

  #exceed(target: Target): JsonValue {
    if (!this.#isBroken) {
      this.#input
        .problemsOf(target.file)
        .add(
          "VX1006",
          { what: "the contract with its references followed", limit: `${MAX_LINKED_NODES} schemas and ${2 * MAX_DEPTH} levels` },
          { pointer: target.pointer, on: "key" },
        );
    }
    return this.#fail();
  }

  #fail(): JsonValue {
    this.#isBroken = true;
    return true;
  }
}

function linkValue(keyword: string, value: JsonValue, at: string, below: (pointer: string, schema: JsonValue) => JsonValue): JsonValue {
  switch (keywordShapes[keyword]) {
    case "schema":
    case "schema-or-schemas":
      return below(at, value);
    case "schemas":
      return (value as readonly JsonValue[]).map((item, index) => below(`${at}/${index}`, item));
    case "schema-map": {
      const linked: Mutable = {};
      // The lint proved that it is an object.
      for (const [key, schema] of Object.entries(value as JsonObject)) linked[key] = below(appendToken(at, key), schema);
      return linked;
    }
    default:
      return value;
  }
}

function splitDependencies(linked: Mutable, value: JsonValue, below: (key: string, schema: JsonValue) => JsonValue): void {
  const required: Mutable = {};
  const schemas: Mutable = {};
  for (const [key, dependency] of Object.entries(value as JsonObject)) {
    if (Array.isArray(dependency)) required[key] = dependency;
    else schemas[key] = below(key, dependency);
  }
  if (Object.keys(required).length > 0) linked["dependentRequired"] = required;
  if (Object.keys(schemas).length > 0) linked["dependentSchemas"] = schemas;
}

function keyOf(target: { readonly file: string; readonly pointer: string }): string {
  return target.pointer === "" ? target.file : `${target.file}#${target.pointer}`;
}
