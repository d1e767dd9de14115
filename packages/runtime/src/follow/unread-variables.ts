// A variable of a key that says other than the delivered configuration, with a source that reads no variables: whoever set
// it believes that it counts.
import { type ConfigProblem, type JsonValue, valueAt } from "@veltrix/protocol";
import { decodeText } from "../contract/decode-text.ts";
import { describeNotTaken } from "../contract/judge-text.ts";
import type { Rules } from "../held/accept.ts";
import { takeVariable, type Variables } from "../machine/variables.ts";

/** One warning about all of them; undefined where there is none. Nothing of a value is in it. */
export function findUnreadVariables(
  { definition, secrets }: Pick<Rules, "definition" | "secrets">,
  value: JsonValue,
  { sourceName, variables }: { readonly sourceName: string; readonly variables: Variables },
): ConfigProblem | undefined {
  const names: string[] = [];
  const compare = (name: string, pointer: string, isSame: (text: string) => boolean): void => {
    const text = takeVariable(variables, name);
    if (text !== undefined && !isSame(text)) names.push(`${name} (${pointer})`);
  };
  for (const [pointer, { name, type }] of Object.entries(definition.variables)) {
    const delivered = valueAt(value, pointer);
    compare(name, pointer, (text) => {
      const decoded = decodeText(type, text);
      return decoded.kind === "value" && sortedText(decoded.value) === sortedText(delivered);
    });
  }
  for (const [pointer, { variable }] of Object.entries(definition.secrets))
    if (variable !== undefined) compare(variable, pointer, (text) => secrets.get(pointer)?.reveal() === text.replace(/\r?\n$/, ""));
  const what = `set to something else than what is delivered, and not read: VELTRIX_SOURCE is ${sourceName}`;
  return names.length === 0 ? undefined : describeNotTaken(names, what);
}

function sortedText(value: JsonValue | undefined): string | undefined {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
