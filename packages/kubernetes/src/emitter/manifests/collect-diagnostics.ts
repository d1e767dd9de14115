// One finding of one line is one problem, in however many places it is found.
import type { Environment } from "@veltrix/compiler";
import { type Code, type Diagnostic, type Location, type ParamsOf, report } from "@veltrix/diagnostics";

/** Parameters of a code, where the words for the places are left to the collector. */
type Known<C extends Code> = "where" extends keyof ParamsOf<C> ? Omit<ParamsOf<C>, "where"> : ParamsOf<C>;

interface Finding {
  readonly places: Set<string>;
  readonly word: (where: string, environments: readonly string[]) => Diagnostic;
}

/** Collects problems with manifests. */
export class Findings {
  readonly #environments: readonly string[];
  readonly #findings: Map<string, Finding> = new Map();

  constructor(environments: readonly Environment[]) {
    this.#environments = environments.flatMap(({ name, namespace }) => (namespace === undefined ? [] : [name]));
  }

  /** Notes a problem in `places`. Two at one place in a file with the same words are one. */
  note<C extends Code>(code: C, params: Known<C>, { at, places }: { readonly at: Location; readonly places: readonly string[] }): void {
    const id = JSON.stringify([code, params, at]);
    const found = this.#findings.get(id) ?? {
      places: new Set<string>(),
      word: (where, environments) =>
        // `where` is what `Known` leaves out; a code without it does not look at it.
        report(code, { ...params, where } as unknown as ParamsOf<C>, { at, environments }),
    };
    for (const place of places) found.places.add(place);
    this.#findings.set(id, found);
  }

  /** The problems, each once. */
  finish(): readonly Diagnostic[] {
    return [...this.#findings.values()].map(({ places, word }) => {
      const all = [...places];
      const isEverywhere = this.#environments.length > 1 && this.#environments.every((name) => places.has(name));
      const where = isEverywhere ? "" : ` in ${all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`}`;
      return word(
        where,
        all.filter((name) => this.#environments.includes(name)),
      );
    });
  }
}
