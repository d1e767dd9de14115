// The compiled command in a process of its own: for what only a real process shows.
import { spawn } from "node:child_process";
import { join } from "node:path";

const command = join(import.meta.dirname, "../../cli/bin/veltrix.js");

export interface CliOptions {
  readonly cwd: string;
  /** Beside PATH and NO_COLOR, which are always set. */
  readonly env?: { readonly [name: string]: string };
}

/** What a process printed, and how it ended. */
export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `veltrix` with `args` to its end. The CLI must be compiled. */
export function runCli(args: readonly string[], { cwd, env = {} }: CliOptions): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const variables = { PATH: process.env["PATH"], NO_COLOR: "1", ...env };
    const child = spawn(process.execPath, [command, ...args], { cwd, env: variables, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
