// One contract made self-contained: every `$ref` replaced by what it names, recursion by `#/$defs/<name>`,
// draft-07 words by those of 2020-12. The result is a new tree; each node remembers where it was written.
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { MAX_DEPTH, MAX_LINKED_NODES } from "../read/limits.ts";
import type { Problems } from "../read/document.ts";
import { setOwn } from "../set-own.ts";
import { descriptive, keywordShapes } from "./keywords.ts";
import { type DynamicAnchors, type ReferenceResolver, type Resolution, type Target } from "./refs.ts";
import { rememberPlace, type SchemaPlace } from "./schema.ts";

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
  /** False for a frame that judges the same value as the one above it: a cycle of these never ends. */
  readonly isSchema: boolean;
}

/** The way that led to a schema: what stands above it, and the dynamic anchors that were passed, outermost first. */
interface Path {
  readonly stack: readonly Frame[];
  readonly anchors: DynamicAnchors;
  /** One text for one set of `anchors`: the same schema reached with another set is another schema. */
  readonly scope: string;
  readonly depth: number;
}

/** Annotations may stand beside a `$ref` without making it a composition. */
function isBeside(keyword: string): boolean {
  return descriptive.has(keyword) || keyword.startsWith("x-") || keyword === "default" || keyword === "deprecated";
}

/** Keywords whose schemas judge the same value again: a cycle of nothing else would never end. */
const IN_PLACE: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies"]);

