// The one judge of values (JSON Schema 2020-12): it says what a value breaks of a contract, at build, at publish, at a
// start and on every reload. Every broken rule is found, each at its own pointer; what an alternative looked at counts
// for `unevaluated*` where the alternative holds.
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { Violation } from "../validation.ts";
import { Evaluated } from "./evaluated.ts";
import { compilePattern } from "./patterns.ts";
import type { Limits, Pattern, Program, RuleNode, Rules } from "./program.ts";
import { isBroken, isOfType } from "./simple-rules.ts";

/** What a caller adds to the rules of JSON Schema, and learns beside violations. */
export interface Hooks {
  /** Called for every value before its rules. `true`: the value has been judged, its rules are skipped. */
  readonly judge?: (value: JsonValue, rules: Rules, pointer: string, out: Violation[]) => boolean;
  /** A rule that is not one of JSON Schema's. */
  readonly rule?: (rule: string, limit: unknown, at: Site) => void;
  /** A violation as the caller wants it, made of the rules that found it; `tried`: what each alternative found, where none holds. */
  readonly describe?: (violation: Violation, rules: RuleNode, tried?: readonly (readonly Violation[])[]) => Violation;
}

/** A value where it stands, and what is found there. */
export interface Site {
  readonly rules: Rules;
  readonly value: JsonValue;
  readonly pointer: string;
  readonly out: Violation[];
  /** What the rules look at, where an `unevaluated*` asks for it. */
  readonly seen: Evaluated | undefined;
}

/** What one definition said of one value. */
interface Judged {
  readonly out: readonly Violation[];
  readonly seen: Evaluated | undefined;
}

/** One judgement of one value. */
interface Run {
  readonly definitions: readonly RuleNode[];
  readonly hooks: Hooks;
  // A definition that asks for itself twice a level would judge the values below it 2, 4, 8 ... times.
  readonly judged: Map<string, Judged>;
}

/** Adds to `out` what `value`, which stands at `pointer`, breaks of `node`; `definitions` are what its numbers refer to. */
export function evaluate(
  { definitions }: Pick<Program, "definitions">,
  node: RuleNode,
  at: { readonly value: JsonValue; readonly pointer: string; readonly out: Violation[]; readonly hooks?: Hooks },
): void {
  check({ definitions, hooks: at.hooks ?? {}, judged: new Map() }, node, at.value, at.pointer, at.out);
}

/** Adds to `out` what is broken; to `seen`, where an `unevaluated*` above asks, what was looked at. */
function check(run: Run, node: RuleNode, value: JsonValue, pointer: string, out: Violation[], seen?: Evaluated): void {
  if (node === true) return;
  if (typeof node === "number") return refer(run, node, value, pointer, out, seen);
  if (node === false) return note(run, { pointer, rule: "false schema", expected: null }, node, out);
  if (run.hooks.judge?.(value, node, pointer, out) === true) return;
  const types = node[0];
  // What is not even of its type breaks every other rule too, and saying so helps nobody.
  if (types !== 0 && !isOfType(value, types)) return note(run, { pointer, rule: "type", expected: types }, node, out);
  const last = node[node.length - 2];
  const isAsking = last === "unevaluatedProperties" || last === "unevaluatedItems";
  // What the rules beside this one have looked at is not known here, but what is looked at here is known to them.
  const own = isAsking && typeof value === "object" ? new Evaluated() : seen;
  const site = { rules: node, value, pointer, out, seen: own };
  for (let index = 1; index < node.length; index += 2) apply(run, String(node[index]), node[index + 1], site);
  if (isAsking) seen?.take(own);
}

function note(run: Run, violation: Violation, rules: RuleNode, out: Violation[], tried?: readonly (readonly Violation[])[]): void {
  out.push(run.hooks.describe?.(violation, rules, tried) ?? violation);
}

function noteBroken(run: Run, rule: string, expected: JsonValue, { pointer, rules, out }: Site): void {
  note(run, { pointer, rule, expected }, rules, out);
}

