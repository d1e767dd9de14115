// What the command line of `veltrix prune` says: place, rollback window, and instances outside of the cluster.
import { resolve } from "node:path";
import { type HoldingInstance, readInstances, type RollbackWindow } from "@veltrix/analysis/prune";
import { MAX_STREAM_BYTES, type Model } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { type JsonValue, parseUnit } from "@veltrix/protocol";
import { readNamedFile } from "../disk.ts";
import type { Io } from "../io.ts";
import { problemsOf, selectDelivered, type Selection } from "../select.ts";
import { usageProblem } from "../usage.ts";

/** The arguments as they are written. */
export interface PruneArguments {
  readonly env: string;
  readonly service?: string;
  readonly "keep-for"?: string;
  readonly "keep-count"?: string;
  readonly instances?: string;
}

/** What they mean. */
export interface PruneRequest {
  readonly namespace: string;
  readonly window: RollbackWindow;
  readonly instances: readonly HoldingInstance[];
}

/** Understands the arguments, or says everything that is wrong with them. */
export function understand(model: Model, args: PruneArguments, io: Io): Selection<PruneRequest> {
  const diagnostics: Diagnostic[] = [];
  const environment = selectDelivered(model, args.env);
  diagnostics.push(...problemsOf(environment));
  const window = readWindow(args);
  if (typeof window === "string") diagnostics.push(usageProblem(window));
  const instances = args.instances === undefined ? [] : instancesIn(args.instances, args.env, io);
  if (!Array.isArray(instances)) diagnostics.push(instances as Diagnostic);
  if (diagnostics.length > 0 || environment.kind === "unknown" || typeof window === "string") return { kind: "unknown", diagnostics };
  // Without a diagnostic they are a list.
  return { kind: "found", found: { namespace: environment.found.namespace, window, instances: instances as readonly HoldingInstance[] } };
}

/** The window, or what is wrong with it. None is assumed: only the team knows how far back it must be able to go. */
function readWindow({ "keep-for": duration, "keep-count": count }: PruneArguments): RollbackWindow | string {
  if (duration === undefined && count === undefined)
    return "say how far back a rollback must be possible: --keep-for 720h, --keep-count 5, or both";
  const keepFor = duration === undefined ? undefined : parseUnit("duration", duration);
  if (duration !== undefined && keepFor === undefined) return `--keep-for takes a duration such as 720h, not \`${duration}\``;
  if (count !== undefined && !/^[0-9]{1,6}$/.test(count)) return `--keep-count takes a number, not \`${count}\``;
  return { ...(keepFor === undefined ? {} : { keepFor }), ...(count === undefined ? {} : { keepCount: Number(count) }) };
}

function instancesIn(file: string, environment: string, io: Io): readonly HoldingInstance[] | Diagnostic {
  const refuse = (detail: string): Diagnostic => report("VX7011", { file, detail }, { at: { file } });
  const found = readNamedFile(resolve(io.cwd, file), MAX_STREAM_BYTES);
  if (found.kind !== "bytes") return refuse(`cannot be read: ${found.kind === "missing" ? "it is not there" : found.reason}`);
  let value: JsonValue;
  try {
    // The form is checked just below.
    value = JSON.parse(Buffer.from(found.bytes).toString("utf8")) as JsonValue;
  } catch {
    return refuse("is not JSON");
  }
  const read = readInstances(value, environment);
  return read.kind === "instances" ? read.instances : refuse(read.detail);
}
