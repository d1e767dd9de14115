// What is wrong at one place of a file is one diagnostic, in however many environments it is wrong.
import type { Environment } from "@veltrix/compiler";
import { type Code, type Diagnostic, type Location, type ParamsOf, report, type Severity } from "@veltrix/diagnostics";

/** Parameters of a code, where the words for the places are left to the collector. */
type Known<C extends Code> = "where" extends keyof ParamsOf<C> ? Omit<ParamsOf<C>, "where"> : ParamsOf<C>;

interface Collected {
  readonly places: Set<string>;
  severity?: Severity;
  readonly word: (where: string, environments: readonly string[], severity: Severity | undefined) => Diagnostic;
}

/** Where something is wrong; `severity` where it is another one than that of the code. */
interface Placed {
  readonly at: Location;
  readonly places: readonly string[];
  readonly severity?: Severity;
}

/** Collects the diagnostics of manifests. */
export class ManifestDiagnostics {
  readonly #environments: readonly string[];
  readonly #collected: Map<string, Collected> = new Map();

  constructor(environments: readonly Environment[]) {
    this.#environments = environments.flatMap(({ name, namespace }) => (namespace === undefined ? [] : [name]));
  }

  /** Adds what is wrong in `places`. Two at one place in a file with the same words are one. */
  add<C extends Code>(code: C, params: Known<C>, { at, places, severity }: Placed): void {
    const id = JSON.stringify([code, params, at]);
    const found: Collected = this.#collected.get(id) ?? {
      places: new Set<string>(),
      word: (where, environments, raised) =>
        // `where` is what `Known` leaves out; a code without it does not look at it.
        report(code, { ...params, where } as unknown as ParamsOf<C>, {
          at,
          environments,
          ...(raised === undefined ? {} : { severity: raised }),
        }),
    };
    // What is an error in one place is one.
    if (severity !== undefined) found.severity = severity;
    for (const place of places) found.places.add(place);
    this.#collected.set(id, found);
  }

  /** The diagnostics, each once. */
  finish(): readonly Diagnostic[] {
    return [...this.#collected.values()].map(({ places, word, severity }) => {
      const all = [...places];
      const isEverywhere = this.#environments.length > 1 && this.#environments.every((name) => places.has(name));
      const where = isEverywhere ? "" : ` in ${all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`}`;
      return word(
        where,
        all.filter((name) => this.#environments.includes(name)),
        severity,
      );
    });
  }
}