function refer(run: Run, index: number, value: JsonValue, pointer: string, out: Violation[], seen: Evaluated | undefined): void {
  const node = run.definitions[index];
  // `compact.ts` gives every reference its definition.
  if (node === undefined) throw new Error(`the contract has no definition ${index}`);
  if (typeof value !== "object" || value === null) return check(run, node, value, pointer, out, seen);
  const key = `${index}${seen === undefined ? "" : "+"}${pointer}`;
  let judged = run.judged.get(key);
  if (judged === undefined) {
    const found: Violation[] = [];
    judged = { out: found, seen: seen === undefined ? undefined : new Evaluated() };
    check(run, node, value, pointer, found, judged.seen);
    run.judged.set(key, judged);
  }
  for (const violation of judged.out) out.push(violation);
  seen?.take(judged.seen);
}

function holds(run: Run, node: RuleNode, value: JsonValue, pointer: string, seen?: Evaluated): boolean {
  const found: Violation[] = [];
  check(run, node, value, pointer, found, seen);
  return found.length === 0;
}

// The compiler wrote each limit (`compact.ts`): its shape follows from the rule's name.
function apply(run: Run, rule: string, limit: unknown, site: Site): void {
  const { value, pointer, out, seen } = site;
  switch (rule) {
    case "members":
      if (isJsonObject(value)) checkMembers(run, limit as Limits["members"], value, site);
      return;
    case "items":
      if (Array.isArray(value)) checkItems(run, limit as Limits["items"], value, site);
      return;
    case "contains":
      if (Array.isArray(value)) checkContains(run, limit as Limits["contains"], value, site);
      return;
    case "required":
      if (isJsonObject(value)) requireKeys(run, rule, limit as readonly string[], value, site);
      return;
    case "dependentRequired":
    case "dependentSchemas":
      if (isJsonObject(value)) checkDependents(run, rule, limit as Limits["dependentSchemas"], value, site);
      return;
    case "propertyNames":
      if (isJsonObject(value)) checkNames(run, limit as RuleNode, value, site);
      return;
    case "ref":
      return check(run, limit as RuleNode, value, pointer, out, seen);
    case "allOf":
      for (const member of limit as readonly RuleNode[]) check(run, member, value, pointer, out, seen);
      return;
    case "anyOf":
    case "oneOf":
      return checkAlternatives(run, rule, limit as readonly RuleNode[], site);
    case "not":
      if (holds(run, limit as RuleNode, value, pointer)) noteBroken(run, rule, null, site);
      return;
    case "if":
      return checkBranch(run, limit as Limits["if"], site);
    case "unevaluatedProperties":
    case "unevaluatedItems":
      return checkRest(run, rule, limit as RuleNode, site);
    default: {
      const broken = isBroken(rule, limit as JsonValue, value);
      if (broken === true) noteBroken(run, rule, expectedOf(rule, limit), site);
      else if (broken === undefined) applyForeign(run, rule, limit, site);
    }
  }
}

function applyForeign(run: Run, rule: string, limit: unknown, site: Site): void {
  // A rule that nobody keeps would let through what it is about.
  if (run.hooks.rule === undefined) throw new Error(`the contract has a rule that this version does not know: ${rule}`);
  run.hooks.rule(rule, limit, site);
}

function checkMembers(run: Run, limit: Limits["members"], value: JsonObject, site: Site): void {
  const { pointer, out, seen } = site;
  const [rest, patterns] = limit;
  let known = 0;
  for (let index = 2; index < limit.length; index += 2) {
    const name = String(limit[index]);
    if (!Object.hasOwn(value, name)) continue;
    known++;
    seen?.add(name);
    check(run, limit[index + 1] as RuleNode, value[name] as JsonValue, appendToken(pointer, name), out);
  }
  if (rest !== null) seen?.addAll();
  const names = rest === true && patterns.length === 0 ? [] : Object.keys(value);
  // Where every key is one of its own, none is left to judge; a set is made only where there may be one.
  if (patterns.length === 0 && (rest === null || names.length === known)) return;
  const own = new Set(limit.filter((_, index) => index > 1 && index % 2 === 0));
  for (const name of names) {
    const at = appendToken(pointer, name);
    let isKnown = own.has(name);
    for (let index = 0; index < patterns.length; index += 2) {
      if (!compilePattern(patterns[index] as Pattern).test(name)) continue;
      isKnown = true;
      seen?.add(name);
      check(run, patterns[index + 1] as RuleNode, value[name] as JsonValue, at, out);
    }
    if (isKnown || rest === null) continue;
    if (rest === false) noteBroken(run, "additionalProperties", name, site);
    else check(run, rest, value[name] as JsonValue, at, out);
  }
}

