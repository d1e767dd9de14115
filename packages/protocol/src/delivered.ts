// The two files a service is delivered: config.json, and veltrix.json with the hashes it was generated with.
import { isJsonObject, type JsonObject, type JsonValue } from "./json.ts";
import type { SecretReferences } from "./leaves.ts";

/** File names inside a mounted ConfigMap. */
export const CONFIG_FILE = "config.json";
export const HASHES_FILE = "veltrix.json";

/** What a starting process does when config.json does not match the hashes beside it. */
export type OnDrift = "alert" | "refuse";

/** Whether `VELTRIX_OVERRIDE_*` variables are taken. */
export type Overrides = "allow" | "refuse";

/** The part of an environment's policy that a process obeys. */
export interface DeliveredPolicy {
  readonly onDrift: OnDrift;
  readonly overrides: Overrides;
}

/** The hashes of one service in one environment: an entry of fingerprints.json, the body of veltrix.json. */
export interface DeliveredHashes {
  /** Hash of the bytes of config.json as delivered. */
  readonly bytes: string;
  readonly root: string;
  readonly restart: string;
  readonly policy: DeliveredPolicy;
  readonly secrets: SecretReferences;
  readonly leaves: { readonly [pointer: string]: string };
}

/** `veltrix.json`. */
export interface HashesFile extends DeliveredHashes {
  readonly format: 1;
  readonly service: string;
  readonly environment: string;
  readonly contract: string;
  readonly contractVersion: string;
}

/** `fingerprints.json` of a generated package. */
export interface FingerprintsFile {
  readonly format: 1;
  readonly service: string;
  readonly contract: string;
  readonly contractVersion: string;
  readonly environments: { readonly [environment: string]: DeliveredHashes };
}

/**
 * The text of a delivered JSON file: keys in canonical order, two-space indent, a final newline.
 * Control, bidirectional and non-YAML characters are escaped, so that the text can stand in a
 * literal block scalar and a reviewer sees what is there.
 */
export function renderDelivered(value: JsonValue): string {
  return `${JSON.stringify(sortKeys(value), undefined, 2).replace(hidden, escapeUnit)}\n`;
}

// Built from numbers: the characters themselves would be invisible here.
const hidden: RegExp = /* @__PURE__ */ (() =>
  new RegExp(
    `[${[
      [0x7f, 0x9f],
      [0xad, 0xad],
      [0x61c, 0x61c],
      [0x200b, 0x200f],
      [0x2028, 0x202e],
      [0x2060, 0x206f],
      [0xfeff, 0xfeff],
      [0xfff9, 0xffff],
    ]
      .map(([from, to]) => `\\u${hex(from as number)}-\\u${hex(to as number)}`)
      .join("")}]`,
    "g",
  ))();

function hex(unit: number): string {
  return unit.toString(16).padStart(4, "0");
}

function escapeUnit(unit: string): string {
  return `\\u${hex(unit.charCodeAt(0))}`;
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => sortKeys(item));
  if (!isJsonObject(value)) return value;
  const sorted: { [key: string]: JsonValue } = Object.create(null);
  // Object.keys gave the key, so the member exists. Integer-like keys move first in any JavaScript
  // object; reading does not depend on order, and the same value still gives the same bytes.
  for (const key of Object.keys(value).sort()) sorted[key] = sortKeys(value[key] as JsonValue);
  return sorted;
}

/** Either the parsed file or the reason why it is not one. */
export type ParsedHashes = { readonly kind: "hashes"; readonly file: HashesFile } | { readonly kind: "malformed"; readonly reason: string };

/** Reads `veltrix.json`: every member is checked, an unknown format refused. */
export function parseHashesFile(text: string): ParsedHashes {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { kind: "malformed", reason: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  return checkHashesFile(parsed);
}

/** Checks a parsed `veltrix.json`, as `parseHashesFile` does. */
export function checkHashesFile(parsed: unknown): ParsedHashes {
  if (!isJsonObject(parsed)) return { kind: "malformed", reason: "not a JSON object" };
  if (parsed["format"] !== 1) {
    return { kind: "malformed", reason: `format is ${JSON.stringify(parsed["format"])}; this runtime reads format 1` };
  }
  for (const name of ["service", "environment", "contract", "contractVersion", "bytes", "root", "restart"]) {
    if (typeof parsed[name] !== "string") return { kind: "malformed", reason: `${name} is not a string` };
  }
  for (const name of ["leaves", "secrets"]) {
    if (!isStringMap(parsed[name])) return { kind: "malformed", reason: `${name} is not an object of strings` };
  }
  const policy = parsed["policy"];
  if (!isJsonObject(policy) || !isOneOf(policy["onDrift"], ["alert", "refuse"]) || !isOneOf(policy["overrides"], ["allow", "refuse"])) {
    return { kind: "malformed", reason: "policy does not say onDrift (alert | refuse) and overrides (allow | refuse)" };
  }
  // Every member was checked just above.
  return { kind: "hashes", file: parsed as JsonObject & HashesFile };
}

function isOneOf(value: JsonValue | undefined, allowed: readonly string[]): boolean {
  return typeof value === "string" && allowed.includes(value);
}

function isStringMap(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.values(value).every((item) => typeof item === "string");
}
