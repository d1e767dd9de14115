// Where the values of a config come from, as data: a table by pointer, made when the config is frozen, and its reader.
import { appendToken, isJsonObject, type JsonObject, type JsonValue, valueAt } from "@veltrix/protocol";
import type { Origin, ResolvedConfig } from "./model.ts";

/** Where the value (or secret) at `pointer` was written; undefined when nothing is there, or no config is. */
export function originOf(config: Pick<ResolvedConfig, "origins" | "value"> | undefined, pointer: string): Origin | undefined {
  if (config === undefined) return undefined;
  const { origins, value } = config;
  if (Object.hasOwn(origins, pointer)) return origins[pointer];
  for (let above = parentOf(pointer); above !== undefined; above = parentOf(above)) {
    const origin = Object.hasOwn(origins, above) ? origins[above] : undefined;
    if (origin === undefined) continue;
    // What is referred to comes with all that is below it.
    if (origin.kind === "reference") return origin;
    if (origin.kind !== "value" || valueAt(value, pointer) === undefined) return undefined;
    // Lists do not merge: what is in one stands where the list stands.
    return { kind: "value", file: origin.file, pointer: origin.pointer + pointer.slice(above.length), overridden: [] };
  }
  return undefined;
}

/** The pointers that a table of origins has to know: every member of an object, of lists only the given ones. */
export function pointersOf(value: JsonObject, others: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>(others);
  const visit = (node: JsonValue, pointer: string): void => {
    if (!isJsonObject(node)) return;
    for (const [name, member] of Object.entries(node)) {
      const at = appendToken(pointer, name);
      found.add(at);
      visit(member, at);
    }
  };
  visit(value, "");
  return found;
}

function parentOf(pointer: string): string | undefined {
  return pointer === "" ? undefined : pointer.slice(0, pointer.lastIndexOf("/"));
}
