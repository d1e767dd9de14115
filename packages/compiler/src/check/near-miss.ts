// Open objects take any key, so a misspelt one would pass unseen. A key that nearly is a declared one is refused.
import { editDistance, isSameSpelling } from "@veltrix/diagnostics";
import { isJsonObject, type JsonObject } from "@veltrix/protocol";
import { subschemasOf } from "../link/schema.ts";
import { isRawObject, type RawValue } from "../read/document.ts";
import type { Finding } from "../validate/interpreter.ts";
import { schemasOfKey, walkTogether } from "./walk.ts";

/** Keys of open objects of `value` that are a slip away from one that `schema` declares there. */
export function findNearMisses(schema: JsonObject, value: RawValue): readonly Finding[] {
  if (!isOpenSomewhere(schema)) return [];
  const findings: Finding[] = [];
  walkTogether(schema, value, (part, pointer, nodes) => {
    if (!isRawObject(part)) return;
    const declared = new Set(nodes.flatMap((node) => (isJsonObject(node["properties"]) ? Object.keys(node["properties"]) : [])));
    if (declared.size === 0) return;
    for (const key of Object.keys(part)) {
      if (declared.has(key) || nodes.some((node) => schemasOfKey(node, key).length > 0)) continue;
      const meant = [...declared].some((name) => !Object.hasOwn(part, name) && isNear(key, name));
      if (meant) findings.push({ pointer, rule: "additionalProperties", expected: key, schema: nodes[0] ?? {} });
    }
  });
  return findings;
}

const openness = new WeakMap<JsonObject, boolean>();

/** Whether some object of `schema` declares keys and takes others too. Most contracts are closed, and pay nothing here. */
function isOpenSomewhere(schema: JsonObject): boolean {
  const known = openness.get(schema);
  if (known !== undefined) return known;
  const isOpen = isJsonObject(schema["properties"]) && schema["additionalProperties"] !== false;
  const answer = isOpen || subschemasOf(schema).some(({ schema: below }) => isJsonObject(below) && isOpenSomewhere(below));
  openness.set(schema, answer);
  return answer;
}

/**
 * One or two slips, one in short names, none in names of two letters; or only case, `-` and `_` differ. The name that
 * is meant is missing where the key stands, which keeps short names of a person's own from being taken for slips.
 */
function isNear(key: string, name: string): boolean {
  if (isSameSpelling(key, name)) return true;
  const limit = name.length < 3 || key.length < 2 ? 0 : key.length < 6 ? 1 : 2;
  return limit > 0 && editDistance(key, name, limit) <= limit;
}
