// Differences as a person reads them: between environments, and between revisions.
import type { ShownValue } from "@veltrix/analysis";
import type { RevisionDifference, ServiceChange, ServiceDifference } from "@veltrix/analysis/diff";
import type { Restart, RestartReason } from "@veltrix/analysis/restarts";
import { visible } from "@veltrix/diagnostics";
import { alignRows } from "./rows.ts";

/** One block a service: pointer, reload class, the value in each environment. */
export function renderEnvironments(differences: readonly ServiceDifference[], [a, b]: readonly [string, string]): string {
  return differences
    .map(({ service, keys }) => {
      const rows = [
        ["key", "changes", a, b],
        ...keys.map((key) => [
          key.pointer,
          key.reload,
          `${showValue(key.before)}${showHiding(key.hiddenBy.before)}`,
          `${showValue(key.after)}${showHiding(key.hiddenBy.after)}${key.sameMeaning ? "  (means the same)" : ""}`,
        ]),
      ];
      return `${service}\n${alignRows(rows)}`;
    })
    .join("\n");
}

/** One block a service, then the restarts. */
export function renderRevisions(difference: RevisionDifference): string {
  const { services, restarts, environments } = difference;
  const blocks = services.map(renderService);
  if (environments.added.length > 0) blocks.unshift(`environments added: ${environments.added.join(", ")}\n`);
  if (environments.removed.length > 0) blocks.unshift(`environments removed: ${environments.removed.join(", ")}\n`);
  if (restarts.length > 0) blocks.push(`will restart\n${renderRestarts(restarts)}`);
  return blocks.join("\n");
}

/** A line a workload, with the reasons below it. */
function renderRestarts(restarts: readonly Restart[]): string {
  const rows = restarts.map(({ environment, service, workload }) => [
    environment,
    service,
    workload === null ? "no workload named" : `${workload.kind} ${workload.name}`,
  ]);
  const lines = alignRows(rows).trimEnd().split("\n");
  return restarts
    .map(({ reasons }, index) => `${lines[index]}\n${reasons.map((reason) => `    ${visible(describeReason(reason))}\n`).join("")}`)
    .join("");
}

function renderService({ service, kind, versions: [old, now], contract, keys }: ServiceChange): string {
  const version =
    kind === "changed"
      ? old === now
        ? contract.length > 0
          ? `  contract ${now}, version not raised`
          : ""
        : `  contract ${old} -> ${now}`
      : `  ${kind}`;
  const changes = contract.map(({ pointer, detail, breaking }) => [
    breaking ? "breaking" : "contract",
    pointer === "" ? "/" : pointer,
    detail,
  ]);
  const values = keys.map((key) => [
    key.reload,
    key.pointer,
    `${showValue(key.before)} -> ${showValue(key.after)}${showHiding(key.hiddenBy.after)}${key.sameMeaning ? "  (means the same)" : ""}`,
    key.environments.join(", "),
  ]);
  return `${visible(service)}${version}\n${alignRows(changes)}${alignRows(values)}`;
}

/** One line a reason. */
function describeReason(reason: RestartReason): string {
  if (reason.kind === "pod") return reason.detail;
  const chain = reason.chain.map(({ service, pointer }) => ` <- ${service}#${pointer}`).join("");
  return `${reason.pointer}${chain}${reason.file === null ? "" : `  (${reason.file})`}`;
}

/** Which file takes a value away that lower layers hold. */
function showHiding(file: string | null): string {
  return file === null ? "" : `  (hidden by ${file})`;
}

/** A value on one line; `—` where there is none. */
function showValue(shown: ShownValue | null): string {
  if (shown === null) return "—";
  if ("secret" in shown) return `!secret ${shown.secret}`;
  const text = JSON.stringify(shown.value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
