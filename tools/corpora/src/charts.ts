// A Helm chart as an open contract: the keys of its values.yaml and of its values.schema.json are declared.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { instancesIn, namesIn, parseYaml, readJson, readText } from "./corpora.ts";

/** A chart. */
export interface Chart {
  readonly name: string;
  readonly values: JsonObject;
  readonly contract: JsonObject;
  /** The chart's own schema, which the contract refers to. */
  readonly schema: JsonObject;
  /** Overlays as their authors wrote them, and merged over the values as Helm merges. */
  readonly overlays: readonly { readonly name: string; readonly layer: JsonObject; readonly value: JsonObject }[];
}

/** All charts. */
export function readCharts(): readonly Chart[] {
  return namesIn("helm-values").map((name) => {
    const values = parseYaml(readText("helm-values", name, "values.yaml")) as JsonObject;
    const written = namesIn("helm-values", name).includes("values.schema.json") ? readJson("helm-values", name, "values.schema.json") : {};
    const overlays = instancesIn("helm-values", name, "ci").map((overlay) => ({
      name: overlay.name,
      // An overlay of comments alone is empty.
      layer: (overlay.value ?? {}) as JsonObject,
      value: withoutNulls(mergeOver(values, overlay.value ?? {})) as JsonObject,
    }));
    // Charts name no draft, or one of the old ones: what they use of them means the same in draft-07.
    const schema = { ...(isJsonObject(written) ? written : {}), $schema: "http://json-schema.org/draft-07/schema#" };
    return { name, values, overlays, schema, contract: contractOf(values) };
  });
}

/** What Helm hands to a chart: a null takes its key away. */
export function withoutNulls(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, below]) => below !== null)
      .map(([key, below]) => [key, withoutNulls(below)]),
  );
}

/** Maps merge, everything else replaces, and null deletes. */
function mergeOver(below: JsonValue | undefined, above: JsonValue): JsonValue {
  if (!isJsonObject(below) || !isJsonObject(above)) return above;
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergeOver(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

function contractOf(values: JsonObject): JsonObject {
  return { "x-veltrix": { version: "1.0.0" }, type: "object", allOf: [declare(values), { $ref: "../shared/subject.schema.json" }] };
}

/** The keys that a value has, declared to any depth and open; of types and values nothing is said. */
function declare(value: JsonValue): JsonObject {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return {};
  return { properties: Object.fromEntries(Object.entries(value).map(([key, below]) => [key, declare(below)])) };
}
