// One service as a child process: its lines are kept, and can be waited for.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

// Longest wait for one line: a slow machine must not fail the demo.
const DEADLINE = 30_000;

/** A line that a process printed. */
export interface Line {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** A running service. */
export class Child {
  readonly name: string;
  readonly lines: Line[] = [];
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  #onChange: () => void = () => undefined;

  constructor(name: string, script: string, variables: NodeJS.ProcessEnv) {
    this.name = name;
    this.#process = spawn(process.execPath, [script], { env: variables, stdio: ["ignore", "pipe", "pipe"] });
    this.#exited = new Promise((resolve) => this.#process.once("close", (code) => resolve(code)));
    this.#process.once("close", () => this.#onChange());
    this.#collect("stdout");
    this.#collect("stderr");
  }

  /** Its process id; the same as long as it was not restarted. */
  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error(`${this.name} did not start`);
    return pid;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Resolves with the first line from `from` on that `wanted` accepts; rejects at the deadline, or when the process ends. */
  waitForLine(what: string, wanted: (line: Line) => boolean, from = 0): Promise<Line> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(() => reject(new Error(`${this.name}: not seen in ${DEADLINE} ms: ${what}`))), DEADLINE);
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#onChange = () => undefined;
        settle();
      };
      const look = (): void => {
        const line = this.lines.slice(from).find(wanted);
        if (line !== undefined) finish(() => resolve(line));
        else if (!this.isRunning) finish(() => reject(new Error(`${this.name} ended with ${this.#process.exitCode} before: ${what}`)));
      };
      this.#onChange = look;
      look();
    });
  }

  /** Asks the process to end, and gives its exit code. */
  async stop(): Promise<number | null> {
    this.#process.kill("SIGTERM");
    return this.#exited;
  }

  /** Ends the process without asking. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #collect(stream: Line["stream"]): void {
    const input = this.#process[stream];
    if (input === null) throw new Error("the streams are pipes");
    createInterface({ input }).on("line", (text) => {
      this.lines.push({ stream, text });
      this.#onChange();
    });
  }
}
