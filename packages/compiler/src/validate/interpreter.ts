// The build's side of the engine: it judges values that are not delivered yet, with references and secrets in them, and
// knows of each violation which schema was broken.
import { isJsonObject, isUnitName, type JsonObject, type JsonValue, parseUnit, unitExamples, type Violation } from "@veltrix/protocol";
import { compilePattern as compile, evaluate, type Hooks, type Matcher, type Site } from "@veltrix/protocol/engine";
import { Compactor, patternOf } from "./compact.ts";

/** A violation and the schema node whose rule it is. */
export interface SchemaViolation extends Violation {
  readonly schema: JsonObject;
  /** The violations of the alternative that came nearest, for `anyOf` and `oneOf`. */
  readonly nearest?: readonly SchemaViolation[];
}

/** What may stand in a value beside JSON, and how the caller judges it. */
export interface ValidateOptions {
  /** Whose `$defs` the references name, where `schema` is a part of another one, and where `value` stands in the whole. */
  readonly within?: { readonly root: JsonValue; readonly pointer: string };
  /** Environment whose `x-required-in` counts. */
  readonly environment?: string;
  /**
   * Called for every value before its rules. `true`: the value has been judged, its rules are skipped.
   * The compiler judges references and secrets here.
   */
  readonly judge?: (value: unknown, schema: JsonObject, pointer: string, note: (violation: SchemaViolation) => void) => boolean;
}

const compactors = new WeakMap<JsonObject, Compactor>();

/** Everything that `value` breaks of `schema`; `$ref`s are `#/$defs/<name>` of `schema` itself. */
export function validateValue(schema: JsonValue, value: JsonValue, options: ValidateOptions = {}): readonly SchemaViolation[] {
  const compactor = compactorOf(options.within?.root ?? schema);
  // Every violation goes through `describe`, or through the `note` of `judge`.
  const out: SchemaViolation[] = [];
  const rules = compactor.compact(schema);
  evaluate(compactor, rules, { value, pointer: options.within?.pointer ?? "", out, hooks: hooksOf(compactor, options) });
  return out;
}

/** The rules of a contract: what is made of them is kept as long as the contract is. */
export function compactorOf(root: JsonValue): Compactor {
  if (!isJsonObject(root)) return new Compactor(root);
  const compactor = compactors.get(root) ?? new Compactor(root);
  compactors.set(root, compactor);
  return compactor;
}

/** A compiled pattern, from a store that all schemas share. No text can keep it busy. */
export function compilePattern(pattern: string): Matcher {
  return compile(patternOf(pattern));
}

function hooksOf(compactor: Compactor, { environment, judge }: ValidateOptions): Hooks {
  return {
    rule: (rule, limit, site) => {
      for (const expected of rule === "x-type" ? unitsBroken(limit, site) : requiredIn(environment, limit, site))
        site.out.push(withSchema({ pointer: site.pointer, rule, expected }, compactor.sourceOf(site.rules)));
    },
    describe: (violation, rules, tried) => {
      const placed = withSchema(violation, compactor.sourceOf(rules));
      // What alternatives found went through this function.
      return tried === undefined
        ? placed
        : { ...placed, nearest: nearestOf(tried as readonly (readonly SchemaViolation[])[], violation.pointer) };
    },
    ...(judge === undefined
      ? {}
      : {
          judge: (value, rules, pointer, out) => judge(value, compactor.sourceOf(rules), pointer, (violation) => out.push(violation)),
        }),
  };
}

function withSchema(violation: Violation, schema: JsonObject): SchemaViolation {
  return { ...violation, schema };
}

function unitsBroken(unit: unknown, { value }: Site): readonly string[] {
  return isUnitName(unit) && typeof value === "string" && parseUnit(unit, value) === undefined ? [unitExamples[unit]] : [];
}

/** The keys that are not there, and required in the environment. `limit`: keys, each before its environments. */
function requiredIn(environment: string | undefined, limit: unknown, { value }: Site): readonly string[] {
  if (environment === undefined || !isJsonObject(value)) return [];
  // `compact.ts` made it so.
  const list = limit as readonly (string | readonly string[])[];
  return list.flatMap((name, index) => {
    const environments = list[index + 1];
    if (typeof name !== "string" || typeof environments !== "object" || !environments.includes(environment)) return [];
    return Object.hasOwn(value, name) ? [] : [name];
  });
}

/** The alternative that a person most likely meant: right in its type, then deepest, then with the fewest faults. */
function nearestOf(tried: readonly (readonly SchemaViolation[])[], pointer: string): readonly SchemaViolation[] {
  const rank = (violations: readonly SchemaViolation[]): readonly number[] => [
    violations.some((violation) => violation.pointer === pointer && ["type", "const", "enum"].includes(violation.rule)) ? 1 : 0,
    violations.some((violation) => ["const", "enum"].includes(violation.rule)) ? 1 : 0,
    violations.length,
  ];
  return [...tried].sort((a, b) => compareRanks(rank(a), rank(b)))[0] ?? [];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
