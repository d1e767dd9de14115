// Rules in CEL, as Kubernetes writes them in CRDs: `self.min <= self.max`. Parsed once, evaluated per value.
import { createRequire } from "node:module";
import type * as cel from "@marcbachmann/cel-js";
import { judgePattern } from "../link/patterns.ts";
import { withKubernetesFunctions } from "./cel-functions.ts";

/** A rule that can be evaluated, or why it cannot be one. */
export type ParsedRule =
  | {
      readonly kind: "rule";
      /** What the rule says of `self`: an integer is a bigint, any other number a float. */
      readonly evaluate: (self: unknown) => unknown;
      /** The members of `self` that it reads, as written: `min`, `tls.cert`. */
      readonly reads: readonly string[];
    }
  | { readonly kind: "invalid"; readonly detail: string };

const MAX_RULE_LENGTH = 1_000;
/** Loops in loops over lists multiply; two are enough for anything that configuration asks. */
const MAX_LOOP_DEPTH = 2;
const LOOPS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

const require = createRequire(import.meta.url);
const parsed = new Map<string, ParsedRule>();
let environment: cel.Environment | undefined;

/** Parses a rule whose result must be of `type`. */
export function parseRule(text: string, type: "bool" | "string" = "bool"): ParsedRule {
  const key = `${type} ${text}`;
  const known = parsed.get(key) ?? parse(text, type);
  parsed.set(key, known);
  return known;
}

function parse(text: string, type: "bool" | "string"): ParsedRule {
  if (text.length > MAX_RULE_LENGTH) return { kind: "invalid", detail: `it is longer than ${MAX_RULE_LENGTH} characters` };
  const library = require("@marcbachmann/cel-js") as typeof cel;
  environment ??= withKubernetesFunctions(new library.Environment({ unlistedVariablesAreDyn: false }).registerVariable("self", "dyn"));
  try {
    const rule = environment.parse(text);
    const checked = rule.check();
    if (!checked.valid) return { kind: "invalid", detail: firstLine(checked.error?.message ?? "its types do not fit") };
    if (checked.type !== type && checked.type !== "dyn")
      return { kind: "invalid", detail: `it gives ${String(checked.type)}, not ${type}` };
    const reads = new Set<string>();
    const hazard = findHazard(rule.ast, 0, reads);
    if (hazard !== undefined) return { kind: "invalid", detail: hazard };
    return { kind: "rule", evaluate: (self) => rule({ self }), reads: [...reads] };
  } catch (error) {
    return { kind: "invalid", detail: firstLine(error instanceof Error ? error.message : String(error)) };
  }
}

/** Why evaluating a rule failed, in one line. */
export function describeCelError(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

interface Node {
  readonly op: string;
  readonly args: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "op" in value && "args" in value;
}

/** What could take forever, if anything; collects what is read of `self` on the way. */
function findHazard(node: unknown, loops: number, reads: Set<string>): string | undefined {
  if (Array.isArray(node)) {
    for (const part of node) {
      const hazard = findHazard(part, loops, reads);
      if (hazard !== undefined) return hazard;
    }
    return undefined;
  }
  if (!isNode(node)) return undefined;
  const path = pathOf(node);
  if (path !== undefined && path !== "") {
    reads.add(path);
    return undefined;
  }
  const [name, , args] = Array.isArray(node.args) ? (node.args as readonly unknown[]) : [];
  if (node.op === "rcall" && name === "matches") {
    const [pattern] = Array.isArray(args) ? (args as readonly unknown[]) : [];
    if (!isNode(pattern) || typeof pattern.args !== "string") return "a pattern must be written out in the rule";
    const verdict = judgePattern(pattern.args);
    // The library matches by JavaScript's own engine.
    if (verdict.kind !== "native")
      return `its pattern is refused: ${verdict.kind === "refused" ? verdict.detail : "some text could keep it busy forever"}`;
  }
  const isLoop = node.op === "rcall" && typeof name === "string" && LOOPS.has(name);
  if (isLoop && loops >= MAX_LOOP_DEPTH) return `it has more than ${MAX_LOOP_DEPTH} loops inside one another`;
  return findHazard(node.args, loops + (isLoop ? 1 : 0), reads);
}

/** `tls.cert` for `self.tls.cert`, the empty text for `self`, undefined for anything else. */
function pathOf(node: Node): string | undefined {
  if (node.op === "id") return node.args === "self" ? "" : undefined;
  if (node.op !== "." || !Array.isArray(node.args)) return undefined;
  const [holder, name] = node.args as readonly unknown[];
  const above = isNode(holder) ? pathOf(holder) : undefined;
  if (above === undefined || typeof name !== "string") return undefined;
  return above === "" ? name : `${above}.${name}`;
}