function checkItems(run: Run, limit: Limits["items"], value: readonly JsonValue[], { pointer, out, seen }: Site): void {
  const [rest] = limit;
  if (rest !== null) seen?.addAll();
  value.forEach((item, index) => {
    const node = index < limit.length - 1 ? limit[index + 1] : rest;
    if (node === null || node === undefined) return;
    seen?.add(index);
    check(run, node, item, `${pointer}/${index}`, out);
  });
}

function checkContains(run: Run, [node, least, most]: Limits["contains"], value: readonly JsonValue[], site: Site): void {
  let count = 0;
  value.forEach((item, index) => {
    if (!holds(run, node, item, `${site.pointer}/${index}`)) return;
    count++;
    site.seen?.add(index);
  });
  if (count < least) noteBroken(run, "contains", least, site);
  if (most !== null && count > most) noteBroken(run, "maxContains", most, site);
}

function requireKeys(run: Run, rule: string, names: readonly string[], value: JsonObject, site: Site): void {
  for (const name of names) if (!Object.hasOwn(value, name)) noteBroken(run, rule, name, site);
}

function checkDependents(
  run: Run,
  rule: "dependentRequired" | "dependentSchemas",
  limit: readonly unknown[],
  value: JsonObject,
  site: Site,
): void {
  for (let index = 0; index < limit.length; index += 2) {
    if (!Object.hasOwn(value, String(limit[index]))) continue;
    if (rule === "dependentRequired") requireKeys(run, rule, limit[index + 1] as readonly string[], value, site);
    else check(run, limit[index + 1] as RuleNode, value, site.pointer, site.out, site.seen);
  }
}

function checkNames(run: Run, node: RuleNode, value: JsonObject, { pointer, rules, out }: Site): void {
  for (const name of Object.keys(value)) {
    const at = appendToken(pointer, name);
    if (!holds(run, node, name, at)) note(run, { pointer: at, rule: "propertyNames", expected: name }, rules, out);
  }
}

function checkAlternatives(
  run: Run,
  rule: "anyOf" | "oneOf",
  members: readonly RuleNode[],
  { rules, value, pointer, out, seen }: Site,
): void {
  const tried = members.map((member) => {
    const judged: { readonly out: Violation[]; readonly seen: Evaluated | undefined } = { out: [], seen: seen && new Evaluated() };
    check(run, member, value, pointer, judged.out, judged.seen);
    return judged;
  });
  const passed = tried.filter((judged) => judged.out.length === 0);
  // Where none holds, which one was meant is not known: what none of them has looked at is still unknown to all.
  for (const judged of passed.length === 0 ? tried : passed) seen?.take(judged.seen);
  if (passed.length === 1 || (passed.length > 1 && rule === "anyOf")) return;
  const expected = passed.length === 0 ? members.length : `${passed.length} of ${members.length}`;
  const found = passed.length === 0 ? tried.map((judged) => judged.out) : undefined;
  note(run, { pointer, rule, expected }, rules, out, found);
}

function checkBranch(run: Run, [condition, met, unmet]: Limits["if"], { value, pointer, out, seen }: Site): void {
  const own = seen && new Evaluated();
  const isMet = holds(run, condition, value, pointer, own);
  if (isMet) seen?.take(own);
  check(run, isMet ? met : unmet, value, pointer, out, seen);
}

function checkRest(run: Run, rule: "unevaluatedProperties" | "unevaluatedItems", node: RuleNode, site: Site): void {
  const { value, pointer, out, seen } = site;
  const isOfProperties = rule === "unevaluatedProperties";
  if (seen === undefined || value === null || typeof value !== "object" || Array.isArray(value) === isOfProperties) return;
  const members: readonly (readonly [string | number, JsonValue])[] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [member, below] of members) {
    if (seen.has(member)) continue;
    if (isOfProperties && node === false) noteBroken(run, rule, member, site);
    else check(run, node, below, appendToken(pointer, member), out);
  }
  seen.addAll();
}

/** What a violation says that its rule asks for. */
function expectedOf(rule: string, limit: unknown): JsonValue {
  if (rule === "uniqueItems") return null;
  // A pattern for the linear matcher stands in a list of its own; every other limit is the keyword's.
  return rule === "pattern" && Array.isArray(limit) ? (limit[0] as JsonValue) : (limit as JsonValue);
}
