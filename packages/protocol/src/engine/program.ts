// A contract as the engine reads it: the rules of each schema as one short list, so that a start makes few shapes of
// objects, and no rule that is absent costs anything. `compact.ts` of the compiler writes it; `validate.js` carries it.
import type { JsonValue } from "../json.ts";

/** A schema: anything, nothing, a definition by its index, or rules. */
export type RuleNode = boolean | number | Rules;

/**
 * The types of a value (0: any), and after them each rule's name and its limit. `unevaluated*` stand last: they ask what
 * the others have looked at.
 */
export type Rules = readonly [types: JsonValue, ...rules: unknown[]];

/** A pattern: JavaScript's own engine matches a text, the linear matcher the one of a list. */
export type Pattern = string | readonly [linear: string];

/** What a rule is held to, by its name. Every other rule has the limit that JSON Schema gives it. */
export interface Limits {
  /** What every further key obeys (null: nothing is said of it), patterns of keys, then each key and its rules. */
  readonly members: readonly [rest: RuleNode | null, patterns: readonly (Pattern | RuleNode)[], ...own: (string | RuleNode)[]];
  /** What every further item obeys (null: nothing is said of it), then each of the first ones. */
  readonly items: readonly [rest: RuleNode | null, ...places: RuleNode[]];
  readonly contains: readonly [item: RuleNode, least: number, most: number | null];
  readonly if: readonly [condition: RuleNode, met: RuleNode, unmet: RuleNode];
  /** A key, and what the object obeys where it is there. */
  readonly dependentSchemas: readonly (string | RuleNode)[];
  /** A key, and the keys that it asks for. */
  readonly dependentRequired: readonly (string | readonly string[])[];
}

/** A whole contract. */
export interface Program {
  /** The version of this form: an older engine refuses a newer one. */
  readonly format: 1;
  readonly definitions: readonly RuleNode[];
  /** What the text of each secret obeys, by its pointer. */
  readonly secrets: { readonly [pointer: string]: RuleNode };
  readonly root: RuleNode;
}
