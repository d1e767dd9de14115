// The plan for people: what stays with the reasons, and what goes.
import type { JudgedObject, PrunePlan } from "@veltrix/analysis/prune";
import { alignRows } from "./rows.ts";

/** Reasons of one object that are told; more help nobody. */
const MOST_REASONS = 3;

/** One line an object; `verb` is what is said of those that go. */
export function renderPlan({ kept, removable }: PrunePlan, deleted: ReadonlySet<string>): string {
  const rows = [
    ...kept.map((judged) => ["keep", judged.name, judged.created ?? "", reasonsOf(judged)]),
    ...removable.map((judged) => [deleted.has(judged.name) ? "deleted" : "may go", judged.name, judged.created ?? "", ""]),
  ];
  return rows.length === 0 ? "" : alignRows(rows);
}

function reasonsOf({ reasons }: JudgedObject): string {
  const more = reasons.length - MOST_REASONS;
  return `${reasons.slice(0, MOST_REASONS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
