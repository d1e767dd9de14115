// Prints results: ratios first, because seconds say something about the machine only.
import type { Verdict } from "./floors.ts";
import type { Estimate, Results, SizeResult } from "./results.ts";

/** The tables, as plain text with a final newline. */
export function printReport(results: Results, verdicts: readonly Verdict[]): string {
  const { sizes, skipped } = results;
  const head = ["", ...sizes.map(({ services }) => `${services} services`)];
  const row = (name: string, read: (size: SizeResult) => string): readonly string[] => [name, ...sizes.map(read)];
  const parts = [
    "CPU of the peer / CPU of veltrix build (fresh)",
    table([
      head,
      row("B2 glued chain (json2ts, ajv, kustomize)", (size) => ratio(addKustomize(size), size)),
      row("B2 without kustomize", (size) => ratio(size.glued, size)),
      row("B3 tuned, one process", (size) => ratio(size.tuned, size)),
    ]),
    "veltrix build, CPU / CPU of node -e 0, and files written",
    table([
      head,
      row("fresh", (size) => buildCell(results, size, "fresh")),
      row("nothing changed", (size) => buildCell(results, size, "unchanged")),
      row("one value changed", (size) => buildCell(results, size, "changed")),
    ]),
    "peak memory, MiB",
    table([
      head,
      row("veltrix", ({ builds }) => mebibytes(builds.fresh.peakBytes)),
      row("B2 without kustomize", ({ glued }) => (glued.scaledFrom === undefined ? "" : "over ") + mebibytes(glued.peakBytes)),
      row("B3", ({ tuned }) => mebibytes(tuned.peakBytes)),
    ]),
    "share of a fresh build's CPU by stage",
    table([head, ...stageRows(sizes)]),
    "CPU seconds behind the ratios (of this machine, in this run)",
    table([
      head,
      row("veltrix, fresh", ({ builds }) => builds.fresh.cpuSeconds.toFixed(2)),
      row("B2 without kustomize", ({ glued }) => seconds(glued)),
      row("kustomize", ({ kustomize }) => seconds(kustomize)),
      row("B3", ({ tuned }) => tuned.cpuSeconds.toFixed(2)),
    ]),
    "floors",
    table(verdicts.map(verdictRow)),
    ...skipped.map((reason) => `skipped: ${reason}\n`),
  ];
  return parts.join("\n");
}

function verdictRow({ name, measured, limit, side, kept }: Verdict): readonly string[] {
  return [name, number(measured), `at ${side} ${limit}`, kept ? "kept" : "BROKEN"];
}

function buildCell({ emptyProcess }: Results, { builds }: SizeResult, kind: "fresh" | "unchanged" | "changed"): string {
  const { cpuSeconds, written } = builds[kind];
  return `${number(cpuSeconds / emptyProcess)}x, ${written.length} files`;
}

function stageRows(sizes: readonly SizeResult[]): readonly (readonly string[])[] {
  const names = [...new Set(sizes.flatMap(({ stages }) => stages.map(({ name }) => name)))];
  return names.map((name) => [name, ...sizes.map(({ stages }) => share(stages, name))]);
}

function share(stages: SizeResult["stages"], name: string): string {
  const total = stages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const stage = stages.find((candidate) => candidate.name === name);
  return stage === undefined ? "-" : `${Math.round((100 * stage.cpuSeconds) / total)} %`;
}

function addKustomize({ glued, kustomize }: SizeResult): Estimate | undefined {
  if (kustomize === undefined) return undefined;
  const scaledFrom = kustomize.scaledFrom ?? glued.scaledFrom;
  return {
    cpuSeconds: glued.cpuSeconds + kustomize.cpuSeconds,
    peakBytes: glued.peakBytes,
    ...(scaledFrom === undefined ? {} : { scaledFrom }),
  };
}

function ratio(peer: Estimate | undefined, { builds }: SizeResult): string {
  if (peer === undefined) return "skipped";
  return `${number(peer.cpuSeconds / builds.fresh.cpuSeconds)}x${scaled(peer)}`;
}

function seconds(estimate: Estimate | undefined): string {
  return estimate === undefined ? "skipped" : estimate.cpuSeconds.toFixed(2) + scaled(estimate);
}

function scaled({ scaledFrom }: Estimate): string {
  return scaledFrom === undefined ? "" : ` (scaled from ${scaledFrom})`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
