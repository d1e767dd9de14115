// The form of a catalogue entry, and the words that many of them share.

/** How bad it is: an error stops a build, a warning does not. */
export type Severity = "error" | "warning";

/** What an entry says of one case. */
export interface Rendered {
  readonly message: string;
  readonly label?: string;
  readonly hint?: string;
  /** Lines to paste where the hint says. */
  readonly snippet?: readonly string[];
  /** The value at the place is a secret: no reporter shows its text. */
  readonly hidesValue?: true;
  readonly suggestions?: readonly string[];
}

/** One code: its name, how bad it is, what it is about, and its sentences. */
export interface Entry<Params> {
  readonly slug: string;
  readonly severity: Severity;
  /** One line for lists, SARIF rules and the head of the docs page. */
  readonly summary: string;
  readonly render: (params: Params) => Rendered;
}

/** Declares an entry; the parameters' type is checked where the problem is reported. */
export function entry<Params>(slug: string, severity: Severity, summary: string, render: (params: Params) => Rendered): Entry<Params> {
  return { slug, severity, summary, render };
}

/** `did you mean "x"?`, or nothing. */
export function didYouMean(suggestions: readonly string[]): string | undefined {
  const [first, ...rest] = suggestions;
  if (first === undefined) return undefined;
  return rest.length === 0
    ? `did you mean \`${first}\`?`
    : `did you mean \`${first}\`, or ${rest.map((text) => `\`${text}\``).join(" or ")}?`;
}

/** Whose a value is, as far as the reader of a file knows. */
export interface Owner {
  readonly service: string | undefined;
  /** Of the key, where the file is one of values. */
  readonly pointer: string | undefined;
}

/** `gateway: /http/port`, or `otherwise` behind the service where no key is known. */
export function ownerOf({ service, pointer }: Owner, otherwise: string): string {
  const what = pointer === undefined || pointer === "" ? otherwise : pointer;
  return service === undefined ? what : `${service}: ${what}`;
}

/** `hint` alone, left out where there is none (`exactOptionalPropertyTypes`). */
export function withHint(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** A value as a person reads it in a message: JSON, cut at 60 characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
