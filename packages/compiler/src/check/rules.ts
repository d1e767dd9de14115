// `x-kubernetes-validations`: rules over several keys, in CEL, evaluated on the object that they stand at.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { RULES } from "../link/keywords.ts";
import { subschemasOf } from "../link/schema.ts";
import { isRawObject, isTag, type RawValue, Unresolved } from "../read/document.ts";
import { describeCelError, parseRule } from "../validate/cel.ts";
import type { SchemaViolation } from "../validate/interpreter.ts";
import { walkTogether } from "./walk.ts";

/** Rules of `schema` that `value` breaks. */
export function findBrokenRules(schema: JsonObject, value: RawValue): readonly SchemaViolation[] {
  if (!hasRules(schema)) return [];
  const violations: SchemaViolation[] = [];
  walkTogether(schema, value, (part, pointer, nodes) => {
    for (const node of nodes) {
      const rules = node[RULES];
      if (Array.isArray(rules) && !holdsUnresolved(part))
        for (const rule of rules as readonly JsonObject[]) evaluate(rule, part, { pointer, node, violations });
    }
  });
  return violations;
}

const withRules = new WeakMap<JsonObject, boolean>();

function hasRules(schema: JsonObject): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const answer = schema[RULES] !== undefined || subschemasOf(schema).some(({ schema: below }) => isJsonObject(below) && hasRules(below));
  withRules.set(schema, answer);
  return answer;
}

function evaluate(
  rule: JsonObject,
  value: RawValue,
  at: { readonly pointer: string; readonly node: JsonObject; readonly violations: SchemaViolation[] },
): void {
  const text = String(rule["rule"]);
  const parsed = parseRule(text);
  // What cannot be parsed was reported with the contract.
  if (parsed.kind === "invalid") return;
  const self = toCel(value);
  let problem: string | undefined;
  const absent = parsed.reads.find((path) => isAbsent(value, path));
  try {
    if (parsed.evaluate(self) === true) return;
  } catch (error) {
    problem = absent === undefined ? `it cannot be decided: ${describeCelError(error)}` : `it reads \`${absent}\`, which has no value here`;
  }
  const message = problem ?? messageOf(rule, self);
  const values = parsed.reads.map((path) => [path, shownAt(value, path)]).filter(([, shown]) => shown !== undefined);
  const guard = problem === undefined || absent === undefined ? null : `!has(self.${absent}) || (${text})`;
  at.violations.push({
    pointer: at.pointer,
    rule: RULES,
    expected: { rule: text, message, guard, reads: parsed.reads, values: Object.fromEntries(values) as JsonObject },
    schema: at.node,
  });
}

function messageOf(rule: JsonObject, self: unknown): string {
  const expression = rule["messageExpression"];
  const parsed = typeof expression === "string" ? parseRule(expression, "string") : undefined;
  if (parsed?.kind === "rule") {
    try {
      const text = parsed.evaluate(self);
      if (typeof text === "string" && text !== "") return text;
    } catch {
      // Kubernetes' own rule: where the expression fails, the plain message stands.
    }
  }
  return typeof rule["message"] === "string" ? rule["message"] : "the rule does not hold";
}

/** Integers as CEL's int, so that `%` and exact comparison work; a secret as an opaque text. */
function toCel(value: RawValue): unknown {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : value;
  if (isTag(value)) return "[secret]";
  if (Array.isArray(value)) return value.map((item: RawValue) => toCel(item));
  if (!isRawObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toCel(member)]));
}

function isAbsent(value: RawValue, path: string): boolean {
  let current: RawValue | undefined = value;
  for (const name of path.split(".")) {
    // A method's name, as in `self.hosts.size()`, is read of what is no object.
    if (!isRawObject(current)) return false;
    if (!Object.hasOwn(current, name)) return true;
    current = current[name];
  }
  return false;
}

function shownAt(value: RawValue, path: string): JsonValue | undefined {
  let current: RawValue | undefined = value;
  for (const name of path.split(".")) {
    if (!isRawObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  // Objects and lists would bury the message; secrets are never shown.
  return current === undefined || isTag(current) || typeof current === "object" ? undefined : (current as JsonValue);
}

function holdsUnresolved(value: RawValue): boolean {
  if (value instanceof Unresolved) return true;
  if (Array.isArray(value)) return value.some((item: RawValue) => holdsUnresolved(item));
  return isRawObject(value) && Object.values(value).some(holdsUnresolved);
}
