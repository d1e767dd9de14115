// Defaults: what a contract gives for a key that nothing holds after layers and references. Filled in where the policy
// says so, a problem where it refuses them, and only a description where it ignores them.
import { report } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, isWithin, type JsonValue, parsePointer } from "@veltrix/protocol";
import type { Drafts } from "../drafts.ts";
import type { LinkedService } from "../link/link.ts";
import type { Contract, Environment, Key } from "../model.ts";
import { isRawObject, type RawObject, type RawValue, Unresolved, Unset } from "../read/document.ts";
import { type PlacedValues, writersIn } from "./layers.ts";

/** Whose defaults, and in which environment. */
export interface DefaultsOf extends PlacedValues {
  readonly contract: Contract;
  readonly environment: Environment;
}

/** A value with its defaults. */
export interface Filled<Value> {
  readonly value: Value;
  /** Pointers of the keys that were filled in. */
  readonly defaults: ReadonlySet<string>;
  /** Keys whose defaults the policy refuses: `Unresolved` stands for them. */
  readonly refused: readonly Key[];
}

/** `value` with every default below `within`, which is the pointer that it stands at. */
export function fillDefaults<Value extends RawValue>(value: Value, within: string, of: DefaultsOf): Filled<Value> {
  const defaults = new Set<string>();
  const refused: Key[] = [];
  let filled: RawValue = value;
  const isRefused = of.environment.policy.defaults === "refuse";
  for (const { key, standIn } of keysToFill(of)) {
    if (key.pointer === within || !isWithin(key.pointer, within)) continue;
    const tokens = parsePointer(key.pointer.slice(within.length)) ?? [];
    if (!isAbsent(filled, tokens) || isUnset(of, key.pointer)) continue;
    if (isRefused) refused.push(key);
    else defaults.add(key.pointer);
    filled = withValueAt(filled, tokens, isRefused ? new Unresolved() : standIn);
  }
  // What is filled is an object, and stays one.
  return { value: filled as Value, defaults, refused };
}

/** What stands for the key at `pointer`, which nothing holds; undefined when nothing does. */
export function defaultAt(pointer: string, of: DefaultsOf): RawValue | undefined {
  const found = keysToFill(of).find(({ key }) => key.pointer === pointer);
  if (found === undefined || isUnset(of, pointer)) return undefined;
  return of.environment.policy.defaults === "refuse" ? new Unresolved() : found.standIn;
}

/** True when the contract has a default for the key at `pointer`. */
export function hasDefault(contract: Contract, pointer: string): boolean {
  return keysWithDefault(contract).some(({ key }) => key.pointer === pointer);
}

/** Notes the defaults that production, or a policy, refuses. */
export function noteRefused(service: LinkedService, environment: string, refused: readonly Key[], drafts: Drafts): void {
  for (const { pointer, schema, declaredAt } of refused) {
    const value = isJsonObject(schema) ? (schema["default"] ?? null) : null;
    const at = { ...declaredAt, pointer: appendToken(declaredAt.pointer, "default"), on: "key" as const };
    drafts.note(["VX2012", service.id, pointer], environment, (where, environments) =>
      report("VX2012", { service: service.id, pointer, where, value }, { at, service: service.id, environments, key: pointer }),
    );
  }
}

interface KeyWithDefault {
  readonly key: Key;
  readonly standIn: JsonValue;
}

const known = new WeakMap<Contract, readonly KeyWithDefault[]>();

function keysWithDefault(contract: Contract): readonly KeyWithDefault[] {
  const found =
    known.get(contract) ??
    contract.keys.flatMap((key) => {
      const standIn = isJsonObject(key.schema) ? key.schema["default"] : undefined;
      return standIn === undefined ? [] : [{ key, standIn }];
    });
  known.set(contract, found);
  return found;
}

function keysToFill({ contract, environment }: DefaultsOf): readonly KeyWithDefault[] {
  return environment.policy.defaults === "ignore" ? [] : keysWithDefault(contract);
}

/** What a layer takes away is not given back by the contract. */
function isUnset(of: DefaultsOf, pointer: string): boolean {
  return writersIn(of, pointer)[0]?.value instanceof Unset;
}

/** True when the object that would hold the key is there, and does not have it. */
function isAbsent(value: RawValue, tokens: readonly string[]): boolean {
  const name = tokens.at(-1);
  let parent: RawValue | undefined = value;
  for (const token of tokens.slice(0, -1)) {
    if (!isRawObject(parent) || !Object.hasOwn(parent, token)) return false;
    parent = parent[token];
  }
  return name !== undefined && isRawObject(parent) && !Object.hasOwn(parent, name);
}

function withValueAt(value: RawValue, [token, ...rest]: readonly string[], member: RawValue): RawValue {
  if (token === undefined) return member;
  const object: RawObject = isRawObject(value) ? value : {};
  return { ...object, [token]: withValueAt(object[token] ?? {}, rest, member) };
}
