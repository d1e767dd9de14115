// VELTRIX_OVERRIDE_<NAME>: one delivered key replaced for one process. NAME is the key's pointer in upper
// snake case: `/mqtt/brokerUrl` is VELTRIX_OVERRIDE_MQTT_BROKER_URL. Loaded only where one is set.
import { type ConfigProblem, type JsonObject, type JsonValue, leavesOf } from "@veltrix/protocol";
import { describeSuspect, findSuspectIn, isMeant, type Meant } from "../contract/judge-text.ts";
import { decodeText } from "../contract/decode-text.ts";
import type { VariableType } from "../contract/definition.ts";
import type { Delivery } from "../sources/source.ts";
import { cloneJson, type MutableObject, setAt } from "../json/json-tree.ts";
import type { Override } from "./status.ts";

const PREFIX = "VELTRIX_OVERRIDE_";
/** For so many overrides it is said what may have been meant. */
const MAX_GUESSES = 10;

/** An override that was taken: what was delivered, and what is held instead. */
export interface Overridden extends Override {
  readonly delivered: JsonValue;
  readonly value: JsonValue;
}

/** A delivery's values with overrides over them. */
export interface OverrideResult {
  readonly value: JsonObject;
  readonly overridden: readonly Overridden[];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Puts override variables over delivered values. Each must name exactly one delivered key, and be of
 * that key's type. A policy that refuses overrides makes every one a problem.
 */
export function applyOverrides(delivery: Delivery, variables: ReadonlyMap<string, string>, contract: Meant = {}): OverrideResult {
  // The copy of an object is an object.
  const value = cloneJson(delivery.value) as MutableObject & JsonObject;
  const overridden: Overridden[] = [];
  const problems: ConfigProblem[] = [];
  const known = namesOf(delivery.value);
  for (const [variable, text] of variables) {
    // Looking for what was meant takes time for each key: past the first few, nobody reads it.
    const guesses = problems.length < MAX_GUESSES ? [...known.keys()] : [];
    const result =
      delivery.policy.overrides === "refuse" ? refusedByPolicy(variable) : resolve(variable, text, { known, guesses, contract });
    if ("code" in result) problems.push(result);
    else {
      overridden.push(result);
      setAt(value, result.pointer, result.value);
    }
  }
  return { value, overridden, problems };
}

interface Leaf {
  readonly pointer: string;
  readonly value: JsonValue;
}

/** Delivered keys by the name of their variable. */
function namesOf(value: JsonObject): ReadonlyMap<string, readonly Leaf[]> {
  const names = new Map<string, Leaf[]>();
  for (const leaf of leavesOf(value)) {
    const name = overrideName(leaf.pointer);
    const leaves = names.get(name) ?? [];
    names.set(name, leaves);
    leaves.push(leaf);
  }
  return names;
}

/**
 * The variable of a key: its pointer in upper snake case. A word starts at `/`, at any character that is
 * no letter or digit, at a capital after a small letter or digit, and at the last capital of a run.
 */
export function overrideName(pointer: string): string {
  const words = pointer
    .replaceAll("~1", "_")
    .replaceAll("~0", "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2");
  return (
    PREFIX +
    words
      .split(/[^a-zA-Z0-9]+/)
      .filter((word) => word !== "")
      .join("_")
      .toUpperCase()
  );
}

interface Names {
  readonly known: ReadonlyMap<string, readonly Leaf[]>;
  /** Names that may have been meant. */
  readonly guesses: readonly string[];
  readonly contract: Meant;
}

function resolve(variable: string, text: string, { known, guesses, contract }: Names): Overridden | ConfigProblem {
  const [leaf, ...others] = known.get(variable) ?? [];
  if (leaf === undefined) {
    const names = nearest(variable, guesses);
    const hint = names.length === 0 ? "unset it, or name a key that is delivered" : `did you mean ${names.join(" or ")}?`;
    return bad(variable, `${variable} names no key of the delivered configuration`, hint);
  }
  if (others.length > 0) {
    const list = [leaf, ...others].map(({ pointer }) => pointer).join(" and ");
    return bad(variable, `${variable} names more than one key: ${list}`, "change one of them in schemas/ instead");
  }
  if (text === "")
    return {
      ...bad(variable, `${variable} is empty`, "unset it, or give it a value"),
      pointer: leaf.pointer,
    };
  const decoded = decodeText(typeOf(leaf.value), text);
  if (decoded.kind === "undecodable") {
    return {
      ...bad(variable, `${variable} (${leaf.pointer}) is not ${decoded.expected}`, `set it to ${decoded.expected}`),
      pointer: leaf.pointer,
    };
  }
  const suspect = decoded.value === leaf.value || isMeant(contract, leaf.pointer) ? undefined : findSuspectIn(decoded.value);
  if (suspect !== undefined) return { ...describeSuspect(leaf.pointer, suspect, variable), code: "VX5011" };
  return { variable, pointer: leaf.pointer, delivered: leaf.value, value: decoded.value };
}

function refusedByPolicy(variable: string): ConfigProblem {
  return bad(
    variable,
    `${variable} is set, and the policy of this environment refuses overrides`,
    "unset it, or allow overrides for this environment in veltrix.yaml",
  );
}

function bad(source: string, message: string, hint: string): ConfigProblem {
  return { code: "VX5011", pointer: "", message, hint, source };
}

function typeOf(value: JsonValue): VariableType {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      // A validator tells integers from numbers; the grammar of numbers holds both.
      return typeof value as "string" | "number" | "boolean";
    default:
      return "json";
  }
}

/** At most three names that differ by few letters, or hold the same last word. */
function nearest(name: string, candidates: readonly string[]): readonly string[] {
  const limit = Math.min(3, Math.max(1, Math.floor((name.length - PREFIX.length) / 3)));
  const lastWord = name.slice(name.lastIndexOf("_"));
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= limit || candidate.endsWith(lastWord))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
