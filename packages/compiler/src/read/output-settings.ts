// `outputs.externalSecrets` and `outputs.admission`: what is only written where a workspace asks for it.
import type { AdmissionOutput, ExternalSecretsOutput } from "../model.ts";
import type { RawObject, RawValue } from "./document.ts";

/** What the reader of the settings lends: where problems go, and objects whose every member is known. */
export interface SettingsReading {
  readonly problem: (pointer: string, detail: string, hint: string) => void;
  readonly object: (value: RawValue, pointer: string, known: readonly string[]) => RawObject;
}

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const GO_DURATION = /^([0-9]+(\.[0-9]+)?(h|m|s|ms|us|ns))+$/;
const REMOTE_KEY = /^([^{}\p{C}\p{Z}]|\{(environment|namespace|service|secret|key)\})+$/u;
const STORE_KINDS = ["SecretStore", "ClusterSecretStore"] as const;
const MODES = ["warn", "deny", "audit"] as const;

/** `outputs.externalSecrets`, with every fault noted. */
export function readExternalSecrets(value: RawValue, { problem, object }: SettingsReading): ExternalSecretsOutput {
  const pointer = "/outputs/externalSecrets";
  const body = object(value, pointer, ["store", "refreshInterval", "remoteKey"]);
  const store = object(body["store"] ?? {}, `${pointer}/store`, ["name", "kind"]);
  const remoteKey = body["remoteKey"];
  const kind = STORE_KINDS.find((known) => known === store["kind"]);
  const noted = (member: string, detail: string, hint: string): string => {
    problem(`${pointer}/${member}`, detail, hint);
    return "";
  };
  if (kind === undefined) noted("store/kind", `this is one of ${STORE_KINDS.join(", ")}`, `write one of ${STORE_KINDS.join(", ")}`);
  return {
    store: {
      name:
        textOf(store["name"], DNS_SUBDOMAIN) ??
        noted("store/name", "name is not the name of a store", "use lower-case letters, digits, `-` and `.`, at most 253 characters"),
      // Settings with a problem are not used.
      kind: kind ?? "SecretStore",
    },
    refreshInterval:
      textOf(body["refreshInterval"], GO_DURATION) ??
      noted("refreshInterval", "refreshInterval is not a Go duration", "write `refreshInterval: 1h`, or `0s` to fetch once"),
    ...(remoteKey === undefined
      ? {}
      : {
          remoteKey:
            textOf(remoteKey, REMOTE_KEY) ??
            noted(
              "remoteKey",
              "remoteKey is a text without whitespace, with {environment}, {namespace}, {service}, {secret} and {key} in it",
              'write `remoteKey: "{environment}/{secret}"`',
            ),
        }),
  };
}

/** `outputs.admission`, with every fault noted. */
export function readAdmission(value: RawValue, { problem, object }: SettingsReading): AdmissionOutput {
  const pointer = "/outputs/admission";
  const body = object(value, pointer, ["mode", "deployers"]);
  const mode = MODES.find((known) => known === body["mode"]);
  if (mode === undefined)
    problem(`${pointer}/mode`, `this is one of ${MODES.join(", ")}`, "write `mode: warn`, and `deny` once nothing is warned of");
  const deployers = body["deployers"];
  const isUsable =
    Array.isArray(deployers) && deployers.length > 0 && deployers.every((name: RawValue) => typeof name === "string" && /\S/.test(name));
  if (!isUsable)
    problem(
      `${pointer}/deployers`,
      "deployers is not a list with the names of users and groups",
      'write `deployers: ["system:serviceaccount:ci:deployer"]`',
    );
  // Every member was seen to be a text.
  return { mode: mode ?? "deny", deployers: isUsable ? (deployers as readonly string[]) : [] };
}

function textOf(value: RawValue | undefined, grammar: RegExp): string | undefined {
  return typeof value === "string" && value.length <= 253 && grammar.test(value) ? value : undefined;
}
