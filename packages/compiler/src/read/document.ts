// What reading makes of a file: its text, and its value with references and secrets as objects of their own.
import type { Code, Diagnostic, Location, ParamsOf } from "@veltrix/diagnostics";
import { report } from "@veltrix/diagnostics";
import type { JsonValue } from "@veltrix/protocol";

/** What all tags are, so that one look tells a tag from everything else. */
class AnyTag {
  /** Gives the class a shape of its own: an empty one is assignable from anything. */
  get isTag(): true {
    return true;
  }
}

/** `!ref <service>#<pointer>` */
export class Reference extends AnyTag {
  readonly service: string;
  readonly pointer: string;
  constructor(service: string, pointer: string) {
    super();
    this.service = service;
    this.pointer = pointer;
  }
  /** As written. */
  get text(): string {
    return `${this.service}#${this.pointer}`;
  }
}

/** `!secret <name>/<key>` */
export class SecretReference extends AnyTag {
  readonly name: string;
  readonly key: string;
  constructor(name: string, key: string) {
    super();
    this.name = name;
    this.key = key;
  }
  get text(): string {
    return `${this.name}/${this.key}`;
  }
}

/** `key: !unset`: takes away what a lower layer, or a referred object, holds there. None is left after merging. */
export class Unset extends AnyTag {
  /** Gives the class a shape of its own. */
  readonly isUnset = true;
}

/** `!replace` before an object or a list: nothing below it merges. None is left after merging. */
export class Replacement extends AnyTag {
  readonly value: RawObject | readonly RawValue[];
  constructor(value: RawObject | readonly RawValue[]) {
    super();
    this.value = value;
  }
}

/** Objects over a reference: they merge when it has been followed. None is left after that. */
export class Overlaid extends AnyTag {
  readonly reference: Reference;
  /** Lowest first, each with the layer that it stands in. */
  readonly above: readonly { readonly file: string; readonly value: RawObject }[];
  constructor(reference: Reference, above: Overlaid["above"]) {
    super();
    this.reference = reference;
    this.above = above;
  }
}

/** Stands where a value could not be had; its cause is reported elsewhere, so nothing more is said about it. */
export class Unresolved extends AnyTag {
  /** Gives the class a shape of its own: an empty one is assignable from anything. */
  readonly isUnresolved = true;
}

/** What stands for a value that is not written out. */
export type Tag = Reference | SecretReference | Unresolved | Unset | Replacement | Overlaid;

/** A value as people write it. */
export type RawValue = JsonValue | Tag | readonly RawValue[] | { readonly [key: string]: RawValue };

/** An object as people write it. */
export type RawObject = { readonly [key: string]: RawValue };

/** True for an object that is written out: no list, no reference, no secret. */
export function isRawObject(value: unknown): value is RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isTag(value);
}

/** True for what stands for a value that is not written out here. */
export function isTag(value: unknown): value is Tag {
  return value instanceof AnyTag;
}

/** True when there is a tag anywhere in `value`. */
export function holdsTag(value: RawValue): boolean {
  return isTag(value) || (typeof value === "object" && value !== null && Object.values(value).some((member: RawValue) => holdsTag(member)));
}

/** A value as it is written in a layer, on one line: its tags, and JSON for the rest. */
export function writtenText(value: RawValue): string {
  if (value instanceof Reference) return `!ref ${value.text}`;
  if (value instanceof SecretReference) return `!secret ${value.text}`;
  if (value instanceof Unset) return "!unset";
  if (value instanceof Replacement) return `!replace ${writtenText(value.value)}`;
  if (Array.isArray(value)) return `[${value.map((item: RawValue) => writtenText(item)).join(",")}]`;
  if (!isRawObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}:${writtenText(member)}`)
    .join(",")}}`;
}

/** One file that was read. `value` is undefined when it could not be parsed. */
export interface Document {
  /** Relative to the workspace. */
  readonly file: string;
  readonly text: string;
  readonly value: RawValue | undefined;
  /** How a scalar is written, by pointer, where its value does not print as that: `1.10`, `0x1F`. Left out: none is known. */
  readonly spellings?: ReadonlyMap<string, string>;
  /** Pointers of texts that are written with `!text`: they mean what they say. Left out: none. */
  readonly texts?: ReadonlySet<string>;
}

/** Collects the diagnostics of one file. */
export class Problems {
  readonly file: string;
  readonly diagnostics: Diagnostic[] = [];
  /** Whose file it is, where it is a service's own. */
  readonly #service: string | undefined;
  readonly #isContract: boolean;
  constructor(file: string) {
    this.file = file;
    const [, service, rest] = /^schemas\/([^/]+)\/(config\.schema\.json$|values\/)/.exec(file) ?? [];
    this.#service = service;
    this.#isContract = rest !== undefined && rest !== "values/";
  }
  /** `key`: pointer of the key of the configuration that it concerns, where it is about one. */
  add<C extends Code>(code: C, params: ParamsOf<C>, at: Omit<Location, "file"> = {}, key?: string): void {
    const service = this.#service === undefined ? {} : { service: this.#service };
    const concerned = key === undefined || key === "" ? {} : { key };
    this.diagnostics.push(report(code, params, { at: { file: this.file, ...at }, ...service, ...concerned }));
  }
  /** What a message says of the value at `pointer` of this file: whose it is, and of which key of the configuration. */
  ownerOf(pointer: string): {
    readonly service: string | undefined;
    readonly pointer: string | undefined;
    readonly key: string | undefined;
  } {
    if (this.#service === undefined) return { service: undefined, pointer, key: undefined };
    // A key `/a/b` of the configuration is declared at `/properties/a/properties/b` of the contract.
    const [declared = ""] = this.#isContract ? (/^(?:\/properties\/[^/]+)*/.exec(pointer) ?? []) : [];
    return this.#isContract
      ? { service: this.#service, pointer: undefined, key: declared.replaceAll(/\/properties(\/[^/]+)/g, "$1") }
      : { service: this.#service, pointer, key: pointer };
  }
}
