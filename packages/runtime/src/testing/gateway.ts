// A service as generated code would define it, written by hand: what the runtime's tests run on.
import type { FingerprintsFile, HashesFile, JsonObject, JsonValue, Milliseconds, HostPort, UrlString, Violation } from "@veltrix/protocol";
import { isJsonObject, renderDelivered, valueAt } from "@veltrix/protocol";
import { fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import type { ServiceDefinition } from "../contract/definition.ts";
import type { Live } from "../view/live.ts";
import type { Secret } from "../view/secret.ts";

export interface GatewayValues {
  readonly endpoints?: readonly string[];
  readonly features?: { readonly [name: string]: boolean };
  readonly ingest: {
    readonly batch: number;
    readonly ratio?: number;
    readonly limits: { readonly perDevice: number; readonly window: string };
  };
  readonly listen: string;
  readonly log: { readonly level: string };
  readonly mqtt: {
    readonly brokerUrl: string;
    readonly clientId: string;
    readonly password: string;
    readonly qos: number;
    readonly retain?: boolean;
    readonly token?: string;
  };
  readonly region?: string;
}

export interface GatewayConfig {
  readonly endpoints?: readonly HostPort[];
  readonly features: Live<{ readonly [name: string]: boolean } | undefined>;
  readonly ingest: {
    readonly batch: number;
    readonly ratio?: number;
    readonly limits: Live<{ readonly perDevice: number; readonly window: Milliseconds }>;
  };
  readonly listen: HostPort;
  readonly log: { readonly level: Live<string> };
  readonly mqtt: {
    readonly brokerUrl: UrlString;
    readonly clientId: string;
    readonly password: Secret<string>;
    readonly qos: number;
    readonly retain?: boolean;
    readonly token?: Secret<string>;
  };
  readonly region?: string;
}

export const CONTRACT = "v1:sha256:c0";
export const PASSWORD = "hunter2-canary";

/** Delivered values: no secrets in them. */
export const values: JsonObject = {
  endpoints: ["a.example:1", "b.example:2"],
  ingest: { batch: 10, limits: { perDevice: 5, window: "1m" } },
  listen: "0.0.0.0:8080",
  log: { level: "info" },
  mqtt: { brokerUrl: "mqtts://broker.example:8883", clientId: "gateway-1", qos: 1 },
  region: "eu",
};

export const secretReferences: { readonly [pointer: string]: string } = {
  "/mqtt/password": "mqtt-credentials/password",
};

type Rule = (value: JsonValue) => { readonly rule: string; readonly expected: JsonValue } | undefined;

const typeRule =
  (expected: string, test: (value: JsonValue) => boolean): Rule =>
  (value) =>
    test(value) ? undefined : { rule: "type", expected };
const text = typeRule("string", (value) => typeof value === "string");
const integer = typeRule("integer", (value) => Number.isInteger(value));

/** Every key of the contract: whether its parent needs it, and its rule. */
const keys: { readonly [pointer: string]: readonly [required: boolean, rule: Rule] } = {
  "/endpoints": [false, typeRule("array", (value) => Array.isArray(value))],
  "/features": [false, typeRule("object", isJsonObject)],
  "/ingest": [true, typeRule("object", isJsonObject)],
  "/ingest/batch": [true, (value) => integer(value) ?? (Number(value) > 100 ? { rule: "maximum", expected: 100 } : undefined)],
  "/ingest/ratio": [false, typeRule("number", (value) => typeof value === "number")],
  "/ingest/limits": [true, typeRule("object", isJsonObject)],
  "/ingest/limits/perDevice": [true, integer],
  "/ingest/limits/window": [true, text],
  "/listen": [true, text],
  "/log": [true, typeRule("object", isJsonObject)],
  "/log/level": [
    true,
    (value) =>
      text(value) ??
      (["debug", "info", "warn"].includes(String(value)) ? undefined : { rule: "enum", expected: ["debug", "info", "warn"] }),
  ],
  "/mqtt": [true, typeRule("object", isJsonObject)],
  "/mqtt/brokerUrl": [true, text],
  "/mqtt/clientId": [true, text],
  "/mqtt/qos": [true, (value) => integer(value) ?? (Number(value) > 2 ? { rule: "maximum", expected: 2 } : undefined)],
  "/mqtt/retain": [false, typeRule("boolean", (value) => typeof value === "boolean")],
  "/region": [false, text],
};

/** A validator as an emitted one behaves: every violation, closed objects, own keys only. */
function validate(value: JsonValue): readonly Violation[] {
  const violations: Violation[] = [];
  visit(value, "", violations);
  return violations;
}

function visit(object: JsonValue, pointer: string, into: Violation[]): void {
  if (!isJsonObject(object)) return;
  for (const [key, [required, rule]] of Object.entries(keys)) {
    const slash = key.lastIndexOf("/");
    if (key.slice(0, slash) !== pointer) continue;
    const name = key.slice(slash + 1);
    if (!Object.hasOwn(object, name)) {
      if (required) into.push({ pointer, rule: "required", expected: name });
      continue;
    }
    const broken = rule(object[name] as JsonValue);
    if (broken !== undefined) into.push({ pointer: key, ...broken });
    else visit(object[name] as JsonValue, key, into);
  }
  if (pointer === "/features") return;
  for (const name of Object.keys(object)) {
    if (!Object.hasOwn(keys, `${pointer}/${name}`)) into.push({ pointer, rule: "additionalProperties", expected: name });
  }
}

function validateSecret(pointer: string, secret: string): readonly Violation[] {
  return secret.length < 8 ? [{ pointer, rule: "minLength", expected: 8 }] : [];
}

/** A definition; `changes` replaces members. */
export function gateway(changes: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return {
    service: "device-gateway",
    contract: CONTRACT,
    contractVersion: "1.2.0",
    hot: ["/features", "/ingest/limits", "/log/level"],
    secrets: { "/mqtt/password": { required: true }, "/mqtt/token": { required: false } },
    units: {
      "/endpoints/*": "host-port",
      "/ingest/limits/window": "duration",
      "/listen": "host-port",
      "/mqtt/brokerUrl": "url",
    },
    variables: {
      "/endpoints": { name: "ENDPOINTS", type: "json" },
      "/ingest/batch": { name: "INGEST_BATCH", type: "integer" },
      "/ingest/ratio": { name: "INGEST_RATIO", type: "number" },
      "/ingest/limits": { name: "INGEST_LIMITS", type: "json" },
      "/listen": { name: "LISTEN", type: "string" },
      "/log/level": { name: "LOG_LEVEL", type: "string" },
      "/mqtt/brokerUrl": { name: "MQTT_BROKER_URL", type: "string" },
      "/mqtt/clientId": { name: "MQTT_CLIENT_ID", type: "string" },
      "/mqtt/qos": { name: "MQTT_QOS", type: "integer" },
      "/mqtt/retain": { name: "MQTT_RETAIN", type: "boolean" },
      "/region": { name: "REGION", type: "string" },
    },
    withoutVariable: [],
    requiredIn: { "/region": ["prod"] },
    validate,
    validateSecret,
    fingerprints: async () => fingerprintsFile(values),
    ...changes,
  };
}

/** `veltrix.json` for values, as the build makes it. */
export function hashesOf(value: JsonObject, changes: Partial<HashesFile> = {}): HashesFile {
  const secrets = changes.secrets ?? secretReferences;
  const { root, restart, leaves } = fingerprintConfig(value, { secrets, hot: gateway().hot });
  return {
    format: 1,
    service: "device-gateway",
    environment: "prod",
    contract: CONTRACT,
    contractVersion: "1.2.0",
    bytes: hashBytes(renderDelivered(value)),
    root,
    restart,
    policy: { onDrift: "alert", overrides: "allow" },
    secrets,
    leaves,
    ...changes,
  };
}

/** The text of that file. */
export function renderHashes(value: JsonObject, changes: Partial<HashesFile> = {}): string {
  // JSON by its type, which says so of its members only by their names.
  return renderDelivered(hashesOf(value, changes) as unknown as JsonObject);
}

/** `fingerprints.json` of a package whose only environment is prod. */
export function fingerprintsFile(value: JsonObject, changes: Partial<HashesFile> = {}): FingerprintsFile {
  const { bytes, root, restart, policy, secrets, leaves } = hashesOf(value, changes);
  const environments = { prod: { bytes, root, restart, policy, secrets, leaves } };
  return {
    format: 1,
    service: "device-gateway",
    contract: CONTRACT,
    contractVersion: "1.2.0",
    environments,
  };
}

/** `values` with one key set, by pointer. Removes it when `value` is undefined. */
export function withValue(pointer: string, value: JsonValue | undefined, base: JsonObject = values): JsonObject {
  const copy = structuredClone(base) as { [key: string]: JsonValue };
  const slash = pointer.lastIndexOf("/");
  const holder = valueAt(copy, pointer.slice(0, slash)) as { [key: string]: JsonValue };
  if (value === undefined) delete holder[pointer.slice(slash + 1)];
  else holder[pointer.slice(slash + 1)] = value;
  return copy;
}
