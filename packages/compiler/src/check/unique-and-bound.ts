// Rules over several services or several environments: `x-unique` and `x-bound-to`.
import { type Location, report } from "@veltrix/diagnostics";
import { canonicalize, type JsonValue, valueAt } from "@veltrix/protocol";
import type { Drafts } from "../drafts.ts";
import type { Key } from "../model.ts";
import { isTag } from "../read/document.ts";
import { writersIn } from "../resolve/layers.ts";
import type { ResolvedService, ResolvedValues } from "../resolve/values.ts";

/** Notes every value that should have been different from another. */
export function checkUniqueAndBound(services: readonly ResolvedService[], drafts: Drafts): void {
  checkUnique(services, drafts);
  for (const service of services) for (const key of service.contract.keys) if (key.isBound) checkBound(service, key, drafts);
}

interface Holder {
  readonly service: ResolvedService;
  readonly values: ResolvedValues;
  readonly pointer: string;
}

function checkUnique(services: readonly ResolvedService[], drafts: Drafts): void {
  const holders = new Map<string, Holder>();
  for (const service of services) {
    for (const key of service.contract.keys) {
      if (key.unique === undefined) continue;
      for (const values of service.environments) {
        const value = scalarAt(values, key.pointer);
        if (value === undefined) continue;
        const identity = JSON.stringify([key.unique, values.environment.name, canonicalize(value)]);
        const first = holders.get(identity);
        if (first === undefined) holders.set(identity, { service, values, pointer: key.pointer });
        else noteTaken({ service, values, pointer: key.pointer }, first, { scope: key.unique, value, drafts });
      }
    }
  }
}

function noteTaken(
  second: Holder,
  first: Holder,
  { scope, value, drafts }: { readonly scope: string; readonly value: JsonValue; readonly drafts: Drafts },
): void {
  const { service, values, pointer } = second;
  const at = placeOf(second);
  const related = [{ at: placeOf(first), message: "it is taken here", isAtFault: true }];
  const other = `${first.service.id}#${first.pointer}`;
  drafts.note(["VX2015", service.id, pointer, at.file, other], values.environment.name, (where, environments) =>
    report(
      "VX2015",
      { service: service.id, pointer, where, value, scope, other },
      { at, related, service: service.id, environments, key: pointer },
    ),
  );
}

/** A value in two environments is one problem, shown at the last of them and naming the others. */
function checkBound(service: ResolvedService, key: Key, drafts: Drafts): void {
  const byValue = new Map<string, ResolvedValues[]>();
  for (const values of service.environments) {
    const value = scalarAt(values, key.pointer);
    if (value !== undefined) byValue.set(canonicalize(value), [...(byValue.get(canonicalize(value)) ?? []), values]);
  }
  for (const same of byValue.values()) {
    const last = same.at(-1);
    if (last === undefined || same.length < 2) continue;
    const at = placeOf({ service, values: last, pointer: key.pointer });
    const others = same.slice(0, -1).map((values) => values.environment.name);
    const value = scalarAt(last, key.pointer);
    drafts.note(["VX2016", service.id, key.pointer, ...others], last.environment.name, (where, environments) =>
      report(
        "VX2016",
        { service: service.id, pointer: key.pointer, where, value, others },
        { at, service: service.id, environments, key: key.pointer },
      ),
    );
  }
}

function scalarAt(values: ResolvedValues, pointer: string): JsonValue | undefined {
  // Tags are left out just below, so what is compared is JSON.
  const value = valueAt(values.value as JsonValue, pointer);
  return value === undefined || isTag(value) || typeof value === "object" ? undefined : value;
}

function placeOf({ service, values, pointer }: Holder): Location {
  const written = writersIn(values, pointer)[0];
  return written === undefined ? { file: service.contract.file } : { file: written.file, pointer: written.pointer, on: "value" };
}
