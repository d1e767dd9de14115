// Secrets that a workspace declares: a `!secret` that names another one would only be missed when a process starts.
import { report, suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, isJsonArray } from "@veltrix/protocol";
import type { Drafts } from "../drafts.ts";
import type { Environment, Settings, Workloads } from "../model.ts";
import { isRawObject, type RawValue, SecretReference } from "../read/document.ts";
import { writersIn } from "../resolve/layers.ts";
import type { ResolvedService } from "../resolve/values.ts";

/** The keys of each Secret; undefined where they are whatever a store gives. */
type Known = Map<string, Set<string> | undefined>;

/** Notes every `!secret` that names no declared Secret, or no key of it, where secrets are declared. */
export function checkDeclaredSecrets(
  services: readonly ResolvedService[],
  { settings, workloads }: { readonly settings: Settings; readonly workloads: Workloads },
  drafts: Drafts,
): void {
  for (const environment of settings.environments) {
    const known = knownIn(environment, settings, workloads);
    if (known === undefined) continue;
    for (const service of services) {
      const values = service.environments.find((candidate) => candidate.environment.name === environment.name);
      if (values === undefined) continue;
      eachSecret(values.value, "", (pointer, secret) => {
        const fault = faultOf(secret, known);
        const written = writersIn(values, pointer)[0];
        if (fault === undefined || written === undefined) return;
        const at = { file: written.file, pointer: written.pointer, on: "value" as const };
        drafts.note(["VX3030", at.file, at.pointer, secret.text], environment.name, (where, environments) =>
          report(
            "VX3030",
            { service: service.id, pointer, where, secret: secret.text, ...fault },
            { at, service: service.id, environments, key: pointer },
          ),
        );
      });
    }
  }
}

/** Undefined where nothing is declared. Without a namespace nothing is delivered, and only what the environment itself declares counts. */
function knownIn({ secrets, namespace }: Environment, settings: Settings, workloads: Workloads): Known | undefined {
  const isAsked = secrets !== undefined || (settings.secrets !== undefined && namespace !== undefined);
  if (!isAsked) return undefined;
  const known: Known = new Map();
  for (const declared of [settings.secrets ?? {}, secrets ?? {}])
    for (const [name, keys] of Object.entries(declared)) add(known, name, keys);
  for (const document of workloads.files.flatMap(({ documents }) => documents))
    if (isJsonObject(document)) readManifest(document, namespace, known);
  return known;
}

function add(known: Known, name: string, keys: readonly string[] | undefined): void {
  const before = known.get(name);
  if (keys === undefined || (known.has(name) && before === undefined)) known.set(name, undefined);
  else known.set(name, new Set([...(before ?? []), ...keys]));
}

/** Secrets that the team's own manifests make: Secret, SealedSecret and ExternalSecret, of the namespace or of none. */
function readManifest(document: JsonObject, namespace: string | undefined, known: Known): void {
  const metadata = objectAt(document, "metadata");
  const name = metadata["name"];
  if (typeof name !== "string" || (metadata["namespace"] !== undefined && metadata["namespace"] !== namespace)) return;
  const spec = objectAt(document, "spec");
  switch (document["kind"]) {
    case "Secret":
      return add(known, name, [...Object.keys(objectAt(document, "data")), ...Object.keys(objectAt(document, "stringData"))]);
    case "SealedSecret":
      return add(known, name, Object.keys(objectAt(spec, "encryptedData")));
    case "ExternalSecret": {
      const target = objectAt(spec, "target")["name"];
      const isWhole = spec["dataFrom"] !== undefined || objectAt(spec, "target")["template"] !== undefined;
      const data = isJsonArray(spec["data"]) ? spec["data"].filter(isJsonObject) : [];
      const keys = data.map(({ secretKey }) => secretKey).filter((key) => typeof key === "string");
      return add(known, typeof target === "string" ? target : name, isWhole ? undefined : keys);
    }
    default:
  }
}

function objectAt(object: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : {};
}

interface Fault {
  /** Whether the Secret is declared, and only its key is not. */
  readonly isKey: boolean;
  readonly suggestions: readonly string[];
}

function faultOf({ name, key }: SecretReference, known: Known): Fault | undefined {
  if (known.has(name)) {
    const keys = known.get(name);
    if (keys === undefined || keys.has(key)) return undefined;
    return { isKey: true, suggestions: suggest(key, keys).map((meant) => `${name}/${meant}`) };
  }
  // What has such a key is nearer than what only has such a name.
  const near = suggest(name, known.keys());
  const fitting = near.filter((meant) => known.get(meant)?.has(key) !== false);
  return { isKey: false, suggestions: (fitting.length > 0 ? fitting : near).map((meant) => `${meant}/${key}`) };
}

function eachSecret(value: RawValue, pointer: string, visit: (pointer: string, secret: SecretReference) => void): void {
  if (value instanceof SecretReference) visit(pointer, value);
  else if (Array.isArray(value)) value.forEach((item: RawValue, index) => eachSecret(item, `${pointer}/${index}`, visit));
  else if (isRawObject(value)) for (const [key, member] of Object.entries(value)) eachSecret(member, appendToken(pointer, key), visit);
}
