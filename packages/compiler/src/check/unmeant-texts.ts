// Texts that nobody meant to deploy: which of them are a problem, by what the contract and the values files say of them.
import { appendToken, isJsonObject, type JsonObject } from "@veltrix/protocol";
import { findSuspect } from "@veltrix/protocol/texts";
import { isRawObject, type RawValue, Reference } from "../read/document.ts";
import { writersIn } from "../resolve/layers.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";
import type { SchemaViolation } from "../validate/interpreter.ts";

/** What is wrong with the texts of a value, and what only may be. */
export interface TextViolations {
  readonly violations: readonly SchemaViolation[];
  readonly warnings: readonly SchemaViolation[];
}

/**
 * Looks at every text of a value, whatever its contract says of it. Where the contract is open, the format of a text
 * is somebody else's: a template there may be meant, and so may whitespace.
 */
export class TextJudge {
  /** Objects, and whether the contract speaks of every key that they may have. */
  readonly #objects: Map<string, boolean> = new Map();
  /** Texts of which the contract says what kind of document they are, or that it lists: it means what it says. */
  readonly #meant: Set<string> = new Set();
  /** Texts that some rule speaks of, even where the contract is open. */
  readonly #ruled: Set<string> = new Set();
  readonly #suspects: Map<string, SchemaViolation> = new Map();
  readonly #judged: Set<string> = new Set();

  /** Called for a part of the value and each schema that applies to it. */
  visit(value: unknown, schema: JsonObject, pointer: string): void {
    if (isRawObject(value)) this.#objects.set(pointer, this.#objects.get(pointer) === true || speaksOfAll(schema));
    if (typeof value !== "string") return;
    this.#judged.add(pointer);
    if (MEANT.some((keyword) => schema[keyword] !== undefined)) this.#meant.add(pointer);
    if (RULES.some((keyword) => schema[keyword] !== undefined)) this.#ruled.add(pointer);
    const suspect = suspectText(value, schema, pointer);
    if (suspect !== undefined) this.#suspects.set(pointer, suspect);
  }

  /** The texts of `value` that no schema speaks of: where a contract is open, anything may stand. */
  visitRest(value: RawValue, pointer = ""): void {
    if (typeof value === "string") {
      const suspect = this.#judged.has(pointer) ? undefined : suspectText(value, {}, pointer);
      if (suspect !== undefined && suspect.rule !== "blank") this.#suspects.set(pointer, suspect);
    } else if (Array.isArray(value)) value.forEach((item: RawValue, index) => this.visitRest(item, `${pointer}/${index}`));
    else if (isRawObject(value)) for (const [key, member] of Object.entries(value)) this.visitRest(member, appendToken(pointer, key));
  }

  /** After the whole value was visited. `isMeant`: whether the text at a pointer is written to mean itself. */
  finish(isMeant: (pointer: string) => boolean): TextViolations {
    const suspects = [...this.#suspects.values()].filter(({ pointer }) => !this.#meant.has(pointer) && !isMeant(pointer));
    const isOurs = ({ rule, pointer }: SchemaViolation): boolean =>
      rule === "placeholder" || this.#ruled.has(pointer) || this.#isClosedAround(pointer);
    return {
      violations: suspects
        .filter(isOurs)
        .map((violation) => (violation.rule === "template" ? { ...violation, rule: "placeholder" } : violation)),
      warnings: suspects.filter((violation) => violation.rule === "template" && !isOurs(violation)),
    };
  }

  #isClosedAround(pointer: string): boolean {
    for (let above = pointer; above !== "";) {
      above = above.slice(0, above.lastIndexOf("/"));
      const known = this.#objects.get(above);
      if (known !== undefined) return known;
    }
    return false;
  }
}

const MEANT = ["contentMediaType", "enum", "const"];
const RULES = ["pattern", "format", "minLength", "maxLength", "x-type"];

/**
 * True when the text at `pointer` is written with `!text`, or taken from where it is, or from a key whose contract says
 * that it means what it says.
 */
export function isWrittenAsText(services: readonly ResolvedService[], values: ResolvedValues, pointer: string): boolean {
  const [written] = writersIn(values, pointer);
  if (written === undefined) return false;
  if (!(written.value instanceof Reference)) {
    const layer = values.layers.find(({ file }) => file === written.file);
    return layer?.texts?.has(written.pointer) === true;
  }
  const { service: id, pointer: target } = written.value;
  const provider = services.find((service) => service.id === id);
  const provided = provider?.environments.find(({ environment }) => environment.name === values.environment.name);
  if (provider === undefined || provided === undefined) return false;
  const asked = target + pointer.slice(written.pointer.length);
  const key = provider.contract.keys.find((candidate) => candidate.pointer === asked);
  const schema = key?.schema;
  const isSaid = isJsonObject(schema) && MEANT.some((keyword) => schema[keyword] !== undefined);
  // What was followed to a text is no cycle.
  return isSaid || isWrittenAsText(services, provided, asked);
}

function speaksOfAll({ additionalProperties, unevaluatedProperties }: JsonObject): boolean {
  return [additionalProperties, unevaluatedProperties].some(
    (rest) => rest === false || (isJsonObject(rest) && Object.keys(rest).length > 0),
  );
}

function suspectText(text: string, schema: JsonObject, pointer: string): SchemaViolation | undefined {
  const suspect = findSuspect(text);
  if (suspect === undefined) return undefined;
  return { pointer, rule: suspect.kind === "whitespace" ? "blank" : suspect.kind, expected: suspect.found, schema };
}
