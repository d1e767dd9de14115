// Two versions of a contract: what was valid, or was there to be read, and is no longer.
import type { Contract } from "@veltrix/compiler";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** One change of a contract. `*` in a pointer stands for the items of a list. */
export interface ContractChange {
  readonly kind:
    | "key-removed"
    | "key-added"
    | "newly-required"
    | "no-longer-required"
    | "type-narrowed"
    | "no-longer-exported"
    | "secrecy"
    | "variable"
    | "reload";
  readonly pointer: string;
  /** What changed, for people. */
  readonly detail: string;
  /** True when values or code that were right before may be wrong now. */
  readonly breaking: boolean;
}

/** Every change that matters to values, code or references, in the order of the new contract. */
export function compareContracts(before: Contract, after: Contract): readonly ContractChange[] {
  const changes: ContractChange[] = [];
  new ContractComparison(before.schema, after.schema, changes).compare(before.schema, after.schema, "");
  return changes;
}

class ContractComparison {
  readonly #definitions: readonly [JsonValue | undefined, JsonValue | undefined];
  readonly #changes: ContractChange[];
  /** Definitions that are being compared: a contract may hold itself. */
  readonly #open: Set<string> = new Set();

  constructor(before: JsonObject, after: JsonObject, changes: ContractChange[]) {
    this.#definitions = [before["$defs"], after["$defs"]];
    this.#changes = changes;
  }

  compare(before: JsonValue, after: JsonValue, pointer: string): void {
    const [old, now] = [follow(before, this.#definitions[0]), follow(after, this.#definitions[1])];
    const identity = `${refOf(before)} ${refOf(after)}`;
    if (this.#open.has(identity)) return;
    if (identity.trim() !== "") this.#open.add(identity);
    if (isJsonObject(old) && isJsonObject(now)) this.#compareObjects(old, now, pointer);
    else if (JSON.stringify(old) !== JSON.stringify(now) && now !== true)
      this.#note("type-narrowed", pointer, "other values are allowed than before", true);
    this.#open.delete(identity);
  }

  #compareObjects(old: JsonObject, now: JsonObject, pointer: string): void {
    for (const detail of narrowings(old, now)) this.#note("type-narrowed", pointer, detail, true);
    this.#compareAnnotations(old, now, pointer);
    this.#compareMembers(old, now, pointer);
    if (old["items"] !== undefined && now["items"] !== undefined) this.compare(old["items"], now["items"], `${pointer}/*`);
    else if (now["items"] !== undefined && now["items"] !== true)
      this.#note("type-narrowed", `${pointer}/*`, "items have a type now", true);
  }

  #compareMembers(old: JsonObject, now: JsonObject, pointer: string): void {
    const [before, after] = [membersOf(old), membersOf(now)];
    for (const [name, schema] of after.properties) {
      const at = appendToken(pointer, name);
      const known = before.properties.get(name);
      const isRequired = after.required.has(name);
      if (known === undefined) {
        this.#note("key-added", at, isRequired ? "added" : "added, optional", false);
        if (isRequired) this.#note("newly-required", at, "required", true);
        continue;
      }
      if (isRequired !== before.required.has(name))
        this.#note(isRequired ? "newly-required" : "no-longer-required", at, isRequired ? "required" : "may be missing", true);
      this.compare(known, schema, at);
    }
    for (const name of before.properties.keys())
      if (!after.properties.has(name)) this.#note("key-removed", appendToken(pointer, name), "removed", true);
  }

  #compareAnnotations(old: JsonObject, now: JsonObject, pointer: string): void {
    const differs = (annotation: string): boolean => JSON.stringify(old[annotation]) !== JSON.stringify(now[annotation]);
    if (differs("x-secret")) this.#note("secrecy", pointer, now["x-secret"] === true ? "is a secret now" : "is a secret no longer", true);
    if (old["x-exported"] === true && now["x-exported"] !== true)
      this.#note("no-longer-exported", pointer, "other services may not refer to it any more", true);
    if (differs("x-env"))
      this.#note(
        "variable",
        pointer,
        now["x-env"] === undefined ? `the variable ${String(old["x-env"])} is gone` : `the variable is ${String(now["x-env"])}`,
        old["x-env"] !== undefined,
      );
    if (differs("x-reload"))
      this.#note("reload", pointer, now["x-reload"] === "hot" ? "may change in a running process now" : "changes by a restart now", false);
    const added = environmentsIn(now).filter((name) => !environmentsIn(old).includes(name));
    if (added.length > 0) this.#note("newly-required", pointer, `required in ${added.join(", ")}`, true);
  }

  #note(kind: ContractChange["kind"], pointer: string, detail: string, breaking: boolean): void {
    this.#changes.push({ kind, pointer, detail, breaking });
  }
}

