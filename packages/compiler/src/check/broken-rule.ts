// A rule over several keys that does not hold: every value that it reads is shown, each where it is written.
import { type Location, type Related, report } from "@veltrix/diagnostics";
import { appendToken, type JsonObject } from "@veltrix/protocol";
import { placeOfSchema } from "../link/schema.ts";
import { isRawObject } from "../read/document.ts";
import { writersIn } from "../resolve/layers.ts";
import type { Explained, ViolationContext } from "./explained.ts";

/** What `findBrokenRules` says of a rule. */
interface Broken {
  readonly rule: string;
  readonly message: string;
  /** The rule as it would have to be where a key that it reads has no value. */
  readonly guard: string | null;
  readonly reads: readonly string[];
  readonly values: JsonObject;
}

/** Explains a broken rule: at the first value that it reads, with a frame for each of the others. */
export function explainRule({ service, values, violation }: ViolationContext): Explained {
  const { pointer } = violation;
  // Made by `findBrokenRules`, which is the only one to use this rule's name.
  const broken = violation.expected as unknown as Broken;
  const read = broken.reads.flatMap((path) => {
    const key = path.split(".").reduce(appendToken, pointer);
    const written = writersIn(values, key)[0];
    const shown = broken.values[path];
    if (written === undefined || shown === undefined) return [];
    return [{ at: { file: written.file, pointer: written.pointer, on: "value" as const }, message: `${path} is ${JSON.stringify(shown)}` }];
  });
  const [first, ...others] = read;
  const declared = placeOfSchema(violation.schema);
  const at = first?.at ?? placeOfObject(values, pointer, declared ?? { file: service.contract.file, pointer: "" });
  const related: Related[] = [
    ...others.map((place) => ({ ...place, isAtFault: true })),
    ...(declared === undefined ? [] : [{ at: { ...declared, on: "key" as const }, message: "the rule is declared at" }]),
  ];
  return {
    identity: ["VX2020", service.id, pointer, broken.rule, ...read.map((place) => `${place.at.file} ${place.message}`)],
    word: (where, environments) =>
      report(
        "VX2020",
        { service: service.id, pointer, where, rule: broken.rule, message: broken.message, label: first?.message, guard: broken.guard },
        { at, related, service: service.id, environments, key: pointer },
      ),
  };
}

function placeOfObject(
  values: ViolationContext["values"],
  pointer: string,
  declared: { readonly file: string; readonly pointer: string },
): Location {
  const written = writersIn(values, pointer)[0];
  if (written === undefined) return { ...declared, on: "key" };
  return { file: written.file, pointer: written.pointer, on: isRawObject(written.value) ? "key" : "value" };
}
