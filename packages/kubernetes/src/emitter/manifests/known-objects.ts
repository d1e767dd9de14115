// Which ConfigMaps and Secrets exist where: ours, those that values refer to, and those in the team's own manifests.
// A place is an environment, or a namespace that belongs to none.
import type { Environment, Model, ResolvedConfig, Service } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { outputsOf } from "../../options.ts";
import { listObjects, type ServiceObject, serviceObjects } from "../../objects/service-objects.ts";
import { type Manifest, manifestsOf } from "../../manifests/manifests.ts";
import type { ReferredKind } from "../../manifests/references.ts";

/** One object by name. */
export interface KnownObject {
  /** Whose it is, for people. */
  readonly owner: string;
  /** The service whose generated object it is. */
  readonly service?: string;
  readonly keys: ReadonlySet<string>;
  /** False: `keys` are those that are spoken of, and it may have more. */
  readonly isComplete: boolean;
}

/** A manifest with where it was read and where it is applied. */
export interface PlacedManifest {
  readonly manifest: Manifest;
  readonly file: string;
  readonly document: number;
  readonly places: readonly string[];
}

/** Every manifest that was read. */
export function placeManifests({ workloads, settings }: Model): readonly PlacedManifest[] {
  return workloads.files.flatMap(({ file, documents }) =>
    documents.flatMap((value, document) =>
      manifestsOf(value).map((manifest) => ({ manifest, file, document, places: placesOf(manifest, file, settings.environments) })),
    ),
  );
}

/**
 * Where an object is applied: in the environments that have its namespace; without one, in the environment that its
 * path names (`deploy/prod/...`, the last such name counts), else in every environment that has a namespace.
 */
function placesOf({ namespace }: Manifest, file: string, environments: readonly Environment[]): readonly string[] {
  if (namespace !== undefined) {
    const names = environments.filter((environment) => environment.namespace === namespace).map(({ name }) => name);
    return names.length > 0 ? names : [`the namespace ${namespace}`];
  }
  const segments = file.replace(/\.[a-z]+$/, "").split("/");
  const named = segments.findLast((segment) => environments.some(({ name }) => name === segment));
  return named === undefined
    ? environments.flatMap((environment) => (environment.namespace === undefined ? [] : [environment.name]))
    : [named];
}

/** Kinds of others that make a Secret of a known name: what is in it, they alone know. */
const SECRET_MAKERS: { readonly [kind: string]: readonly string[] } = {
  ExternalSecret: ["target", "name"],
  SealedSecret: ["template", "metadata", "name"],
  Certificate: ["secretName"],
};

/** All objects that are known, by place, kind and name. */
export class KnownObjects {
  readonly #objects: Map<string, KnownObject> = new Map();

  constructor(model: Model, manifests: readonly PlacedManifest[]) {
    for (const placed of manifests) this.#addManifest(placed);
    for (const service of model.services)
      for (const config of service.configs) {
        const place = config.environment.name;
        for (const reference of Object.values(config.secrets)) this.#addReferredSecret(place, reference);
        for (const object of generatedObjects(model, service, config)) this.#addGenerated(place, service.id, object);
      }
  }

  find(place: string, kind: ReferredKind, name: string): KnownObject | undefined {
    return this.#objects.get(id(place, kind, name));
  }

  /** Names of objects of `kind` in a place. */
  namesIn(place: string, kind: ReferredKind): readonly string[] {
    const prefix = id(place, kind, "");
    return [...this.#objects.keys()].flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  }

  /** Places that have such an object. */
  placesWith(kind: ReferredKind, name: string): readonly string[] {
    const suffix = id("", kind, name);
    return [...this.#objects.keys()].flatMap((key) => (key.endsWith(suffix) ? [key.slice(0, -suffix.length)] : []));
  }

  #addManifest({ manifest, file, places }: PlacedManifest): void {
    const { kind, value } = manifest;
    const spec = isJsonObject(value["spec"]) ? value["spec"] : {};
    const name = Object.hasOwn(SECRET_MAKERS, kind) ? (madeName(spec, SECRET_MAKERS[kind] ?? []) ?? manifest.name) : manifest.name;
    if (name === undefined) return;
    const isOwn = kind === "ConfigMap" || kind === "Secret";
    if (!isOwn && !Object.hasOwn(SECRET_MAKERS, kind)) return;
    for (const place of places) {
      const key = id(place, isOwn ? kind : "Secret", name);
      // An overlay may add keys to what a base defines, so both count.
      const before = this.#objects.get(key);
      const keys = new Set([...(before?.keys ?? []), ...(isOwn ? dataKeys(value) : [])]);
      this.#objects.set(key, { owner: file, keys, isComplete: isOwn && before?.isComplete !== false });
    }
  }

  #addGenerated(place: string, service: string, object: ServiceObject): void {
    const [kind, name, keys] =
      object.kind === "ConfigMap"
        ? ([object.kind, object.metadata.name, Object.keys(object.data)] as const)
        : (["Secret", object.spec.target.name, object.spec.data.map(({ secretKey }) => secretKey)] as const);
    this.#objects.set(id(place, kind, name), { owner: service, service, keys: new Set(keys), isComplete: true });
  }

  #addReferredSecret(place: string, reference: string): void {
    const slash = reference.indexOf("/");
    const key = id(place, "Secret", reference.slice(0, slash));
    const known = this.#objects.get(key);
    if (known?.isComplete === true) return;
    const keys = new Set([...(known?.keys ?? []), reference.slice(slash + 1)]);
    this.#objects.set(key, { owner: known?.owner ?? "the values", keys, isComplete: false });
  }
}

function generatedObjects(model: Model, service: Service, config: ResolvedConfig): readonly ServiceObject[] {
  const objects = serviceObjects(service, config, outputsOf(model));
  return objects === undefined ? [] : listObjects(objects);
}

function id(place: string, kind: string, name: string): string {
  return `${place} ${kind}/${name}`;
}

/** The name at `path`; the kinds that have none there call the Secret like themselves. */
function madeName(spec: JsonObject, path: readonly string[]): string | undefined {
  const found = path.reduce<JsonValue | undefined>((node, member) => (isJsonObject(node) ? node[member] : undefined), spec);
  return typeof found === "string" ? found : undefined;
}

/** Keys of a ConfigMap or Secret, wherever it may hold them. */
function dataKeys(value: JsonObject): readonly string[] {
  return ["data", "binaryData", "stringData"].flatMap((member) => (isJsonObject(value[member]) ? Object.keys(value[member]) : []));
}
