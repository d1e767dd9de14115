// The body of a release to values that may be held. Everything that does not fit together is refused here:
// a release that passes is whole, meant for this process, and has the fingerprints it claims.
import {
  checkHashesFile,
  compareLeaves,
  type ConfigProblem,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ReleaseFile,
} from "@veltrix/protocol";
import { fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import type { Delivery } from "../source.ts";
import { parseStrict } from "@veltrix/protocol/strict-json";
import { decodeUtf8 } from "../../machine/decode-utf8.ts";

/** Whom a release must be for, and what to call the place it was read from. */
export interface Expected {
  readonly service: string;
  readonly environment: string;
  readonly label: string;
}

/** A release that fits together, or every reason against it. */
export type ReadRelease =
  | { readonly kind: "release"; readonly release: ReleaseFile; readonly delivery: Delivery }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };

/** Reads the bytes of a release. */
export function readRelease(bytes: Uint8Array, expected: Expected): ReadRelease {
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse(malformed("it is not UTF-8", expected));
  const parsed = parseStrict(text);
  return parsed.kind === "malformed" ? refuse(malformed(parsed.reason, expected)) : checkRelease(parsed.value, expected);
}

/** Checks a parsed release. */
export function checkRelease(parsed: JsonValue, expected: Expected): ReadRelease {
  const reason = findShapeFault(parsed);
  if (reason !== undefined) return refuse(malformed(reason, expected));
  // Every member was checked just above.
  const release = parsed as JsonObject & ReleaseFile;
  const wrong = findWrongOwner(release, expected);
  if (wrong.length > 0) return refuse(...wrong);
  const config = parseStrict(release.config);
  if (config.kind === "malformed" || !isJsonObject(config.value)) {
    return refuse(malformed(`its config ${config.kind === "malformed" ? config.reason : "is not a JSON object"}`, expected));
  }
  const { hashes } = release;
  const { root, leaves } = fingerprintConfig(config.value, { secrets: hashes.secrets });
  if (hashBytes(release.config) !== hashes.bytes || root !== hashes.root || compareLeaves(hashes.leaves, leaves).length > 0) {
    return refuse(refused(`claims the fingerprint ${hashes.root} and has ${root}`, expected));
  }
  const { epoch, revision } = release;
  const delivery = {
    value: config.value,
    secrets: hashes.secrets,
    policy: hashes.policy,
    proof: { configText: release.config, hashes },
    published: { epoch, revision },
  };
  return { kind: "release", release, delivery };
}

function findShapeFault(parsed: JsonValue): string | undefined {
  if (!isJsonObject(parsed)) return "it is not a JSON object";
  if (parsed["format"] !== 1) return `format is ${JSON.stringify(parsed["format"])}; this runtime reads format 1`;
  for (const name of ["epoch", "revision"]) {
    const number = parsed[name];
    if (!Number.isSafeInteger(number) || Number(number) < 1) return `${name} is not an integer from 1 on`;
  }
  for (const name of ["service", "environment", "config"]) {
    if (typeof parsed[name] !== "string") return `${name} is not a string`;
  }
  const hashes = checkHashesFile(parsed["hashes"]);
  return hashes.kind === "malformed" ? `hashes: ${hashes.reason}` : undefined;
}

function findWrongOwner({ service, environment, hashes }: ReleaseFile, expected: Expected): readonly ConfigProblem[] {
  const common = { code: "VX5004", pointer: "", hint: "look at VELTRIX_SERVER and at what stands between it and this process" } as const;
  const problems: ConfigProblem[] = [];
  for (const name of new Set([service, hashes.service])) {
    if (name === expected.service) continue;
    const message = `is the configuration of service ${name}; this process is ${expected.service}`;
    problems.push({ ...common, message, source: expected.label });
  }
  for (const name of new Set([environment, hashes.environment])) {
    if (name === expected.environment) continue;
    const message = `is the configuration of environment ${name}; VELTRIX_ENVIRONMENT says ${expected.environment}`;
    problems.push({ ...common, message, source: expected.label });
  }
  return problems;
}

/** A problem with a release that says something it must not say. */
export function refused(reason: string, { label }: Pick<Expected, "label">, hint?: string): ConfigProblem {
  const next = hint ?? "look at what the config service has published, and at what stands between it and this process";
  return { code: "VX5017", pointer: "", message: `the release is refused: it ${reason}`, hint: next, source: label };
}

function malformed(reason: string, { label }: Expected): ConfigProblem {
  const hint = "look at what answers there: it must be the config service, of a version that serves this format";
  return { code: "VX5003", pointer: "", message: `is malformed: ${reason}`, hint, source: label };
}

function refuse(...problems: readonly ConfigProblem[]): ReadRelease {
  return { kind: "refused", problems };
}
