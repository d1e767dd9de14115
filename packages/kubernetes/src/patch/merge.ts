// The same merge on values: what the spliced text must parse to. Kustomize does this with the Component's patch.
import type { YamlMap, YamlNode } from "../render/yaml.ts";
import type { JsonValue } from "@veltrix/protocol";
import { isYamlList, isYamlMap, mergeKeys } from "./splice.ts";

/** `value` with `patch` merged in, as Kubernetes defines the strategic merge for pods; items of ours stand first. */
export function mergeValue(value: JsonValue | undefined, patch: YamlNode, list = ""): JsonValue {
  if (isYamlMap(patch)) return mergeMap(isRecord(value) ? value : {}, patch);
  if (!isYamlList(patch)) return patch;
  const mergeKey = mergeKeys[list];
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
  if (mergeKey === undefined || items.length === 0) return patch.map((item) => mergeValue(undefined, item));
  const known = (item: JsonValue): YamlNode | undefined =>
    patch.find((candidate) => isYamlMap(candidate) && isRecord(item) && candidate[mergeKey] === item[mergeKey]);
  const added = patch.filter((candidate) => !items.some((item) => known(item) === candidate));
  return [
    ...added.map((item) => mergeValue(undefined, item)),
    ...items.map((item) => {
      const ours = known(item);
      return ours === undefined ? item : mergeValue(item, ours);
    }),
  ];
}

function mergeMap(value: { readonly [key: string]: JsonValue }, patch: YamlMap): JsonValue {
  const merged: { [key: string]: JsonValue } = { ...value };
  for (const [key, ours] of Object.entries(patch))
    if (ours !== undefined) merged[key] = mergeValue(Object.hasOwn(value, key) ? value[key] : undefined, ours, key);
  return merged;
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
