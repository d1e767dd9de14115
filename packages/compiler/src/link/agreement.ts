// Whether one contract lets through only what another takes: every value that the provider's key allows against what
// the consumer's key allows. A small prover for plain schemas; whatever it does not know, it does not prove.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import type { Annotation } from "./keywords.ts";
import { validateValue } from "../validate/interpreter.ts";

/**
 * `fits`: proved, all that the provider allows is taken. `wider`: the provider allows more.
 * `never`: no value satisfies both. `unproved`: nothing is known.
 */
export interface Agreement {
  readonly verdict: "fits" | "wider" | "never" | "unproved";
  /** Of `never`: what each side says, for the message. */
  readonly reason: string;
}

const FITS: Agreement = { verdict: "fits", reason: "" };
const WIDER: Agreement = { verdict: "wider", reason: "" };
const UNPROVED: Agreement = { verdict: "unproved", reason: "" };

function never(reason: string): Agreement {
  return { verdict: "never", reason };
}

/** Judges `provider` against `consumer`, both linked. */
export function compareContracts(provider: JsonValue, consumer: JsonValue): Agreement {
  if (consumer === true || provider === false) return FITS;
  if (consumer === false) return UNPROVED;
  const from = provider === true ? {} : provider;
  if (!isJsonObject(from) || !isJsonObject(consumer)) return UNPROVED;
  if (from["x-secret"] === true || consumer["x-secret"] === true) return UNPROVED;
  const agreement = comparePlain(from, consumer);
  // Rules that are not understood only take values away: of the provider ones that were said to be too many,
  // of the consumer ones that were said to fit.
  if (agreement.verdict === "wider" && !isPlain(from)) return UNPROVED;
  return agreement.verdict === "fits" && !isPlain(consumer) ? UNPROVED : agreement;
}

function comparePlain(from: JsonObject, to: JsonObject): Agreement {
  const given = typesOf(from);
  const taken = typesOf(to);
  const allowed = valuesOf(from, given);
  if (allowed !== undefined) return compareValues(allowed, to);
  const wanted = valuesOf(to, taken);
  if (isListed(from) || (isListed(to) && wanted === undefined)) return UNPROVED;
  if (wanted !== undefined && isClosedTerm(from) && wanted.every((value) => validateValue(from, value).length > 0))
    return never(`one gives ${describe(given)}, the other takes ${list(wanted)}`);
  const shared = given.filter((type) => taken.some((other) => overlap(type, other)));
  if (shared.length === 0) return never(`one gives ${describe(given)}, the other takes ${describe(taken)}`);
  if (wanted !== undefined) return WIDER;
  const parts = shared.map((type) => compareType(type, from, to));
  const isWhole = given.every((type) => taken.some((other) => type === other || (type === "integer" && other === "number")));
  const isStepped = given.includes("number") && !taken.includes("number") && Number.isInteger(from["multipleOf"]);
  const ofTypes = isWhole || (isStepped && shared.length === given.length) ? FITS : WIDER;
  if (parts.every(({ verdict }) => verdict === "never")) return parts[0] ?? UNPROVED;
  return weakest([ofTypes, ...parts.map((part) => (part.verdict === "never" ? WIDER : part))]);
}

/** The verdict over rules that must all hold. */
function weakest(parts: readonly Agreement[]): Agreement {
  for (const verdict of ["never", "wider", "unproved"] as const) {
    const found = parts.find((part) => part.verdict === verdict);
    if (found !== undefined) return found;
  }
  return FITS;
}

type Type = "null" | "boolean" | "integer" | "number" | "string" | "array" | "object";
const TYPES: readonly Type[] = ["null", "boolean", "number", "string", "array", "object"];

/** The types that `schema` allows; all where it says nothing. */
function typesOf({ type }: JsonObject): readonly Type[] {
  if (type === undefined) return TYPES;
  const names: readonly JsonValue[] = Array.isArray(type) ? type : [type];
  const all = [...TYPES, "integer" as const].filter((name) => names.includes(name));
  return all.includes("number") ? all.filter((name) => name !== "integer") : all;
}

function overlap(one: Type, other: Type): boolean {
  const isNumber = (type: Type): boolean => type === "number" || type === "integer";
  return one === other || (isNumber(one) && isNumber(other));
}

