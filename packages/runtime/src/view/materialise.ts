// Checked values to what a service reads: frozen plain objects, with a `Live` at every hot subtree, a `Secret` at every
// secret and parsed units.
import {
  appendToken,
  type ConfigProblem,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parsePointer,
  parseUnit,
  unitExamples,
  type UnitName,
} from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import { cloneJson, deepFreeze, type MutableObject, holderOf, setAt, setOwn } from "../json/json-tree.ts";
import { type Cell, Live } from "./live.ts";
import type { Secrets } from "./secret.ts";

/** Checked values with units parsed and secrets in their places; or what is no such unit. */
export type Materialised =
  | { readonly kind: "whole"; readonly whole: MutableObject }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** Makes of delivered values the values that a service reads, in a copy of them. Nothing is frozen yet. */
export function materialise(
  definition: ServiceDefinition,
  value: JsonObject,
  secrets: Secrets,
  copy: JsonValue = cloneJson(value),
): Materialised {
  // The copy of an object is an object, and nobody else holds it.
  const whole = copy as MutableObject;
  const problems: ConfigProblem[] = [];
  for (const [pointer, unit] of Object.entries(definition.units)) {
    parseUnitsAt(whole, parsePointer(pointer) ?? [], { unit, pointer: "", problems });
  }
  if (problems.length > 0) return { kind: "refused", problems };
  for (const [pointer, secret] of secrets) setAt(whole, pointer, secret);
  return { kind: "whole", whole };
}

interface UnitWalk {
  readonly unit: UnitName;
  readonly pointer: string;
  readonly problems: ConfigProblem[];
}

function parseUnitsAt(node: unknown, [token, ...rest]: readonly string[], walk: UnitWalk): void {
  if (token === undefined || typeof node !== "object" || node === null) return;
  const keys = Array.isArray(node) && token === "*" ? Object.keys(node) : [token];
  for (const key of keys) {
    if (!Object.hasOwn(node, key)) continue;
    // An object or an array of our own copy: both are written by key.
    const holder = node as MutableObject;
    const member = holder[key];
    const pointer = appendToken(walk.pointer, key);
    if (rest.length > 0) parseUnitsAt(member, rest, { ...walk, pointer });
    // A nullable key may hold no text; the contract has decided that already.
    else if (typeof member === "string") holder[key] = parseOne(member, { ...walk, pointer });
  }
}

function parseOne(text: string, { unit, pointer, problems }: UnitWalk): unknown {
  const parsed = parseUnit(unit, text);
  if (parsed === undefined) problems.push({ code: "VX5005", pointer, message: `${pointer} must be ${unitExamples[unit]}` });
  return parsed;
}

/** The value of each hot subtree, frozen; undefined where it is not there. */
export function takeHot(definition: ServiceDefinition, whole: MutableObject): readonly unknown[] {
  return definition.hot.map((pointer) => {
    const found = holderOf(whole, pointer);
    return found !== undefined && Object.hasOwn(found.holder, found.key) ? deepFreeze(found.holder[found.key]) : undefined;
  });
}

/** Puts a `Live` at every hot pointer whose parent is there, and freezes the rest. */
export function placeLive(definition: ServiceDefinition, whole: MutableObject, cell: Cell): object {
  definition.hot.forEach((pointer, index) => {
    const found = holderOf(whole, pointer);
    if (found !== undefined) setOwn(found.holder, found.key, new Live(cell, index));
  });
  deepFreeze(whole);
  return whole;
}

/** `config` with every `Live` replaced by its value in `hot`. Subtrees without one are the same objects. */
export function takeSnapshot(definition: ServiceDefinition, config: object, hot: readonly unknown[]): object {
  if (hot.length === 0) return config;
  const copy: MutableObject = { ...config };
  definition.hot.forEach((pointer, index) => {
    const key = copyPath(copy, parsePointer(pointer) ?? []);
    if (key === undefined) return;
    if (hot[index] === undefined) delete key.holder[key.name];
    else setOwn(key.holder, key.name, hot[index]);
  });
  deepFreeze(copy);
  return copy;
}

/** Replaces the frozen objects on the way by copies; undefined where the way ends early. */
function copyPath(root: MutableObject, tokens: readonly string[]): { readonly holder: MutableObject; readonly name: string } | undefined {
  let current = root;
  for (const token of tokens.slice(0, -1)) {
    const member = Object.hasOwn(current, token) ? current[token] : undefined;
    if (!isJsonObject(member)) return undefined;
    const copy: MutableObject = Object.isFrozen(member) ? { ...member } : member;
    setOwn(current, token, copy);
    current = copy;
  }
  const name = tokens.at(-1);
  return name === undefined || !Object.hasOwn(current, name) ? undefined : { holder: current, name };
}
