// One server process: started under the guard, its output in a file, stopped for certain.
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const GUARD = fileURLToPath(new URL("../guard.mjs", import.meta.url));

/** What to run, and where its output goes. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly logFile: string;
}

/** A running server. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #command: ServerCommand;
  readonly #ended: Promise<void>;
  #hasEnded = false;

  constructor(command: ServerCommand) {
    this.#command = command;
    const log = openSync(command.logFile, "a");
    this.#child = spawn(process.execPath, [GUARD, command.program, ...command.args], { stdio: ["pipe", log, log] });
    closeSync(log);
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        resolve();
      };
      this.#child.once("exit", end);
      this.#child.once("error", end);
    });
  }

  /** Waits until `isReady` says so; fails with the end of the log when the server ends first or `seconds` are over. */
  async waitUntil(isReady: () => Promise<boolean>, seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await isReady())) {
      if (this.#hasEnded || Date.now() > deadline) {
        const log = readFileSync(this.#command.logFile, "utf8").split("\n").slice(-25).join("\n");
        throw new Error(`${this.#command.program} ${this.#hasEnded ? "ended" : `was not ready after ${seconds} s`}:\n${log}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Kills it, and returns when it is gone. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }
}

/** Below the ports that systems give to outgoing connections: none of those takes one while a server is away. */
const PORTS = { first: 20_000, last: 32_000 };

/** A loopback port that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(PORTS.first, PORTS.last);
    try {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
      await new Promise((resolve) => server.close(resolve));
      return port;
    } catch (error) {
      if (tries === 50) throw error;
    }
  }
}