/** Everything that `schema` allows, where that is a list. */
function valuesOf(schema: JsonObject, types: readonly Type[]): readonly JsonValue[] | undefined {
  const { const: only, enum: several } = schema;
  const base =
    only !== undefined
      ? [only]
      : Array.isArray(several)
        ? several
        : types.every((type) => type === "null" || type === "boolean")
          ? [null, true, false]
          : undefined;
  // Inside lists and objects there may be rules that only the whole contract can judge.
  if (base === undefined || !isClosedTerm(schema) || base.some((value) => typeof value === "object" && value !== null)) return undefined;
  return base.filter((value: JsonValue) => validateValue(schema, value).length === 0);
}

function isListed(schema: JsonObject): boolean {
  return schema["const"] !== undefined || schema["enum"] !== undefined;
}

function compareValues(allowed: readonly JsonValue[], to: JsonObject): Agreement {
  if (!isClosedTerm(to)) return UNPROVED;
  const taken = allowed.filter((value) => validateValue(to, value).length === 0);
  if (taken.length === allowed.length) return FITS;
  return taken.length > 0 ? WIDER : never(`one gives ${list(allowed)}, and the other takes none of these`);
}

function compareType(type: Type, from: JsonObject, to: JsonObject): Agreement {
  switch (type) {
    case "null":
    case "boolean":
      return FITS;
    case "integer":
    case "number":
      return weakest([compareRange(numbers(from), numbers(to), "a number"), compareSteps(from, to)]);
    case "string":
      return weakest([
        compareRange(counts(from, "Length"), counts(to, "Length"), "a text of a length"),
        ...["pattern", "format", "x-type"].map((rule) => compareEqual(rule, from, to)),
      ]);
    case "array":
      return weakest([
        compareRange(counts(from, "Items"), counts(to, "Items"), "a list of a length"),
        to["uniqueItems"] === true && from["uniqueItems"] !== true ? WIDER : FITS,
        compareItems(from, to),
      ]);
    case "object":
      return weakest([compareRange(counts(from, "Properties"), counts(to, "Properties"), "an object of a size"), compareMembers(from, to)]);
  }
}

interface Range {
  readonly low: number;
  readonly high: number;
  /** Whether the bound itself is left out. */
  readonly isLowOpen: boolean;
  readonly isHighOpen: boolean;
}

function numbers(schema: JsonObject): Range {
  const bound = (name: string, otherwise: number): number => (typeof schema[name] === "number" ? schema[name] : otherwise);
  const lows = [bound("minimum", -Infinity), bound("exclusiveMinimum", -Infinity)] as const;
  const highs = [bound("maximum", Infinity), bound("exclusiveMaximum", Infinity)] as const;
  const isLowOpen = lows[1] >= lows[0] && lows[1] !== -Infinity;
  const isHighOpen = highs[1] <= highs[0] && highs[1] !== Infinity;
  const [low, high] = [Math.max(...lows), Math.min(...highs)];
  const types = typesOf(schema);
  if (!types.includes("integer")) return { low, high, isLowOpen, isHighOpen };
  // Of whole numbers an open bound is the next one, closed.
  return {
    low: isLowOpen ? Math.floor(low) + 1 : Math.ceil(low),
    high: isHighOpen ? Math.ceil(high) - 1 : Math.floor(high),
    isLowOpen: false,
    isHighOpen: false,
  };
}

function counts(schema: JsonObject, of: "Length" | "Items" | "Properties"): Range {
  const low = schema[`min${of}`];
  const high = schema[`max${of}`];
  return { low: typeof low === "number" ? low : 0, high: typeof high === "number" ? high : Infinity, isLowOpen: false, isHighOpen: false };
}

function compareRange(from: Range, to: Range, what: string): Agreement {
  if (isBelow(from, to) || isBelow(to, from)) return never(`one gives ${what} ${span(from)}, the other takes ${what} ${span(to)}`);
  const isLow = from.low > to.low || (from.low === to.low && (from.isLowOpen || !to.isLowOpen));
  const isHigh = from.high < to.high || (from.high === to.high && (from.isHighOpen || !to.isHighOpen));
  return isLow && isHigh ? FITS : WIDER;
}

/** True when all of `one` is less than all of `other`. */
function isBelow(one: Range, other: Range): boolean {
  return one.high < other.low || (one.high === other.low && Number.isFinite(one.high) && (one.isHighOpen || other.isLowOpen));
}

function span({ low, high }: Range): string {
  if (low === -Infinity) return `up to ${high}`;
  return high === Infinity ? `from ${low} upward` : `from ${low} to ${high}`;
}

function compareSteps(from: JsonObject, to: JsonObject): Agreement {
  const step = to["multipleOf"];
  if (typeof step !== "number") return FITS;
  const given = from["multipleOf"];
  if (typeof given === "number") return Number.isInteger(given) && Number.isInteger(step) && given % step === 0 ? FITS : UNPROVED;
  return step === 1 && !typesOf(from).includes("number") ? FITS : WIDER;
}

