// Kustomizations of the team's on top of ours. Kustomize rewrites what pods refer to, so they start; but nobody else knows
// an object by a name or in a namespace that only a kustomization gives it.
import type { Model } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { posix } from "node:path";
import { CLUSTER_FOLDER } from "../../render/kustomize.ts";
import type { ManifestDiagnostics } from "./manifest-diagnostics.ts";

/** One of them. Its kind may be left out, where its name says it. */
export interface Kustomization {
  readonly file: string;
  readonly document: number;
  readonly value: JsonObject;
}

/** All among the manifests, Components too. */
export function kustomizationsOf({ workloads }: Pick<Model, "workloads">): readonly Kustomization[] {
  return workloads.files.flatMap(({ file, documents }) =>
    documents.flatMap((value, document) => {
      if (!isJsonObject(value)) return [];
      const { kind } = value;
      const isOne =
        kind === undefined
          ? /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(file)
          : /^(?:Kustomization|Component)$/.test(String(kind));
      return isOne ? [{ file, document, value }] : [];
    }),
  );
}

/** VX3023 for each name or namespace that one of them changes, of objects of ours: in production nobody may overlook it. */
export function checkKustomizations(model: Model, kustomizations: readonly Kustomization[], diagnostics: ManifestDiagnostics): void {
  const byFolder = new Map(kustomizations.map((each) => [posix.dirname(each.file), each]));
  for (const each of kustomizations) {
    const environments = reachedBy(each, { folder: model.settings.outputs.folder, byFolder }, new Set());
    for (const member of ["namePrefix", "nameSuffix", "namespace"] as const) {
      const text = each.value[member];
      if (typeof text !== "string" || text === "") continue;
      for (const { name, namespace, production } of model.settings.environments) {
        if (namespace === undefined || !environments.has(name) || (member === "namespace" && text === namespace)) continue;
        const at = { file: each.file, document: each.document, pointer: `/${member}`, on: "value" as const };
        const expected = member === "namespace" ? namespace : undefined;
        diagnostics.add("VX3023", { member, text, expected }, { at, places: [name], ...(production ? { severity: "error" } : {}) });
      }
    }
  }
}

interface Reach {
  /** That of generated files. */
  readonly folder: string;
  readonly byFolder: ReadonlyMap<string, Kustomization>;
}

/** Names of the environments whose objects it lists, itself or through another one. */
function reachedBy(kustomization: Kustomization, reach: Reach, seen: Set<Kustomization>): ReadonlySet<string> {
  const environments = new Set<string>();
  if (seen.has(kustomization)) return environments;
  seen.add(kustomization);
  const { file, value } = kustomization;
  for (const path of [...textsOf(value["resources"]), ...textsOf(value["bases"])]) {
    const target = posix.join(posix.dirname(file), path).replace(/\/$/, "");
    const inside = target.startsWith(`${reach.folder}/`) ? target.slice(reach.folder.length + 1).split("/") : [];
    const [first, second, third] = inside;
    if (first === CLUSTER_FOLDER && second !== undefined) environments.add(second);
    else if (second === "k8s" && third !== undefined) environments.add(third);
    const next = reach.byFolder.get(target);
    if (next !== undefined) for (const name of reachedBy(next, reach, seen)) environments.add(name);
  }
  return environments;
}

/** The texts of a list. */
export function textsOf(value: JsonValue | undefined): readonly string[] {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return items.filter((item) => typeof item === "string");
}
