// Every command: a file of `commands/`, and a line here. A check names a file without a line.
import { build } from "./commands/build.ts";
import { diff } from "./commands/diff.ts";
import { doctor } from "./commands/doctor.ts";
import { drift } from "./commands/drift.ts";
import { driftManifests } from "./commands/drift-manifests.ts";
import { driftMount } from "./commands/drift-mount.ts";
import { driftWatch } from "./commands/drift-watch.ts";
import { editor } from "./commands/editor.ts";
import { explain } from "./commands/explain.ts";
import { exportFiles } from "./commands/export.ts";
import { graph } from "./commands/graph.ts";
import { init } from "./commands/init.ts";
import { parity } from "./commands/parity.ts";
import { patch } from "./commands/patch.ts";
import { prune } from "./commands/prune.ts";
import { run } from "./commands/run.ts";
import { why } from "./commands/why.ts";
import { type Registered, register } from "./registered.ts";

/** In the order of `veltrix --help`; a subcommand after the command that it belongs to. */
export const commands: readonly Registered[] = [
  register(init),
  register(build),
  register(why),
  register(explain),
  register(run),
  register(exportFiles),
  register(drift),
  register(driftWatch),
  register(driftManifests),
  register(driftMount),
  register(diff),
  register(parity),
  register(patch),
  register(prune),
  register(graph),
  register(editor),
  register(doctor),
];
