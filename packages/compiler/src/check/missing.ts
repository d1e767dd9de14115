// Keys without a value: which file lacks them, what to write there, and who has them.
import { type Location, type Related, report } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue, pointersAbove } from "@veltrix/protocol";
import { placeOfSchema } from "../link/schema.ts";
import { type RawValue, Unset } from "../read/document.ts";
import { valueIn } from "../read/value-in.ts";
import { writersIn } from "../resolve/layers.ts";
import type { Explained, ViolationContext } from "./explained.ts";
import { placeholderFor } from "./placeholders.ts";

/** Explains that `name` is missing; all keys that one object lacks in the same environments are one problem. */
export function explainMissing(context: ViolationContext, name: string): Explained {
  const { service, violation } = context;
  const lacking = missingAt(context);
  return {
    identity: ["VX2001", service.id, violation.pointer],
    name,
    word: (where, environments, names) => {
      const pointer = names.length === 1 ? appendToken(violation.pointer, name) : violation.pointer;
      return report(
        "VX2001",
        {
          service: service.id,
          pointer,
          where,
          names,
          others: lacking.others,
          writes: names.map((key) => `${key}: ${placeholderFor(schemaOf(context, key))}`),
          parent: violation.pointer.slice(1),
          files: lacking.onlyIn ?? filesToWrite(context, environments),
        },
        { at: lacking.at, related: relatedTo(context, names), environments, service: service.id, key: pointer },
      );
    },
  };
}

interface Lacking {
  readonly at: Location;
  readonly others: string;
  /** Where alone it can be written: lists do not merge, so what an item lacks can only be written where the list is. */
  readonly onlyIn?: string;
}

/** Where a missing key should have been: the object that lacks it, in the file that should have it. */
function missingAt({ service, values, violation, isEverywhere }: ViolationContext): Lacking {
  const [taken] = writersIn(values, appendToken(violation.pointer, String(violation.expected)));
  if (taken?.value instanceof Unset)
    return {
      at: { file: taken.file, pointer: taken.pointer, on: "key" },
      others: ": `!unset` takes it away",
      onlyIn: `${taken.file} in place of \`!unset\`, or remove that line`,
    };
  const [nearest] = writersIn(values, violation.pointer);
  if (nearest !== undefined && liesInList(values.value, violation.pointer))
    return { at: { file: nearest.file, pointer: nearest.pointer, on: "key" }, others: "", onlyIn: nearest.file };
  const own = `${values.environment.name}.yaml`;
  const [hasBase, hasOwn] = ["base.yaml", own].map((name) => values.layers.some((layer) => layer.file.endsWith(`/${name}`)));
  const file = (isEverywhere && hasBase) || !hasOwn ? "base.yaml" : own;
  const path = `schemas/${service.id}/values/${file}`;
  // Without any file there is nothing to show a line of.
  if (file === "base.yaml" && hasBase !== true) return { at: { file: path }, others: "" };
  const writer = writersIn(values, violation.pointer).find((written) => written.file === path);
  const others = isEverywhere && file === "base.yaml" ? "" : otherFile(file, own, { hasBase, hasOwn });
  return { at: { file: path, pointer: writer?.pointer ?? violation.pointer, on: "key" }, others };
}

function liesInList(value: RawValue, pointer: string): boolean {
  return pointersAbove(pointer).some((above) => Array.isArray(valueIn(value, above)));
}

function otherFile(
  shown: string,
  own: string,
  { hasBase, hasOwn }: { readonly hasBase: boolean | undefined; readonly hasOwn: boolean | undefined },
): string {
  if (shown === "base.yaml") return hasOwn === true ? `, and ${own} does not set it` : `, and there is no ${own}`;
  return hasBase === true ? ", and base.yaml does not set it" : "";
}

/** The files that the key can be written into, what is nearest to the fault first. */
function filesToWrite({ service, values, isEverywhere }: ViolationContext, environments: readonly string[]): string {
  const folder = `schemas/${service.id}/values`;
  if (isEverywhere) return `${folder}/base.yaml, or in the file of each environment`;
  const [only, ...more] = environments;
  if (only === undefined || more.length > 0)
    return `the file of each of these environments, or in ${folder}/base.yaml for every environment`;
  const isThere = values.layers.some(({ file }) => file === `${folder}/${only}.yaml`);
  return `${folder}/${only}.yaml${isThere ? "" : ", a new file"}, or in ${folder}/base.yaml for every environment`;
}

function relatedTo({ service, violation }: ViolationContext, names: readonly string[]): readonly Related[] {
  const [name = ""] = names;
  const pointer = appendToken(violation.pointer, name);
  const declared = (names.length === 1 ? ofSchema(schemaOf({ service, violation }, name)) : undefined) ?? ofSchema(violation.schema);
  const setter = service.environments
    .flatMap((values) => writersIn(values, pointer).map((written) => ({ ...written, environment: values.environment.name })))
    .find(({ file, environment, value }) => file.endsWith(`/${environment}.yaml`) && !(value instanceof Unset));
  return [
    ...(declared === undefined ? [] : [{ at: declared, message: names.length === 1 ? "declared at" : "the object is declared at" }]),
    ...(setter === undefined
      ? []
      : [{ at: { file: setter.file, pointer: setter.pointer, on: "key" as const }, message: `${setter.environment} sets it at` }]),
  ];
}

/** A key's schema: beside the rule that requires it, or, for a rule that only requires, where the contract declares it. */
function schemaOf({ service, violation }: Pick<ViolationContext, "service" | "violation">, name: string): JsonValue | undefined {
  const pointer = appendToken(violation.pointer, name);
  return memberSchema(violation.schema, name) ?? service.contract.keys.find((key) => key.pointer === pointer)?.schema;
}

function ofSchema(schema: JsonValue | undefined): Location | undefined {
  const place = placeOfSchema(schema);
  return place === undefined ? undefined : { ...place, on: "key" };
}

function memberSchema(schema: JsonObject, name: string): JsonValue | undefined {
  const properties = schema["properties"];
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
