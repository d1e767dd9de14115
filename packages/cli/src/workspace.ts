// The workspace that a command works in: the nearest folder upward that holds schemas/veltrix.yaml.
import { dirname, join, resolve } from "node:path";
import type { Context, Outcome } from "./command.ts";
import { isThere } from "./disk.ts";

const SETTINGS_FILE = "schemas/veltrix.yaml";

/** What a command in a workspace is given. */
export interface WorkspaceContext extends Context {
  /** Absolute path of the workspace. */
  readonly root: string;
}

/** The workspace's folder; undefined when there is none. With `--workspace` no other folder is looked at. */
export function findWorkspace({ io, workspace }: Context): string | undefined {
  return findUpward({ from: io.cwd, named: workspace, marker: SETTINGS_FILE });
}

/** What to look for, and where. */
export interface Search {
  readonly from: string;
  /** The only folder to look at, relative to `from`. */
  readonly named: string | undefined;
  /** A file inside the folder. */
  readonly marker: string;
}

/** The nearest folder upward that holds the marker. */
export function findUpward({ from, named, marker }: Search): string | undefined {
  const holds = (folder: string): boolean => isThere(join(folder, marker));
  if (named !== undefined) return holds(resolve(from, named)) ? resolve(from, named) : undefined;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (holds(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** A handler that only runs inside a workspace; VX7001 elsewhere. */
export function inWorkspace<Args>(
  handler: (args: Args, context: WorkspaceContext) => Outcome | Promise<Outcome>,
): (args: Args, context: Context) => Promise<Outcome> {
  return async (args, context) => {
    const root = findWorkspace(context);
    if (root !== undefined) return handler(args, { ...context, root });
    return refuseWorkspace(context);
  };
}

/** VX7001. */
export async function refuseWorkspace({ io, workspace }: Context): Promise<Outcome> {
  const { report } = await import("@veltrix/diagnostics");
  return { diagnostics: [report("VX7001", { from: resolve(io.cwd, workspace ?? ".") }, { at: { file: SETTINGS_FILE } })] };
}
