// "Matches none of its alternatives" helps nobody who wrote one of them with a slip in it. Where the value shows which
// alternative is meant, by its type or by a key with a fixed value, that one's own problems are told instead.
import { appendToken, isJsonObject, type JsonObject, type JsonValue, isJsonArray } from "@veltrix/protocol";
import { isRawObject, isTag, type RawValue, Unresolved } from "../read/document.ts";
import { type SchemaViolation, validateValue } from "../validate/interpreter.ts";
import { valueIn } from "../read/value-in.ts";

/** `violations` with each broken `anyOf` and `oneOf` replaced by what is wrong with the alternative that was meant. */
export function narrowAlternatives(root: JsonObject, value: RawValue, violations: readonly SchemaViolation[]): readonly SchemaViolation[] {
  if (!violations.some(isNoMatch)) return violations;
  const narrowed = violations.flatMap((violation) => (isNoMatch(violation) ? narrow(root, value, violation) : [violation]));
  // A type that stands beside its alternatives says the same as they do.
  const seen = new Set<string>();
  return narrowed.filter(({ pointer, rule, expected }) => {
    const key = rule === "type" ? `${pointer} type` : JSON.stringify([pointer, rule, expected]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function isNoMatch({ rule, nearest }: SchemaViolation): boolean {
  return (rule === "anyOf" || rule === "oneOf") && nearest !== undefined;
}

function narrow(root: JsonObject, whole: RawValue, violation: SchemaViolation): readonly SchemaViolation[] {
  const value = valueIn(whole, violation.pointer);
  const members = violation.schema[violation.rule];
  if (value === undefined || isTag(value) || !isJsonArray(members)) return [violation];
  const alternatives = members.map((member) => follow(root, member)).filter(isJsonObject);
  if (alternatives.length < members.length) return [violation];
  const ofType = alternatives.filter((alternative) => acceptsType(alternative, value));
  if (ofType.length === 0) return [{ ...violation, rule: "type", expected: [...new Set(alternatives.flatMap(typesOf))] }];
  const chosen = choose(ofType, value, violation);
  if (chosen === undefined) return [violation];
  if ("rule" in chosen) return [chosen.rule];
  const judge = (part: unknown): boolean => part instanceof Unresolved;
  // Tags were judged before, and stop the check below.
  const found = validateValue(chosen.schema, value as JsonValue, { judge, within: { root, pointer: violation.pointer } });
  return found.length === 0 ? [violation] : narrowAlternatives(root, whole, found);
}

/** The one alternative that is meant, or what is wrong with the key that tells them apart. */
function choose(
  alternatives: readonly JsonObject[],
  value: RawValue,
  violation: SchemaViolation,
): { readonly schema: JsonObject } | { readonly rule: SchemaViolation } | undefined {
  const [first, ...more] = alternatives;
  if (first === undefined || more.length === 0) return first === undefined ? undefined : { schema: first };
  const listed = alternatives.map(listedIn);
  if (listed.every((values) => values.length > 0)) return { rule: { ...violation, rule: "enum", expected: listed.flat() } };
  if (!isRawObject(value)) return undefined;
  const key = Object.keys(propertiesOf(first)).find((name) =>
    alternatives.every((alternative) => fixedValues(alternative, name).length > 0),
  );
  if (key === undefined) return undefined;
  if (!Object.hasOwn(value, key)) return { rule: { pointer: violation.pointer, rule: "required", expected: key, schema: first } };
  const given = value[key];
  const meant = alternatives.filter((alternative) => fixedValues(alternative, key).some((fixed) => fixed === given));
  const [only, ...others] = meant;
  if (only !== undefined) return others.length === 0 ? { schema: only } : undefined;
  const expected = [...new Set(alternatives.flatMap((alternative) => fixedValues(alternative, key)))];
  return { rule: { pointer: appendToken(violation.pointer, key), rule: "enum", expected, schema: violation.schema } };
}

/** The texts that an alternative allows for one of its keys, where it names them. */
function fixedValues(alternative: JsonObject, name: string): readonly string[] {
  const properties = propertiesOf(alternative);
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (!isJsonObject(property)) return [];
  const allowed = property["const"] === undefined ? property["enum"] : [property["const"]];
  const texts = Array.isArray(allowed) ? allowed.filter((item) => typeof item === "string") : [];
  return Array.isArray(allowed) && texts.length === allowed.length ? texts : [];
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

function follow(root: JsonObject, member: JsonValue): JsonValue | undefined {
  if (!isJsonObject(member) || typeof member["$ref"] !== "string") return member;
  const definitions = root["$defs"];
  return isJsonObject(definitions) ? definitions[member["$ref"].slice("#/$defs/".length)] : undefined;
}

/** The types that a schema names, itself or by all of its own alternatives; none where it takes any. */
function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type as readonly string[];
  const members = schema["anyOf"] ?? schema["oneOf"];
  if (!isJsonArray(members)) return [];
  const types = members.map((member) => (isJsonObject(member) ? typesOf(member) : []));
  return types.every((named) => named.length > 0) ? types.flat() : [];
}

/** The values that a schema lists, if it lists them. */
function listedIn({ const: only, enum: allowed }: JsonObject): readonly JsonValue[] {
  if (only !== undefined) return [only];
  return isJsonArray(allowed) ? allowed : [];
}

/** An alternative that names no type accepts all of them. */
function acceptsType(schema: JsonObject, value: RawValue): boolean {
  const types = typesOf(schema);
  const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return types.length === 0 || types.includes(own) || (own === "number" && types.includes("integer"));
}
