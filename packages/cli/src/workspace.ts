// The workspace that a command works in: the nearest folder upward that holds schemas/veltrix.yaml.
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Context, Outcome } from "./command.ts";

const SETTINGS_FILE = "schemas/veltrix.yaml";

/** What a command in a workspace is given. */
export interface WorkspaceContext extends Context {
  /** Absolute path of the workspace. */
  readonly root: string;
}

/** The workspace's folder; undefined when there is none. With `--workspace` no other folder is looked at. */
export function findWorkspace({ io, workspace }: Context): string | undefined {
  if (workspace !== undefined) {
    const named = resolve(io.cwd, workspace);
    return isWorkspace(named) ? named : undefined;
  }
  for (let folder = resolve(io.cwd); ; folder = dirname(folder)) {
    if (isWorkspace(folder)) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

function isWorkspace(folder: string): boolean {
  return statSync(join(folder, SETTINGS_FILE), { throwIfNoEntry: false })?.isFile() === true;
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
