// Reading and building plain JSON trees with own members only, whatever sits on Object.prototype.
import { isJsonObject, type JsonValue, lastToken, parsePointer, valueAt } from "@veltrix/protocol";

/** An object that is being built. */
export type MutableObject = { [key: string]: unknown };

/** A copy of plain objects and arrays, as deep as they go. */
export function cloneJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => cloneJson(item));
  if (!isJsonObject(value)) return value;
  // A spread defines own members; assigning to those that are there reaches no setter of a prototype.
  const copy: { [key: string]: JsonValue } = { ...value };
  for (const key of Object.keys(copy)) {
    const member = copy[key] as JsonValue;
    if (typeof member === "object" && member !== null) copy[key] = cloneJson(member);
  }
  return copy;
}

/** Sets an own member. */
export function setOwn(target: MutableObject, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

/** The object that holds `pointer`'s last token, and that token; undefined when there is no such object. */
export function holderOf(root: unknown, pointer: string): { readonly holder: MutableObject; readonly key: string } | undefined {
  if (pointer === "") return undefined;
  // The walk takes own members and looks at no value on the way, so what is built may hold more than JSON.
  const holder: unknown = valueAt(root as JsonValue, pointer.slice(0, pointer.lastIndexOf("/")));
  return isMutable(holder) ? { holder, key: lastToken(pointer) } : undefined;
}

/** Sets the value at `pointer` and makes the objects on the way that are not there. */
export function setAt(root: MutableObject, pointer: string, value: unknown): void {
  const tokens = parsePointer(pointer) ?? [];
  let current = root;
  for (const token of tokens.slice(0, -1)) {
    const next = Object.hasOwn(current, token) ? current[token] : undefined;
    if (isMutable(next)) {
      current = next;
      continue;
    }
    const made: MutableObject = {};
    setOwn(current, token, made);
    current = made;
  }
  const key = tokens.at(-1);
  if (key !== undefined) setOwn(current, key, value);
}

/** Removes the member at `pointer`, if there is one. */
export function removeAt(root: MutableObject, pointer: string): void {
  const found = holderOf(root, pointer);
  if (found !== undefined) delete found.holder[found.key];
}

/** Freezes plain objects and arrays to the bottom. What is frozen already is left as it is. */
export function deepFreeze(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) if (typeof member === "object") deepFreeze(member);
  return Object.freeze(value);
}

function isMutable(value: unknown): value is MutableObject {
  return isJsonObject(value);
}
