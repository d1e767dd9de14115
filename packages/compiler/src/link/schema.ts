// Walking schemas, and remembering where each linked node was written.
import { appendToken, isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import { keywordShapes } from "./keywords.ts";

/** Where a schema was written. */
export interface SchemaPlace {
  readonly file: string;
  readonly pointer: string;
}

const places = new WeakMap<object, SchemaPlace>();

/** Notes where a linked schema node was written. */
export function rememberPlace(node: object, place: SchemaPlace): void {
  places.set(node, { file: place.file, pointer: place.pointer });
}

/** Where a linked schema node was written; undefined for nodes that nobody wrote. */
export function placeOfSchema(node: JsonValue | undefined): SchemaPlace | undefined {
  return typeof node === "object" && node !== null ? places.get(node) : undefined;
}

/** A subschema and the pointer that leads to it from its parent. */
export interface Subschema {
  readonly keyword: string;
  readonly pointer: string;
  readonly schema: JsonValue;
}

/** The direct subschemas of `schema`, in the order of its keywords. */
export function subschemasOf(schema: JsonObject): readonly Subschema[] {
  const found: Subschema[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const add = (pointer: string, below: JsonValue): void => void found.push({ keyword, pointer, schema: below });
    const at = appendToken("", keyword);
    switch (keywordShapes[keyword]) {
      case "schema":
        add(at, value);
        break;
      case "schemas":
        eachItem(value, (item, index) => add(`${at}/${index}`, item));
        break;
      case "schema-or-schemas":
        if (Array.isArray(value)) eachItem(value, (item, index) => add(`${at}/${index}`, item));
        else add(at, value);
        break;
      case "schema-map":
        eachMember(value, (key, below) => add(appendToken(at, key), below));
        break;
      case "dependencies":
        eachMember(value, (key, below) => {
          if (!Array.isArray(below)) add(appendToken(at, key), below);
        });
        break;
      default:
    }
  }
  return found;
}

/** A schema and, nested to any depth, the members of its `allOf`: they speak of one and the same value. */
export function withAllOf(schema: JsonObject): readonly JsonObject[] {
  const members = isJsonArray(schema["allOf"]) ? schema["allOf"] : [];
  return [schema, ...members.filter(isJsonObject).flatMap(withAllOf)];
}

/** The names that an object's schema declares. */
export function declaredNames(schema: JsonObject): readonly string[] {
  const names = withAllOf(schema).flatMap(({ properties }) => (isJsonObject(properties) ? Object.keys(properties) : []));
  return [...new Set(names)];
}

function eachItem(value: JsonValue, visit: (item: JsonValue, index: number) => void): void {
  if (Array.isArray(value)) value.forEach((item: JsonValue, index) => visit(item, index));
}

function eachMember(value: JsonValue, visit: (key: string, below: JsonValue) => void): void {
  if (!isJsonObject(value)) return;
  for (const [key, below] of Object.entries(value)) visit(key, below);
}
