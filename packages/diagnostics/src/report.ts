// The one way to make a diagnostic: code and parameters are checked against the catalogue.
import { catalogue, type Code, type ParamsOf } from "./catalogue/catalogue.ts";
import type { Rendered, Severity } from "./catalogue/entry.ts";
import type { Diagnostic, Location, Related } from "./diagnostic.ts";

/** Where a problem is and whom it concerns. */
export interface Place {
  readonly at: Location;
  readonly related?: readonly Related[];
  readonly service?: string;
  readonly environments?: readonly string[];
  readonly key?: string;
  /** Only where a policy makes a problem milder or harder than its catalogue entry. */
  readonly severity?: Severity;
}

/** Makes a diagnostic. */
export function report<C extends Code>(code: C, params: ParamsOf<C>, place: Place): Diagnostic {
  const entry = catalogue[code];
  // Entry and parameters belong to the same code; TypeScript cannot follow the table's correlation.
  const rendered: Rendered = (entry.render as (params: ParamsOf<C>) => Rendered)(params);
  return {
    code,
    slug: entry.slug,
    severity: place.severity ?? entry.severity,
    message: rendered.message,
    at: place.at,
    ...(rendered.label === undefined ? {} : { label: rendered.label }),
    ...(rendered.hidesValue === undefined ? {} : { hidesValue: rendered.hidesValue }),
    ...(place.service === undefined ? {} : { service: place.service }),
    environments: place.environments ?? [],
    ...(place.key === undefined ? {} : { key: place.key }),
    related: place.related ?? [],
    ...(rendered.hint === undefined ? {} : { hint: rendered.hint }),
    ...(rendered.snippet === undefined ? {} : { snippet: rendered.snippet }),
    suggestions: rendered.suggestions ?? [],
  };
}
