// Texts of variables, held to the rule that the build holds texts of values files to; and variables that are not taken.
// Says nothing of the texts.
import { type ConfigProblem, isJsonObject, isWithin, type JsonValue } from "@veltrix/protocol";
import { findSuspect, type SuspectText } from "@veltrix/protocol/texts";
import type { ServiceDefinition } from "./definition.ts";

/** What is suspect about a text, or about the first such text in a value. */
export function findSuspectIn(value: JsonValue): SuspectText | undefined {
  if (typeof value === "string") return findSuspect(value);
  const members: readonly JsonValue[] = Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : [];
  for (const member of members) {
    const found = findSuspectIn(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a contract says of texts. */
export type Meant = Pick<ServiceDefinition, "meantTexts">;

/** True where the contract says that a text at `pointer` means itself. */
export function isMeant({ meantTexts = [] }: Meant, pointer: string): boolean {
  return meantTexts.some((meant) => isWithin(pointer, meant));
}

/** A suspect text as a problem. `source`: the variable. */
export function describeSuspect(pointer: string, { kind, found }: SuspectText, source: string): ConfigProblem {
  const says = { placeholder: "is a placeholder", template: "holds a template that nothing filled in", whitespace: found }[kind];
  const hint = `set ${source} to the value itself; where the text is meant, write it with \`!text\` in schemas/ and build`;
  return { code: "VX5005", pointer, message: `${source} (${pointer}) ${says}`, hint, source };
}

/** The remark of a reading about variables that are set and not taken; nothing where there are none. */
export function withRemark(names: readonly string[], what: string): { readonly remarks?: readonly ConfigProblem[] } {
  return names.length === 0 ? {} : { remarks: [describeNotTaken(names, what)] };
}

/** Variables that are set and not taken, as a problem. */
export function describeNotTaken(names: readonly string[], what: string): ConfigProblem {
  const hint =
    "unset it, or write the value into schemas/ and build; on Kubernetes, `enableServiceLinks: false` keeps variables of Services away";
  return { code: "VX5031", pointer: "", message: `${names.join(", ")}: ${what}`, hint };
}
