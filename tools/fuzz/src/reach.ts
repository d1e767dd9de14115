// Which parts of the product an accepted workspace has reached: what no case holds is not tried.
import { type Environment, type Key, type Model, originOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { outputsOf } from "@veltrix/kubernetes";
import { isJsonObject, type JsonObject, type JsonValue, valueAt } from "@veltrix/protocol";

/** Everything that a run is to reach. */
export const FEATURES = [
  "target kubectl",
  "target kustomize",
  "target helm",
  "component",
  "external secrets",
  "immutable delivery",
  "admission warn",
  "admission deny",
  "admission audit",
  "environment without a namespace",
  "policy of an environment",
  "acknowledged.yaml",
  "workloads",
  "workloads that match",
  "several services",
  "dependsOn",
  "reference to another service",
  "x-secret",
  "x-env",
  "x-env on a secret",
  "x-reload",
  "x-exported",
  "x-required-in",
  "x-type",
  "x-unique",
  "x-bound-to",
  "x-renamed-to",
  "rules in CEL",
  "default",
  "composition",
  "hostile key",
  "hostile value",
  "hostile variable",
  "hostile description",
  "hostile owner",
  "hostile annotation",
  "hostile environment",
  "hostile namespace",
  "hostile service",
  "hostile secret",
  "hostile deployer",
  "hostile manifest",
] as const;

export type Feature = (typeof FEATURES)[number];

/** What breaks out of a text, a template, a comment or a scalar where nobody takes care. */
const HOSTILE = /[^\w./ -]|^\s|\s$/;
/** What YAML may read as something else than a text. */
const AMBIGUOUS = /^(?:no|on|null|y|true|[-+]?\d.*|e\d+|-+|_|__proto__|constructor|tostring)$/i;

/** The features of a workspace that was accepted. */
export function reachOf(model: Model, paths: readonly string[]): readonly Feature[] {
  const { settings, services, workloads } = model;
  const keys = services.flatMap(({ contract }) => contract.keys);
  const configs = services.flatMap((service) => service.configs);
  const reached: { readonly [feature in Feature]: boolean } = {
    ...reachOfOutputs(model),
    "environment without a namespace": settings.environments.some(({ namespace }) => namespace === undefined),
    "policy of an environment": new Set(settings.environments.map(({ policy }) => JSON.stringify(policy))).size > 1,
    "acknowledged.yaml": paths.includes("schemas/acknowledged.yaml"),
    workloads: workloads.files.length > 0,
    "workloads that match": workloads.files.some(({ documents }) => namesOurs(documents, services)),
    "several services": services.length > 1,
    dependsOn: services.some(({ contract }) => Object.keys(contract.dependsOn).length > 0),
    "reference to another service": services.some(({ id, uses }) => uses.some((use) => use.service !== id)),
    ...reachOfKeys(keys, configs),
    "hostile value": configs.some(({ value }) => textsOf(value).some((text) => HOSTILE.test(text))),
    "hostile owner": services.some(({ contract }) => HOSTILE.test(contract.owner ?? "")),
    "hostile environment": settings.environments.some(({ name }) => AMBIGUOUS.test(name)),
    "hostile namespace": settings.environments.some(({ namespace }) => AMBIGUOUS.test(namespace ?? "")),
    "hostile service": services.some(({ id }) => AMBIGUOUS.test(id)),
    "hostile secret": configs.some(({ secrets }) => Object.values(secrets).some(isOddSecret)),
    "hostile deployer": (outputsOf({ settings }).admission?.deployers ?? []).some((name) => /["'\\\n{]/.test(name)),
    "hostile manifest": workloads.files.some(({ documents }) => /\{\{|`|<script|---/.test(JSON.stringify(documents))),
  };
  return FEATURES.filter((feature) => reached[feature]);
}

type Part<Prefix extends string> = { readonly [feature in Extract<Feature, Prefix>]: boolean };

function reachOfOutputs({
  settings,
  services,
}: Model): Part<`target ${string}` | `admission ${string}` | "component" | "external secrets" | "immutable delivery"> {
  const { targets, admission, externalSecrets } = outputsOf({ settings });
  const isDelivered = settings.environments.some(({ namespace }: Environment) => namespace !== undefined);
  const hasSecrets = services.some(({ configs }) => configs.some(({ secrets }) => Object.keys(secrets).length > 0));
  const isImmutable = services.some(({ contract }) => contract.delivery === "immutable");
  return {
    "target kubectl": isDelivered && targets.includes("kubectl"),
    "target kustomize": isDelivered && targets.includes("kustomize"),
    "target helm": isDelivered && targets.includes("helm"),
    component: isDelivered && targets.includes("kustomize") && services.some(({ contract }) => contract.workload !== undefined),
    "external secrets": isDelivered && externalSecrets !== undefined && hasSecrets,
    "immutable delivery": isDelivered && isImmutable,
    "admission warn": isDelivered && admission?.mode === "warn",
    "admission deny": isDelivered && admission?.mode === "deny",
    "admission audit": isDelivered && admission?.mode === "audit",
  };
}

function reachOfKeys(
  keys: readonly Key[],
  configs: readonly ResolvedConfig[],
): Part<
  | `x-${string}`
  | "rules in CEL"
  | "default"
  | "composition"
  | "hostile key"
  | "hostile variable"
  | "hostile description"
  | "hostile annotation"
> {
  const has = (keyword: string): boolean => keys.some(({ schema }) => isJsonObject(schema) && schema[keyword] !== undefined);
  const words = (test: (schema: JsonObject) => boolean): boolean => keys.some(({ schema }) => isJsonObject(schema) && test(schema));
  return {
    "x-secret": keys.some(({ secret }) => secret),
    "x-env": keys.some(({ variable, secret }) => variable !== undefined && !secret),
    "x-env on a secret": keys.some(({ variable, secret }) => variable !== undefined && secret),
    "x-reload": keys.some(({ hot }) => hot !== undefined),
    "x-exported": keys.some(({ exported }) => exported),
    "x-required-in": keys.some(({ requiredIn }) => requiredIn.length > 0),
    "x-type": keys.some(({ unit }) => unit !== undefined),
    "x-unique": keys.some(({ unique }) => unique !== undefined),
    "x-bound-to": keys.some(({ isBound }) => isBound),
    "x-renamed-to": keys.some(({ renamedTo }) => renamedTo !== undefined),
    "rules in CEL": has("x-kubernetes-validations"),
    default: configs.some((config) => keys.some(({ pointer }) => originOf(config, pointer)?.kind === "default")),
    composition: ["anyOf", "oneOf", "allOf", "if", "not"].some(has),
    "hostile key": keys.some(({ pointer }) => HOSTILE.test(pointer.slice(1))),
    "hostile variable": keys.some(
      ({ variable, pointer }) =>
        variable !== undefined && configs.some(({ value }) => textsOf(valueAt(value, pointer) ?? null).some((text) => HOSTILE.test(text))),
    ),
    "hostile description": words(({ description }) => HOSTILE.test(String(description ?? ""))),
    "hostile annotation": words((schema) => HOSTILE.test(String(schema["x-owner-of-another-tool"] ?? ""))),
  };
}

function textsOf(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => textsOf(item));
  return isJsonObject(value) ? Object.values(value).flatMap(textsOf) : [];
}

function isOddSecret(reference: string): boolean {
  return reference.split("/").some((part) => AMBIGUOUS.test(part));
}

function namesOurs(documents: readonly JsonValue[], services: readonly Service[]): boolean {
  const text = JSON.stringify(documents);
  return services.some(({ id }) => text.includes(`{"name":"${id}-config"}`));
}