function environmentsIn(schema: JsonObject): readonly string[] {
  const names = schema["x-required-in"];
  return Array.isArray(names) ? names.map(String) : [];
}

function refOf(schema: JsonValue): string {
  return isJsonObject(schema) && typeof schema["$ref"] === "string" ? schema["$ref"] : "";
}

function follow(schema: JsonValue, definitions: JsonValue | undefined): JsonValue {
  const ref = refOf(schema);
  return ref === "" || !isJsonObject(definitions) ? schema : (definitions[ref.slice("#/$defs/".length)] ?? schema);
}

/** Properties and required names of an object, those of its `allOf` members included. */
function membersOf(schema: JsonObject): { readonly properties: ReadonlyMap<string, JsonValue>; readonly required: ReadonlySet<string> } {
  const members: readonly JsonValue[] = [schema, ...(Array.isArray(schema["allOf"]) ? schema["allOf"] : [])];
  const objects = members.filter(isJsonObject);
  return {
    properties: new Map(objects.flatMap(({ properties }) => (isJsonObject(properties) ? Object.entries(properties) : []))),
    required: new Set(objects.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []))),
  };
}

const LOW = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
const HIGH = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
/** Whether one of these allows less than another cannot be told by looking, so every change counts. */
const RULES = [
  "pattern",
  "format",
  "x-type",
  "multipleOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "patternProperties",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "contains",
  "prefixItems",
  "x-kubernetes-validations",
];

/** How `now` allows less than `old` for the value itself; members and items are compared elsewhere. */
function narrowings(old: JsonObject, now: JsonObject): readonly string[] {
  const found: string[] = [];
  const lost = typesOf(old).filter((type) => !typesOf(now).includes(type));
  if (lost.length > 0) found.push(`${lost.join(" and ")} no longer allowed`);
  const allowed = allowedBy(now);
  const before = allowedBy(old);
  if (allowed !== undefined) {
    const missing = before?.filter((value) => !allowed.includes(value));
    if (missing === undefined) found.push(`only ${allowed.join(", ")} allowed`);
    else if (missing.length > 0) found.push(`${missing.join(", ")} no longer allowed`);
  }
  for (const keyword of LOW) if (isHigher(now[keyword], old[keyword])) found.push(`${keyword} is ${String(now[keyword])}`);
  for (const keyword of HIGH)
    if (isHigher(old[keyword], now[keyword]) || (now[keyword] !== undefined && old[keyword] === undefined))
      found.push(`${keyword} is ${String(now[keyword])}`);
  for (const keyword of RULES)
    if (now[keyword] !== undefined && JSON.stringify(now[keyword]) !== JSON.stringify(old[keyword])) found.push(`${keyword} changed`);
  if (now["uniqueItems"] === true && old["uniqueItems"] !== true) found.push("items must differ");
  for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
    const is = now[keyword];
    if (is !== undefined && is !== true && JSON.stringify(is) !== JSON.stringify(old[keyword]))
      found.push(is === false ? "takes no other keys" : "other keys must be of another type");
  }
  return found;
}

/** A lower bound that is new counts as risen. */
function isHigher(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return typeof a === "number" && (typeof b !== "number" || a > b);
}

const ALL = ["string", "integer", "number", "boolean", "object", "array", "null"];

function typesOf({ type }: JsonObject): readonly string[] {
  const names = typeof type === "string" ? [type] : Array.isArray(type) ? type.map(String) : ALL;
  return names.includes("number") ? [...new Set([...names, "integer"])] : names;
}

function allowedBy(schema: JsonObject): readonly string[] | undefined {
  if (schema["const"] !== undefined) return [JSON.stringify(schema["const"])];
  return Array.isArray(schema["enum"]) ? schema["enum"].map((value: JsonValue) => JSON.stringify(value)) : undefined;
}