/** Keywords that say where a schema is and what it leads to, not what it means. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  "$ref",
  "$dynamicRef",
  "$comment",
  "$defs",
  "definitions",
  "$schema",
  "$id",
  "$anchor",
  "$dynamicAnchor",
]);

class Inliner {
  readonly #input: InlineInput;
  readonly #names: Map<string, string> = new Map();
  readonly #definitions: Map<string, JsonValue> = new Map();
  #nodes = 0;
  #isBroken = false;

  constructor(input: InlineInput) {
    this.#input = input;
  }

  run(): JsonObject | undefined {
    const { root } = this.#input;
    const start = this.#enter({ stack: [], anchors: new Map(), scope: "", depth: 0 }, root);
    const key = keyOf(root, start);
    const linked = this.#node(root, { ...start, stack: [{ key, isSchema: true }] });
    if (this.#isBroken || !isJsonObject(linked)) return undefined;
    const rootName = this.#names.get(key);
    if (rootName !== undefined) this.#definitions.set(rootName, linked);
    if (this.#definitions.size === 0) return linked;
    const whole = { ...linked, $defs: Object.fromEntries(this.#definitions) };
    rememberPlace(whole, root);
    return whole;
  }

  /** The way on into `target`: the dynamic anchors of its resource count where none of their name was passed before. */
  #enter(path: Path, target: Target): Path {
    const found = [...this.#input.resolver.dynamicAnchorsAt(target)].filter(([name]) => !path.anchors.has(name));
    if (found.length === 0) return path;
    const anchors = new Map([...path.anchors, ...found]);
    return {
      ...path,
      anchors,
      scope: [...anchors]
        .map(([name, place]) => ` ${name}=${place.file}#${place.pointer}`)
        .sort()
        .join(""),
    };
  }

  #node(target: Target, path: Path): JsonValue {
    const { schema } = target;
    if (!isJsonObject(schema)) return schema;
    if (path.depth > 2 * MAX_DEPTH || ++this.#nodes > MAX_LINKED_NODES) return this.#exceed(target);
    if (typeof schema["$ref"] === "string" || typeof schema["$dynamicRef"] === "string") return this.#references(target, schema, path);
    const linked: Mutable = {};
    for (const [keyword, value] of Object.entries(schema)) this.#keyword(linked, { target, keyword, value }, path);
    rememberPlace(linked, target);
    return linked;
  }

  #keyword(
    linked: Mutable,
    { target, keyword, value }: { readonly target: Target; readonly keyword: string; readonly value: JsonValue },
    path: Path,
  ): void {
    const below = (pointer: string, schema: JsonValue): JsonValue => {
      const next = { file: target.file, pointer: target.pointer + pointer, schema };
      const entered = isJsonObject(schema) && schema["$id"] !== undefined ? this.#enter(path, next) : path;
      const key = keyOf(next, entered);
      const stack = [...path.stack, { key, isSchema: !IN_PLACE.has(keyword) }];
      const node = this.#node(next, { ...entered, stack, depth: path.depth + 1 });
      // A reference from inside led back here.
      const name = this.#names.get(key);
      if (name !== undefined && !this.#definitions.has(name)) this.#definitions.set(name, node);
      return node;
    };
    const at = appendToken("", keyword);
    switch (keyword) {
      case "$schema":
      case "$id":
      case "$anchor":
      case "$dynamicAnchor":
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
      case "exclusiveMinimum":
      case "exclusiveMaximum":
        if (typeof value === "boolean") return limitOfDraft4(linked, keyword, target.schema);
        break;
      case "minimum":
      case "maximum":
        if (isExclusive(keyword, target.schema)) return;
        break;
      default:
        // What nothing checks was said to be so; it takes part in nothing.
        if (keywordShapes[keyword] === undefined && !keyword.startsWith("x-")) return;
    }
    linked[keyword] = linkValue(keyword, value, at, below);
  }

  #references(target: Target, schema: JsonObject, path: Path): JsonValue {
    const { $ref, $dynamicRef } = schema;
    const bodies: JsonValue[] = [];
    if (typeof $ref === "string") bodies.push(this.#follow(target, "$ref", this.#input.resolver.resolve($ref, target), path));
    if (typeof $dynamicRef === "string")
      bodies.push(this.#follow(target, "$dynamicRef", this.#resolveDynamic($dynamicRef, target, path), path));
    return this.#merge(target, bodies, path);
  }

  /** A `$dynamicRef` leads to the outermost anchor of its name that was passed, if what it names by itself is such an anchor. */
  #resolveDynamic(ref: string, from: Target, path: Path): Resolution {
    const resolution = this.#input.resolver.resolve(ref, from);
    const name = ref.slice(ref.indexOf("#") + 1);
    if (resolution.kind !== "found" || !isJsonObject(resolution.target.schema) || resolution.target.schema["$dynamicAnchor"] !== name)
      return resolution;
    return { kind: "found", target: path.anchors.get(name) ?? resolution.target };
  }

  #follow(from: Target, keyword: "$ref" | "$dynamicRef", resolution: Resolution, path: Path): JsonValue {
    const at = { pointer: appendToken(from.pointer, keyword), on: "value" as const };
    // Only called for keywords that hold a text.
    const ref = (from.schema as JsonObject)[keyword] as string;
    const problems = this.#input.problemsOf(from.file);
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
        return this.#body(resolution.target, { ...from, pointer: at.pointer }, this.#enter(path, resolution.target));
    }
  }

  #body(found: Target, from: SchemaPlace, path: Path): JsonValue {
    const { stack } = path;
    const key = keyOf(found, path);
    const index = stack.findIndex((frame) => frame.key === key);
    if (index !== -1) {
      // Between two meetings of one schema there must be a step down into the value.
      if (stack.slice(index + 1).every((frame) => !frame.isSchema)) {
        const chain = [...stack.slice(index).map((frame) => frame.key), key].map((place) =>
          place.replace(/^schemas\//, "").replace(/ .*/, ""),
        );
        this.#input.problemsOf(from.file).add("VX1105", { chain }, { pointer: from.pointer, on: "value" });
        return this.#fail();
      }
      return { $ref: `#/$defs/${this.#nameFor(found, key)}` };
    }
    // What is recursive is one definition, however often it is reached.
    const finished = this.#names.get(key);
    if (finished !== undefined && this.#definitions.has(finished)) return { $ref: `#/$defs/${finished}` };
    const body = this.#node(found, { ...path, stack: [...stack, { key, isSchema: false }], depth: path.depth + 1 });
    const name = this.#names.get(key);
    if (name === undefined) return body;
    this.#definitions.set(name, body);
    return { $ref: `#/$defs/${name}` };
  }

  /** References and what stands beside them, as one schema. */
  #merge(site: Target, bodies: readonly JsonValue[], path: Path): JsonValue {
    const isDraft7 = this.#input.resolver.speaksDraft7(site.file);
    // Only called for objects with a reference. What draft-07 ignores beside one still describes, and carries our annotations.
    const siblings = Object.entries(site.schema as JsonObject).filter(
      ([keyword]) => !STRUCTURAL.has(keyword) && (!isDraft7 || isBeside(keyword)),
    );
    const [body, ...more] = bodies;
    if (siblings.length === 0 && body !== undefined && more.length === 0) return body;
    const beside: Mutable = {};
    for (const [keyword, value] of siblings) this.#keyword(beside, { target: site, keyword, value }, path);
    const isAnnotated = more.length === 0 && siblings.every(([keyword]) => isBeside(keyword));
    const merged: Mutable =
      isAnnotated && isJsonObject(body) && body["$ref"] === undefined
        ? { ...body, ...beside }
        : { ...beside, allOf: [...bodies, ...((beside["allOf"] as readonly JsonValue[] | undefined) ?? [])] };
    rememberPlace(merged, site);
    return merged;
  }

  #nameFor(target: Target, key: string): string {
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

/** draft-04: `exclusiveMinimum: true` makes the minimum itself no value. */
function limitOfDraft4(linked: Mutable, keyword: "exclusiveMinimum" | "exclusiveMaximum", schema: JsonValue): void {
  const limit = isJsonObject(schema) ? schema[keyword === "exclusiveMinimum" ? "minimum" : "maximum"] : undefined;
  if (limit !== undefined && isJsonObject(schema) && schema[keyword] === true) linked[keyword] = limit;
}

function isExclusive(keyword: "minimum" | "maximum", schema: JsonValue): boolean {
  return isJsonObject(schema) && schema[keyword === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"] === true;
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
      for (const [key, schema] of Object.entries(value as JsonObject)) setOwn(linked, key, below(appendToken(at, key), schema));
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
    if (Array.isArray(dependency)) setOwn(required, key, dependency);
    else setOwn(schemas, key, below(key, dependency));
  }
  if (Object.keys(required).length > 0) linked["dependentRequired"] = required;
  if (Object.keys(schemas).length > 0) linked["dependentSchemas"] = schemas;
}

function keyOf(target: SchemaPlace, { scope }: Path): string {
  return (target.pointer === "" ? target.file : `${target.file}#${target.pointer}`) + scope;
}
