// What a pod template takes from ConfigMaps and Secrets, wherever Kubernetes allows it to say so.
import { isJsonObject, type JsonObject, type JsonValue, lastToken } from "@veltrix/protocol";
import { type LocatedTemplate } from "./manifests.ts";

export type ReferredKind = "ConfigMap" | "Secret";

/** One object, or one key of it, that pods are given. */
export interface ObjectReference {
  readonly kind: ReferredKind;
  readonly name: string;
  /** Undefined: the whole object. */
  readonly key: string | undefined;
  /** Pods start without it. */
  readonly optional: boolean;
  /** Where the name and the key are written. */
  readonly namePointer: string;
  readonly keyPointer: string;
}

/** A mount of one file of a volume: kubelet never renews it. */
export interface SubPathMount {
  readonly container: string;
  readonly mountPath: string;
  readonly pointer: string;
  /** Names of the ConfigMaps in the volume. */
  readonly configMaps: readonly string[];
}

/** A place that does not have the form that Kubernetes asks for. */
export interface Malformed {
  readonly pointer: string;
  readonly what: string;
  readonly expected: string;
}

/** All that is of interest in a pod template. */
export interface PodUse {
  readonly references: readonly ObjectReference[];
  readonly subPathMounts: readonly SubPathMount[];
  readonly malformed: readonly Malformed[];
}

/** Reads a pod template. */
export function readPodUse(template: LocatedTemplate): PodUse {
  const reader = new PodReader();
  reader.read(template);
  return reader;
}

const CONTAINER_LISTS = ["containers", "initContainers", "ephemeralContainers"];

class PodReader implements PodUse {
  readonly references: ObjectReference[] = [];
  readonly subPathMounts: SubPathMount[] = [];
  readonly malformed: Malformed[] = [];
  readonly #configMapsByVolume: Map<string, readonly string[]> = new Map();

  read({ value, pointer }: LocatedTemplate): void {
    const spec = this.#object(value["spec"], `${pointer}/spec`);
    if (spec === undefined) return;
    for (const [volume, at] of this.#objects(spec["volumes"], `${pointer}/spec/volumes`)) this.#readVolume(volume, at);
    for (const list of CONTAINER_LISTS)
      for (const [container, at] of this.#objects(spec[list], `${pointer}/spec/${list}`)) this.#readContainer(container, at);
  }

  #readVolume(volume: JsonObject, pointer: string): void {
    const first = this.references.length;
    this.#readSource("ConfigMap", volume["configMap"], { pointer: `${pointer}/configMap`, nameMember: "name" });
    this.#readSource("Secret", volume["secret"], { pointer: `${pointer}/secret`, nameMember: "secretName" });
    const projected = this.#object(volume["projected"], `${pointer}/projected`);
    for (const [source, at] of this.#objects(projected?.["sources"], `${pointer}/projected/sources`)) {
      this.#readSource("ConfigMap", source["configMap"], { pointer: `${at}/configMap`, nameMember: "name" });
      this.#readSource("Secret", source["secret"], { pointer: `${at}/secret`, nameMember: "name" });
    }
    const names = this.references.slice(first).flatMap(({ kind, name }) => (kind === "ConfigMap" ? [name] : []));
    if (typeof volume["name"] === "string") this.#configMapsByVolume.set(volume["name"], [...new Set(names)]);
  }

  /** A volume's source: the whole object, or the keys under `items`. */
  #readSource(kind: ReferredKind, value: JsonValue | undefined, at: { readonly pointer: string; readonly nameMember: string }): void {
    const source = this.#object(value, at.pointer);
    if (source === undefined) return;
    const namePointer = `${at.pointer}/${at.nameMember}`;
    const name = this.#text(source[at.nameMember], namePointer, `the name of a ${kind}`);
    if (name === undefined) return;
    const base = { kind, name, optional: source["optional"] === true, namePointer };
    this.references.push({ ...base, key: undefined, keyPointer: namePointer });
    for (const [item, pointer] of this.#objects(source["items"], `${at.pointer}/items`)) {
      const key = this.#text(item["key"], `${pointer}/key`, `a key of the ${kind} \`${name}\``);
      if (key !== undefined) this.references.push({ ...base, key, keyPointer: `${pointer}/key` });
    }
  }

  #readContainer(container: JsonObject, pointer: string): void {
    for (const [entry, at] of this.#objects(container["env"], `${pointer}/env`)) {
      const from = this.#object(entry["valueFrom"], `${at}/valueFrom`);
      this.#readKey("ConfigMap", from?.["configMapKeyRef"], `${at}/valueFrom/configMapKeyRef`);
      this.#readKey("Secret", from?.["secretKeyRef"], `${at}/valueFrom/secretKeyRef`);
    }
    for (const [entry, at] of this.#objects(container["envFrom"], `${pointer}/envFrom`)) {
      this.#readSource("ConfigMap", entry["configMapRef"], { pointer: `${at}/configMapRef`, nameMember: "name" });
      this.#readSource("Secret", entry["secretRef"], { pointer: `${at}/secretRef`, nameMember: "name" });
    }
    for (const [mount, at] of this.#objects(container["volumeMounts"], `${pointer}/volumeMounts`)) this.#readMount(mount, at, container);
  }

  #readKey(kind: ReferredKind, value: JsonValue | undefined, pointer: string): void {
    const reference = this.#object(value, pointer);
    if (reference === undefined) return;
    const name = this.#text(reference["name"], `${pointer}/name`, `the name of a ${kind}`);
    const key = this.#text(reference["key"], `${pointer}/key`, `a key of a ${kind}`);
    if (name === undefined || key === undefined) return;
    const optional = reference["optional"] === true;
    this.references.push({ kind, name, key, optional, namePointer: `${pointer}/name`, keyPointer: `${pointer}/key` });
  }

  #readMount(mount: JsonObject, pointer: string, container: JsonObject): void {
    const member = ["subPath", "subPathExpr"].find((name) => mount[name] !== undefined && mount[name] !== "");
    if (member === undefined) return;
    this.subPathMounts.push({
      container: String(container["name"]),
      mountPath: String(mount["mountPath"]),
      pointer: `${pointer}/${member}`,
      configMaps: this.#configMapsByVolume.get(String(mount["name"])) ?? [],
    });
  }

  /** The items of a list of objects with their pointers; none where there is no list. */
  #objects(value: JsonValue | undefined, pointer: string): readonly (readonly [JsonObject, string])[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) {
      this.#refuse(pointer, "a list");
      return [];
    }
    const items: readonly JsonValue[] = value;
    return items.flatMap((item, index) => {
      const object = this.#object(item ?? "", `${pointer}/${index}`);
      return object === undefined ? [] : [[object, `${pointer}/${index}`] as const];
    });
  }

  #object(value: JsonValue | undefined, pointer: string): JsonObject | undefined {
    if (value === undefined || value === null) return undefined;
    if (isJsonObject(value)) return value;
    this.#refuse(pointer, "an object");
    return undefined;
  }

  #text(value: JsonValue | undefined, pointer: string, what: string): string | undefined {
    if (typeof value === "string" && value !== "") return value;
    this.malformed.push({ pointer, what, expected: "a text" });
    return undefined;
  }

  #refuse(pointer: string, expected: string): void {
    this.malformed.push({ pointer, what: `\`${lastToken(pointer)}\``, expected });
  }
}

/** Names of all objects of `kind` that a pod template names. */
export function namesIn(template: LocatedTemplate, kind: ReferredKind): ReadonlySet<string> {
  return new Set(readPodUse(template).references.flatMap((reference) => (reference.kind === kind ? [reference.name] : [])));
}
