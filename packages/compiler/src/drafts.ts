// Problems that the same line causes in several environments are one problem. They are collected as drafts,
// and worded when it is known which environments they concern.
import type { Diagnostic } from "@veltrix/diagnostics";
import type { Environment } from "./model.ts";

/** Words a problem for the environments that it concerns; `where` is ` in dev and prod`, for the message. */
export type Wording = (where: string, environments: readonly string[]) => Diagnostic;

interface Draft {
  readonly environments: string[];
  readonly word: Wording;
}

/** Collects problems per environment. */
export class Drafts {
  readonly #all: readonly string[];
  readonly #drafts: Map<string, Draft> = new Map();

  constructor(environments: readonly Environment[]) {
    this.#all = environments.map(({ name }) => name);
  }

  /** Notes a problem. Two with one `identity` are the same problem in two environments. */
  note(identity: readonly string[], environment: string, word: Wording): void {
    const key = JSON.stringify(identity);
    const known = this.#drafts.get(key);
    if (known === undefined) this.#drafts.set(key, { environments: [environment], word });
    else if (!known.environments.includes(environment)) known.environments.push(environment);
  }

  /** The problems, each once. */
  finish(): readonly Diagnostic[] {
    return [...this.#drafts.values()].map(({ environments, word }) => {
      const ordered = this.#all.filter((name) => environments.includes(name));
      return word(this.#where(ordered), ordered);
    });
  }

  #where(environments: readonly string[]): string {
    if (environments.length === this.#all.length && this.#all.length > 1) return " in every environment";
    if (environments.length < 2) return ` in ${environments.join("")}`;
    return ` in ${environments.slice(0, -1).join(", ")} and ${environments.at(-1)}`;
  }
}
