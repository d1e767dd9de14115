// Measures every size: writes the workspace, builds it with Veltrix, then with the peers.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeWorkspace } from "./generate/generate.ts";
import { leastOf, runNode, type Usage } from "./measure.ts";
import { findKubectl } from "./peers/kubectl.ts";
import { measureGlued, measureKustomize, measureTuned } from "./peers/peers.ts";
import { preparePeers } from "./peers/prepare.ts";
import type { Estimate, Results, SizeResult } from "./results.ts";
import { measureBuilds, measureStages } from "./veltrix.ts";

export interface RunOptions {
  readonly sizes: readonly number[];
  /** `kubectl kustomize` costs minutes: it is run for at most so many services, and scaled. */
  readonly kustomizeServices: number;
  /** Called with what is done next. */
  readonly tell: (line: string) => void;
}

/** Above this many services nothing is repeated, and a peer that takes minutes is scaled from a smaller size. */
const SCALE_FROM = 100;
const LONGEST_SECONDS = 120;

/** Measures below `scratch`, an existing folder. */
export function runAll(scratch: string, { sizes, kustomizeServices, tell }: RunOptions): Results {
  const emptyProcess = leastOf(5, () => runNode(scratch, ["-e", "0"])).cpuSeconds;
  const kubectl = findKubectl(join(scratch, "tools"));
  const results: SizeResult[] = [];
  for (const services of sizes)
    results.push(measureSize(join(scratch, String(services)), services, { kubectl, kustomizeServices, tell, smaller: results }));
  return { emptyProcess, sizes: results, skipped: kubectl === undefined ? ["kustomize: no kubectl runs on this machine"] : [] };
}

interface SizeInput {
  readonly kubectl: string | undefined;
  readonly kustomizeServices: number;
  readonly tell: (line: string) => void;
  readonly smaller: readonly SizeResult[];
}

function measureSize(folder: string, services: number, { kubectl, kustomizeServices, tell, smaller }: SizeInput): SizeResult {
  const repeat = services > SCALE_FROM ? 1 : 3;
  const workspace = join(folder, "workspace");
  mkdirSync(workspace, { recursive: true });
  writeWorkspace(workspace, services);
  tell(`${services} services: veltrix build`);
  const builds = measureBuilds(workspace, services, repeat);
  const stages = measureStages(workspace);
  const peers = join(folder, "peers");
  const ids = preparePeers(workspace, peers);
  tell(`${services} services: tuned peer`);
  const tuned = measureTuned(peers, repeat);
  tell(`${services} services: glued peer`);
  const glued = scaleUp(services, smaller, (result) => result.glued) ?? measureGlued(peers, repeat);
  const kustomize = kubectl === undefined ? undefined : estimateKustomize(kubectl, { peers, ids, atMost: kustomizeServices, tell });
  rmSync(folder, { recursive: true });
  return { services, builds, stages, tuned, glued, ...(kustomize === undefined ? {} : { kustomize }) };
}

/** The figure of the largest smaller size, scaled, where measuring would take too long. */
function scaleUp(services: number, smaller: readonly SizeResult[], read: (result: SizeResult) => Usage): Estimate | undefined {
  const from = smaller.at(-1);
  if (services <= SCALE_FROM || from === undefined) return undefined;
  const { cpuSeconds, peakBytes } = read(from);
  const scaled = (cpuSeconds * services) / from.services;
  // The peak of a larger run is not known: that of the smaller one is the least it can be.
  return scaled > LONGEST_SECONDS ? { cpuSeconds: scaled, peakBytes, scaledFrom: from.services } : undefined;
}

interface Kustomize {
  readonly peers: string;
  readonly ids: readonly string[];
  readonly atMost: number;
  readonly tell: (line: string) => void;
}

/** Each service is its own processes, so their cost is the same whatever their number. */
function estimateKustomize(kubectl: string, { peers, ids, atMost, tell }: Kustomize): Estimate {
  const measured = ids.slice(0, atMost);
  tell(`${ids.length} services: kubectl kustomize${measured.length < ids.length ? `, measured with ${measured.length}` : ""}`);
  const cpuSeconds = (measureKustomize(kubectl, peers, measured) * ids.length) / measured.length;
  return { cpuSeconds, peakBytes: 0, ...(measured.length < ids.length ? { scaledFrom: measured.length } : {}) };
}
