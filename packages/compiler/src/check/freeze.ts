// A checked config becomes a resolved one: secrets taken out, text and hashes worked out, nothing changeable left.
import { appendToken, type JsonObject, type JsonValue, renderDelivered } from "@veltrix/protocol";
import { fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import type { Contract, ResolvedConfig } from "../model.ts";
import { isRawObject, type RawValue, SecretReference } from "../read/document.ts";
import type { ResolvedValues } from "../resolve/values.ts";
import { setOwn } from "../set-own.ts";
import type { OriginFinder } from "./origins.ts";

/** What is delivered to `contract`'s service in one environment. */
export function freezeConfig(contract: Contract, values: ResolvedValues, origins: OriginFinder): ResolvedConfig {
  const found: { [pointer: string]: string } = {};
  // The root of a config is an object, and so is what is left of it.
  const value = deepFreeze(withoutSecrets(values.value, "", found)) as JsonObject;
  // Whoever writes them down gives the same bytes for values in any order.
  const secrets = Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
  const hot = contract.keys.filter((key) => key.hot === "root").map((key) => key.pointer);
  const text = renderDelivered(value);
  return {
    environment: values.environment,
    value,
    secrets,
    fingerprints: fingerprintConfig(value, { secrets, hot }),
    text,
    bytes: hashBytes(text),
    origins: origins.find(values, value, Object.keys(secrets)),
  };
}

function withoutSecrets(value: RawValue, pointer: string, secrets: { [pointer: string]: string }): JsonValue {
  if (Array.isArray(value)) return value.map((item: RawValue, index) => withoutSecrets(item, `${pointer}/${index}`, secrets));
  // Everything else that is not JSON was a problem, and with a problem nothing is frozen.
  if (!isRawObject(value)) return value as JsonValue;
  const kept: { [key: string]: JsonValue } = {};
  for (const [key, member] of Object.entries(value)) {
    const at = appendToken(pointer, key);
    if (member instanceof SecretReference) secrets[at] = member.text;
    else setOwn(kept, key, withoutSecrets(member, at, secrets));
  }
  return kept;
}

function deepFreeze(value: JsonValue): JsonValue {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member as JsonValue);
  }
  return value;
}