function compareEqual(rule: string, from: JsonObject, to: JsonObject): Agreement {
  if (to[rule] === undefined || to[rule] === from[rule]) return FITS;
  return from[rule] === undefined ? WIDER : UNPROVED;
}

function compareItems(from: JsonObject, to: JsonObject): Agreement {
  if (from["prefixItems"] !== undefined || to["prefixItems"] !== undefined) return UNPROVED;
  const items = compareContracts(from["items"] ?? true, to["items"] ?? true);
  const isFilled = counts(from, "Items").low > 0 || counts(to, "Items").low > 0;
  return items.verdict === "never" && !isFilled ? WIDER : items;
}

function compareMembers(from: JsonObject, to: JsonObject): Agreement {
  if (from["patternProperties"] !== undefined || to["patternProperties"] !== undefined) return UNPROVED;
  const given = membersOf(from);
  const taken = membersOf(to);
  const others = { given: from["additionalProperties"] ?? true, taken: to["additionalProperties"] ?? true };
  const parts: Agreement[] = [...taken.required].map((name) => (given.required.has(name) ? FITS : WIDER));
  for (const name of new Set([...Object.keys(given.schemas), ...Object.keys(taken.schemas)])) {
    const provided = memberOf(given.schemas, name) ?? others.given;
    const wanted = memberOf(taken.schemas, name) ?? others.taken;
    // A required key that is in some environments only is theirs to decide.
    if (isJsonObject(wanted) && wanted["x-required-in"] !== undefined && !given.required.has(name)) parts.push(UNPROVED);
    const isThere = given.required.has(name) || taken.required.has(name);
    const member = wanted === false ? (provided === false ? FITS : WIDER) : compareContracts(provided, wanted);
    if (member.verdict !== "never") parts.push(member);
    else parts.push(isThere ? never(`of ${name} ${member.reason}`) : WIDER);
  }
  const rest = others.taken === false ? (others.given === false ? FITS : WIDER) : compareContracts(others.given, others.taken);
  parts.push(rest.verdict === "never" ? WIDER : rest);
  return weakest(parts);
}

function membersOf({ properties, required }: JsonObject): { readonly schemas: JsonObject; readonly required: ReadonlySet<string> } {
  return {
    schemas: isJsonObject(properties) ? properties : {},
    required: new Set(Array.isArray(required) ? required.filter((name) => typeof name === "string") : []),
  };
}

function memberOf(schemas: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(schemas, name) ? schemas[name] : undefined;
}

/** Annotations beside which two contracts can be compared: they are weighed above, or are no rule for values. */
const comparable: { readonly [annotation in Annotation]: boolean } = {
  "x-veltrix": true,
  "x-env": true,
  "x-reload": true,
  "x-exported": true,
  "x-required-in": true,
  "x-type": true,
  "x-unique": true,
  "x-bound-to": true,
  "x-renamed-to": true,
  "x-secret": false,
  "x-kubernetes-validations": false,
};

/** Rules that are weighed above, and words that are no rules for values. */
const KNOWN: ReadonlySet<string> = new Set([
  ...`type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format items
  minItems maxItems uniqueItems properties required additionalProperties minProperties maxProperties title description default
  examples deprecated $comment $schema $id readOnly writeOnly contentMediaType contentEncoding`.split(/\s+/),
  ...Object.entries(comparable).flatMap(([annotation, isComparable]) => (isComparable ? [annotation] : [])),
]);

function isPlain(schema: JsonObject): boolean {
  return Object.keys(schema).every((keyword) => KNOWN.has(keyword));
}

/** True when the schema can be read without the contract that it stands in. */
function isClosedTerm(schema: JsonValue): boolean {
  if (Array.isArray(schema)) return schema.every((item: JsonValue) => isClosedTerm(item));
  return !isJsonObject(schema) || (schema["$ref"] === undefined && Object.values(schema).every((below) => isClosedTerm(below)));
}

function describe(types: readonly Type[]): string {
  const names = types.map((type) => (type === "null" ? "null" : /^[aio]/.test(type) ? `an ${type}` : `a ${type}`));
  return names.length > 3 ? "any value" : names.join(" or ");
}

function list(values: readonly JsonValue[]): string {
  const shown = values.slice(0, 5).map((value) => JSON.stringify(value));
  return values.length > 5 ? `${shown.join(", ")} ...` : shown.join(", ");
}
