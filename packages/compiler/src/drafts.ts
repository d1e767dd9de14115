// Problems that the same line causes in several environments are one problem. They are collected as drafts,
// and worded when it is known which environments they concern.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Environment } from "./model.ts";

/**
 * Words a problem for the environments that it concerns; `where` is ` in dev and prod`, for the message. `names` are
 * the keys that have this problem in common, where each was noted by its name.
 */
export type Wording = (where: string, environments: readonly string[], names: readonly string[]) => Diagnostic;

interface Noted {
  readonly identity: readonly string[];
  readonly name: string | undefined;
  readonly environments: string[];
  readonly word: Wording;
}

/** Collects problems per environment. */
export class Drafts {
  readonly #all: readonly string[];
  readonly #drafts: Map<string, Noted> = new Map();

  constructor(environments: readonly Environment[]) {
    this.#all = environments.map(({ name }) => name);
  }

  /**
   * Notes a problem. Two with one `identity` are the same problem in two environments; with two names, they are the
   * same problem of two keys, and told as one where they concern the same environments.
   */
  note(identity: readonly string[], environment: string, word: Wording, name?: string): void {
    const key = JSON.stringify([identity, name]);
    const known = this.#drafts.get(key);
    if (known === undefined) this.#drafts.set(key, { identity, name, environments: [environment], word });
    else if (!known.environments.includes(environment)) known.environments.push(environment);
  }

  /** The problems, each once. */
  finish(): readonly Diagnostic[] {
    const groups = new Map<string, { readonly first: Noted; readonly names: string[] }>();
    for (const draft of this.#drafts.values()) {
      const key = JSON.stringify([draft.identity, this.#ordered(draft)]);
      const group = groups.get(key) ?? { first: draft, names: [] };
      groups.set(key, group);
      if (draft.name !== undefined) group.names.push(draft.name);
    }
    return [...groups.values()].map(({ first, names }) => {
      const ordered = this.#ordered(first);
      return first.word(this.#where(ordered), ordered, names);
    });
  }

  #ordered({ environments }: Noted): readonly string[] {
    return this.#all.filter((name) => environments.includes(name));
  }

  #where(environments: readonly string[]): string {
    if (environments.length === this.#all.length && this.#all.length > 1) return " in every environment";
    if (environments.length < 2) return ` in ${environments.join("")}`;
    return ` in ${environments.slice(0, -1).join(", ")} and ${environments.at(-1)}`;
  }
}
