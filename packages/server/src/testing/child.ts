// Processes that use a store and are killed: their source is bundled now, so that no stale build is tested.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));

/** Bundles `src/testing/<name>.ts` beside the package's dependencies; returns the path to run. */
export async function bundleChild(name: string): Promise<string> {
  const folder = join(PACKAGE, "node_modules/.veltrix");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [join(PACKAGE, "src/testing", `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "silent",
  });
  return outfile;
}

/** A running child, and the whole lines that it printed. */
export class Child {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #out = "";
  #error = "";

  constructor(path: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout?.on("data", (bytes) => (this.#out += String(bytes)));
    this.#child.stderr?.on("data", (bytes) => (this.#error += String(bytes)));
    this.#gone = new Promise((resolve) => this.#child.once("close", () => resolve()));
  }

  get lines(): readonly string[] {
    return this.#out.split("\n").slice(0, -1);
  }

  get error(): string {
    return this.#error;
  }

  /** Waits for so many lines; fails with what the child said when it ends before. */
  async waitForLines(count: number): Promise<void> {
    let isGone = false;
    void this.#gone.then(() => (isGone = true));
    while (this.lines.length < count) {
      if (isGone) throw new Error(`the child ended after ${this.lines.length} lines: ${this.#error}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<number | null> {
    await this.#gone;
    return this.#child.exitCode;
  }

  /** SIGKILL, and waits until it is gone and all that it printed is read. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }
}
