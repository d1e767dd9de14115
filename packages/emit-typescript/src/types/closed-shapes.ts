// Objects whose `unevaluatedProperties` is false: every key that they may have is named by one of the schemas that apply
// to them in place. Their alternatives become shapes, a list of names each, so that a misspelt key is no key.
import { isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";

/** The keys of one way to obey a closed object. */
export interface ClosedShape {
  /** What each key obeys: all of these. */
  readonly properties: ReadonlyMap<string, readonly JsonValue[]>;
  readonly required: ReadonlySet<string>;
  /** Keys that only a condition names: one of these, and never required. */
  readonly conditional: ReadonlyMap<string, readonly JsonValue[]>;
}

/** More of them would be a type that nobody reads. */
const MOST_SHAPES = 24;
const NOTHING: ClosedShape = { properties: new Map(), required: new Set(), conditional: new Map() };

/**
 * Every way to obey `schema`, an object that closes itself by `unevaluatedProperties`; undefined where its keys cannot be
 * listed: then its type stays open, which is never narrower than the schema.
 */
export function closedShapes(schema: JsonObject): readonly ClosedShape[] | undefined {
  if (schema["unevaluatedProperties"] !== false || !isAlwaysObject(schema)) return undefined;
  return shapesOf(schema);
}

/** Whether only objects obey `schema`. */
function isAlwaysObject(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return schema === false;
  if (schema["type"] !== undefined) return schema["type"] === "object";
  if (listOf(schema["allOf"]).some(isAlwaysObject)) return true;
  return ["anyOf", "oneOf"].some((keyword) => schema[keyword] !== undefined && listOf(schema[keyword]).every(isAlwaysObject));
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function shapesOf(schema: JsonValue): readonly ClosedShape[] | undefined {
  if (!isJsonObject(schema)) return schema === false ? [] : [NOTHING];
  const { $ref, patternProperties, additionalProperties, unevaluatedProperties, properties, required } = schema;
  if ($ref !== undefined || patternProperties !== undefined) return undefined;
  if ([additionalProperties, unevaluatedProperties].some((rest) => rest !== undefined && rest !== false)) return undefined;
  const own = Object.entries(isJsonObject(properties) ? properties : {}).map(([name, below]) => [name, [below]] as const);
  const names = listOf(required).filter((name) => typeof name === "string");
  const alternatives = ["anyOf", "oneOf"].map((keyword) => (schema[keyword] === undefined ? undefined : eitherOf(listOf(schema[keyword]))));
  const conditional = conditionalKeys(schema);
  const parts = [
    ...listOf(schema["allOf"]).map(shapesOf),
    ...alternatives.filter((_, index) => schema[index === 0 ? "anyOf" : "oneOf"] !== undefined),
  ];
  if (conditional === undefined) return undefined;
  return parts.reduce(both, [{ properties: new Map(own), required: new Set(names), conditional }]);
}

type Shapes = readonly ClosedShape[] | undefined;

function eitherOf(members: readonly JsonValue[]): Shapes {
  const all = members.map(shapesOf);
  return all.some((shapes) => shapes === undefined) ? undefined : all.flatMap((shapes) => shapes ?? []);
}

/** Keys that conditions name: each may be there where its condition holds. */
function conditionalKeys(schema: JsonObject): ReadonlyMap<string, readonly JsonValue[]> | undefined {
  const dependent = schema["dependentSchemas"];
  const parts = [schema["if"], schema["then"], schema["else"], ...(isJsonObject(dependent) ? Object.values(dependent) : [])];
  const found = new Map<string, JsonValue[]>();
  for (const part of parts) {
    if (part === undefined) continue;
    const shapes = shapesOf(part);
    if (shapes === undefined) return undefined;
    for (const shape of shapes)
      for (const [name, schemas] of [...shape.properties, ...shape.conditional]) {
        const one = schemas.length === 1 ? schemas[0] : undefined;
        found.set(name, [...(found.get(name) ?? []), one ?? { allOf: schemas }]);
      }
  }
  return found;
}

function both(some: Shapes, others: Shapes): Shapes {
  if (some === undefined || others === undefined || some.length * others.length > MOST_SHAPES) return undefined;
  return some.flatMap((one) => others.map((other) => merge(one, other)));
}

function merge(one: ClosedShape, other: ClosedShape): ClosedShape {
  return {
    properties: joined(one.properties, other.properties),
    required: new Set([...one.required, ...other.required]),
    conditional: joined(one.conditional, other.conditional),
  };
}

function joined(
  one: ReadonlyMap<string, readonly JsonValue[]>,
  other: ReadonlyMap<string, readonly JsonValue[]>,
): ReadonlyMap<string, readonly JsonValue[]> {
  const all = new Map(one);
  for (const [name, schemas] of other) all.set(name, [...(all.get(name) ?? []), ...schemas]);
  return all;
}
