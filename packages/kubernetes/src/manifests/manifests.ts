// Manifests as people and API servers write them: objects out of documents and lists, and the pod template of each.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** One object of a stream. */
export interface Manifest {
  readonly value: JsonObject;
  /** Inside its document: empty, or an item of a list. */
  readonly pointer: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined where it is missing or no text. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

/** What pods are made of: `metadata` and `spec`. */
export interface LocatedTemplate {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** The objects of a document: itself, or the items of a list. What has no kind is none. */
export function manifestsOf(document: JsonValue): readonly Manifest[] {
  if (!isJsonObject(document)) return [];
  const { items } = document;
  if (typeof document["kind"] === "string" && document["kind"].endsWith("List") && Array.isArray(items))
    return items.flatMap((item, index) => manifestOf(item, `/items/${index}`));
  return manifestOf(document, "");
}

function manifestOf(value: JsonValue, pointer: string): readonly Manifest[] {
  if (!isJsonObject(value) || typeof value["kind"] !== "string") return [];
  const metadata = isJsonObject(value["metadata"]) ? value["metadata"] : {};
  return [
    {
      value,
      pointer,
      apiVersion: textOrUndefined(value["apiVersion"]) ?? "",
      kind: value["kind"],
      name: textOrUndefined(metadata["name"]),
      namespace: textOrUndefined(metadata["namespace"]),
    },
  ];
}

function textOrUndefined(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Where a pod template stands, nearest first: of jobs by schedule, of everything else that makes pods, of PodTemplates. */
const TEMPLATE_PATHS = [["spec", "jobTemplate", "spec", "template"], ["spec", "template"], ["template"]];

/** The pod template of an object of any kind, a Pod itself included; undefined for one that makes no pods. */
export function podTemplateOf({ value, pointer, kind }: Manifest): LocatedTemplate | undefined {
  if (kind === "Pod") return isPodSpec(value["spec"]) ? { value, pointer } : undefined;
  for (const path of TEMPLATE_PATHS) {
    const found = path.reduce<JsonValue | undefined>((node, name) => (isJsonObject(node) ? node[name] : undefined), value);
    if (isJsonObject(found) && isPodSpec(found["spec"])) return { value: found, pointer: `${pointer}/${path.join("/")}` };
  }
  return undefined;
}

/** Custom resources have templates of other things: containers or volumes tell. */
function isPodSpec(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && ["containers", "initContainers", "volumes"].some((name) => value[name] !== undefined);
}
