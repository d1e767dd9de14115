// Stage 6, write: only what changed, each file old or new, `index.json` last; or, with `check`, nothing at all.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { HostRefusal, type WriteHost } from "../host/host.ts";
import type { Plan, PlannedWrite } from "./plan.ts";

/** Carries out `plan`. What cannot be written is reported, and what follows is left undone. */
export function write(host: WriteHost, folder: string, plan: Plan): readonly Diagnostic[] {
  try {
    // The index comes last, so whatever happens before it, a check still sees that the set is not complete.
    const files = plan.writes.slice(0, -1);
    const last = plan.writes.at(-1);
    for (const { path, contents } of files) host.replaceFile(`${folder}/${path}`, contents);
    for (const path of plan.removals) host.removeFile(`${folder}/${path}`);
    if (last !== undefined) host.replaceFile(`${folder}/${last.path}`, last.contents);
  } catch (error) {
    if (!(error instanceof HostRefusal)) throw error;
    return [report("VX7005", { file: error.path, detail: error.message }, { at: { file: error.path } })];
  }
  return plan.foreign.map((path) => orphan(`${folder}/${path}`, { removable: false, severity: "warning" }));
}

/** What `build --check` says of `plan`: every difference is an error. */
export function describePlan(folder: string, plan: Plan): readonly Diagnostic[] {
  return [
    ...plan.writes.map((planned) => stale(`${folder}/${planned.path}`, planned)),
    ...plan.removals.map((path) => orphan(`${folder}/${path}`, { removable: true, severity: "error" })),
    ...plan.foreign.map((path) => orphan(`${folder}/${path}`, { removable: false, severity: "error" })),
  ];
}

function stale(file: string, { before, contents }: PlannedWrite): Diagnostic {
  if (before === undefined) return report("VX7003", { file, detail: "is missing" }, { at: { file } });
  const line = firstDifference(before, contents);
  return report("VX7003", { file, detail: `is not what the schemas give: line ${line} differs` }, { at: { file, offset: offsetOf(before, line) } });
}

function orphan(file: string, { removable, severity }: { readonly removable: boolean; readonly severity: Diagnostic["severity"] }): Diagnostic {
  return report("VX7004", { file, removable }, { at: { file }, severity });
}

function firstDifference(a: string, b: string): number {
  const left = a.split("\n");
  const right = b.split("\n");
  const index = left.findIndex((line, position) => line !== right[position]);
  return index === -1 ? left.length : index + 1;
}

function offsetOf(text: string, line: number): number {
  let offset = 0;
  for (let count = 1; count < line; count++) offset = text.indexOf("\n", offset) + 1;
  return Math.min(offset, Math.max(0, text.length - 1));
}
