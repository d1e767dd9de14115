// A child process that this one stands in for: same terminal, same signals, same end.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { type Diagnostic, report } from "@veltrix/diagnostics";

export interface ChildOptions {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How it ended, or why it did not start. */
export type ChildEnd =
  | { readonly kind: "ended"; readonly code: number }
  | { readonly kind: "not-started"; readonly diagnostic: Diagnostic };

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/** Runs a program to its end. The code of one that a signal ended is 128 and the signal's number, as in a shell. */
export function runChild({ program, parameters, cwd, env }: ChildOptions): Promise<ChildEnd> {
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(program, parameters, { cwd, env, stdio: "inherit" });
    } catch (error) {
      resolve(notStarted(program, error));
      return;
    }
    const stopForwarding = forwardSignals(child);
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      stopForwarding();
      resolve(notStarted(program, error));
    });
    child.once("exit", (code, signal) => {
      stopForwarding();
      resolve({ kind: "ended", code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
}

function forwardSignals(child: ChildProcess): () => void {
  const listeners = FORWARDED.map((signal) => {
    const listener = (): void => {
      // A terminal sends Ctrl-C to the child as well: sent on, it would arrive twice and mean "at once".
      const isFromTerminal = process.stdin.isTTY && (signal === "SIGINT" || signal === "SIGQUIT");
      if (!isFromTerminal) child.kill(signal);
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) process.off(signal, listener);
  };
}

function notStarted(program: string, error: unknown): ChildEnd {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const detail =
    code === "ENOENT"
      ? "there is no such program"
      : code === "EACCES"
        ? "it may not be executed"
        : error instanceof Error
          ? error.message
          : String(error);
  return { kind: "not-started", diagnostic: report("VX7010", { command: program, detail }, { at: { file: "command line" } }) };
}
