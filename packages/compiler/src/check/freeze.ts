// A checked config becomes a resolved one: secrets taken out, text and hashes worked out, nothing changeable left.
import { appendToken, type JsonObject, type JsonValue, renderDelivered } from "@veltrix/protocol";
import { fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import type { Contract, Origin, OverriddenLayer, ResolvedConfig } from "../model.ts";
import { isRawObject, type RawValue, Reference, SecretReference, Unset, writtenText } from "../read/document.ts";
import { hiddenAt, pointersHidden, referenceUnder, type Written, writersIn } from "../resolve/layers.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";
import { pointersOf } from "../origin.ts";
import { setOwn } from "../own.ts";

/** What is delivered to `contract`'s service in one environment. */
export function freezeConfig({ contract, uses }: Pick<ResolvedService, "contract" | "uses">, values: ResolvedValues): ResolvedConfig {
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
    origins: originsOf(value, { contract, uses, values, secrets: Object.keys(secrets) }),
  };
}

function originsOf(
  value: JsonObject,
  of: Pick<ResolvedService, "contract" | "uses"> & { readonly values: ResolvedValues; readonly secrets: readonly string[] },
): ResolvedConfig["origins"] {
  const { contract, uses, values, secrets } = of;
  const others = [...contract.keys, ...uses].map(({ pointer }) => pointer);
  return Object.fromEntries(
    [...pointersOf(value, [...others, ...secrets, ...pointersHidden(values.layers)])].flatMap((pointer) => {
      const origin = originOf(contract, values, pointer);
      return origin === undefined ? [] : [[pointer, { ...origin, overridden: origin.overridden.map(toData) }]];
    }),
  );
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

/** As `Origin`, with what the layers hold. */
interface WrittenOrigin extends Omit<Origin, "overridden"> {
  readonly overridden: readonly Written[];
}

function toData({ file, pointer, value, replaces }: Written): OverriddenLayer {
  return { file, pointer, written: `${replaces === true ? "!replace " : ""}${writtenText(value)}` };
}

function originOf(contract: Contract, values: ResolvedValues, pointer: string): WrittenOrigin | undefined {
  const [nearest, ...overridden] = writersIn(values, pointer);
  if (nearest === undefined || nearest.value instanceof Unset) return originOfNone(contract, values, pointer);
  const { file, pointer: at, value, replaces } = nearest;
  const over = referenceUnder(values, pointer);
  return {
    kind: value instanceof Reference ? "reference" : value instanceof SecretReference ? "secret" : "value",
    file,
    pointer: at,
    ...(value instanceof Reference ? { reference: value.text } : {}),
    ...(replaces === true ? { replaces } : {}),
    ...(over === undefined ? {} : { over: { file: over.file, pointer: over.pointer, reference: over.value.text } }),
    overridden,
  };
}

/** Of a key that no layer holds: its default, or what takes it away. */
function originOfNone(contract: Contract, values: ResolvedValues, pointer: string): WrittenOrigin | undefined {
  const hidden = hiddenAt(values, pointer);
  const overridden = hidden?.hidden ?? [];
  const key = values.defaults.has(pointer) ? contract.keys.find((candidate) => candidate.pointer === pointer) : undefined;
  if (key !== undefined) return { kind: "default", ...key.declaredAt, overridden };
  const by = hidden?.by ?? writersIn(values, pointer)[0];
  if (by === undefined) return undefined;
  return { kind: "unset", file: by.file, pointer: by.pointer, ...(by.replaces === true ? { replaces: true } : {}), overridden };
}
