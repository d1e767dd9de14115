// A copy of this repository to break and build: hard links for what nobody writes, real copies of what a test edits.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this repository. */
export const repository: string = fileURLToPath(new URL("../../../", import.meta.url));

/** Where turbo keeps what it has built. */
const CACHE = ".turbo/cache";

/** How a command ended. */
export interface ProcessResult {
  readonly code: number | null;
  /** stdout and stderr, one after the other, without colours. */
  readonly text: string;
}

/** A copy of the repository in a temporary folder. */
export class Clone {
  readonly root: string;

  constructor() {
    this.root = mkdtempSync(join(tmpdir(), "veltrix-clone-"));
    const files = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
      cwd: repository,
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    for (const path of files.stdout.split("\0").filter((name) => name !== "")) this.#copy(path);
    for (const folder of this.#nodeModules()) this.#link(folder);
    // Newer than the lock file just copied, so that nothing is installed again. A copy of its own: links are shared.
    this.write("node_modules/.modules.yaml", this.read("node_modules/.modules.yaml"));
    // What turbo has built of this very tree need not be built again. New results go into the copy alone.
    if (existsSync(join(repository, CACHE))) this.#link(CACHE);
    // turbo asks git what an input is.
    for (const args of [
      ["init", "--quiet"],
      ["add", "--all"],
      ["-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "copy"],
    ]) {
      const git = this.run("git", args);
      if (git.code !== 0) throw new Error(`git ${args.join(" ")}: ${git.text}`);
    }
  }

  #copy(path: string): void {
    try {
      cpSync(join(repository, path), join(this.root, path), { verbatimSymlinks: true });
    } catch (error) {
      // A file that git still lists and the working tree no longer has.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }

  #link(path: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    const linked = spawnSync("cp", ["-al", join(repository, path), join(this.root, path)]);
    if (linked.status !== 0) cpSync(join(repository, path), join(this.root, path), { recursive: true, verbatimSymlinks: true });
  }

  #nodeModules(): readonly string[] {
    const found = spawnSync("find", [".", "-name", "node_modules", "-prune"], { cwd: repository, encoding: "utf8" });
    return found.stdout.split("\n").filter((path) => path !== "");
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  /** Replaces a file; a hard link is cut first, so the repository itself is never written. */
  write(path: string, text: string): void {
    rmSync(join(this.root, path), { force: true });
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Changes a file, runs `during`, and puts the file back. */
  async withEdit<Result>(path: string, edit: (text: string) => string, during: () => Result | Promise<Result>): Promise<Result> {
    const before = this.read(path);
    const after = edit(before);
    if (after === before) throw new Error(`the edit of ${path} changed nothing`);
    this.write(path, after);
    try {
      return await during();
    } finally {
      this.write(path, before);
    }
  }

  remove(path: string): void {
    unlinkSync(join(this.root, path));
  }

  /** Runs a command of the copy. */
  run(command: string, args: readonly string[]): ProcessResult {
    const environment = { ...process.env, NO_COLOR: "1", CI: "true", TURBO_TELEMETRY_DISABLED: "1", FORCE_COLOR: "0" };
    const result = spawnSync(command, args, { cwd: this.root, env: environment, encoding: "utf8", maxBuffer: 1e8 });
    if (result.error !== undefined) throw result.error;
    return { code: result.status, text: result.stdout + result.stderr };
  }

  /** `npm run <script>`. */
  npm(script: string): ProcessResult {
    return this.run("npm", ["run", script]);
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
