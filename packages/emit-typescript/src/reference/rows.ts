// The rows of a service's reference: its keys, and below lists the members of their items.
import type { Key, Service } from "@veltrix/compiler";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** One row: a key of the contract, or something inside a list, where `*` stands for the items. */
export type Row =
  | { readonly kind: "key"; readonly key: Key }
  | { readonly kind: "item"; readonly pointer: string; readonly schema: JsonObject; readonly required: boolean };

/** A table of rows. `name` is the first token of their pointers; undefined: keys that hold no others. */
export interface Group {
  readonly name: string | undefined;
  readonly rows: readonly Row[];
}

/** The rows in the order of the contract, by their top-level key. */
export function groupRows(service: Service): readonly Group[] {
  const single: Row[] = [];
  const groups = new Map<string, Row[]>();
  for (const key of service.contract.keys) {
    const end = key.pointer.indexOf("/", 1);
    const top = end === -1 ? key.pointer : key.pointer.slice(0, end);
    const rows = top === key.pointer && key.isLeaf ? single : (groups.get(top) ?? []);
    if (rows !== single) groups.set(top, rows);
    rows.push({ kind: "key", key }, ...itemRows(key.schema, key.pointer));
  }
  return [...(single.length === 0 ? [] : [{ name: undefined, rows: single }]), ...[...groups].map(([name, rows]) => ({ name, rows }))];
}

function itemRows(schema: JsonValue, pointer: string): readonly Row[] {
  if (!isJsonObject(schema) || !isJsonObject(schema["items"])) return [];
  return memberRows(schema["items"], `${pointer}/*`);
}

function memberRows(schema: JsonObject, pointer: string): readonly Row[] {
  const rows: Row[] = [];
  if (isJsonObject(schema["items"])) rows.push(...memberRows(schema["items"], `${pointer}/*`));
  if (!isJsonObject(schema["properties"])) return rows;
  const required: readonly JsonValue[] = Array.isArray(schema["required"]) ? schema["required"] : [];
  for (const [name, property] of Object.entries(schema["properties"])) {
    if (!isJsonObject(property)) continue;
    const at = appendToken(pointer, name);
    rows.push({ kind: "item", pointer: at, schema: property, required: required.includes(name) }, ...memberRows(property, at));
  }
  return rows;
}
