// The whole command in this process, on source, with everything that it prints.
import { main } from "../main.ts";

export interface MainOptions {
  readonly cwd: string;
  readonly env?: { readonly [name: string]: string };
  readonly isTerminal?: boolean;
  /** Left out: there is none. */
  readonly stdin?: Uint8Array;
}

/** What a command printed, and its exit code. */
export interface MainResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `veltrix` with `args`. */
export async function runMain(args: readonly string[], { cwd, env = {}, isTerminal = false, stdin }: MainOptions): Promise<MainResult> {
  let stdout = "";
  let stderr = "";
  const io = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
    cwd,
    env,
    isTerminal,
    ...(stdin === undefined ? {} : { stdin: () => Promise.resolve(stdin) }),
  };
  const code = await main(args, io);
  return { code, stdout, stderr };
}
