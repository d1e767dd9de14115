// `veltrix patch` with a text as its stdin.
import { temporaryWorkspace, workloads } from "@veltrix/testkit";
import { type MainResult, runMain } from "./run-main.ts";

/** `veltrix patch` with `text` as its stdin. */
export function patch(
  text: string | Uint8Array,
  args: readonly string[] = ["--env", "prod"],
  workspace: { readonly root: string } = temporaryWorkspace(workloads),
): Promise<MainResult> {
  return runMain(["patch", ...args], { cwd: workspace.root, stdin: Buffer.from(text) });
}
