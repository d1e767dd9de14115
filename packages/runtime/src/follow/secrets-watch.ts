// Looks at the mounted secrets of a running process: whenever their folders change, and by and by. None of them blocks it.
import type { FSWatcher } from "node:fs";
import type { Instance, SecretFiles } from "../held/instance.ts";
import { fs } from "../machine/builtin.ts";
import { waitingIo } from "../mount/waiting-io.ts";
import type { SecretsLook } from "./rotation.ts";
import { SecretDigests } from "./secret-digests.ts";

const DEBOUNCE_MS = 50;
const INTERVAL_MS = 30_000;
/** A file that is not there or half written may be on its way. */
const PATIENCE_MS = 200;

/** Watches the folder of secrets until it is closed. Never keeps a process alive. */
export class SecretsWatch {
  readonly #instance: Instance<unknown>;
  readonly #files: SecretFiles;
  readonly #seen: (look: SecretsLook) => void;
  readonly #digests = new SecretDigests();
  readonly #held: ReadonlyMap<string, string>;
  #watchers: readonly FSWatcher[] = [];
  #cancel: () => void = () => {};
  #looking: Promise<void> | undefined;

  constructor(instance: Instance<unknown>, files: SecretFiles, seen: (look: SecretsLook) => void) {
    this.#instance = instance;
    this.#files = files;
    this.#seen = seen;
    this.#held = this.#digests.of(instance.input.rules.secrets);
    instance.atClose(() => this.#close());
  }

  /** Watches, and looks at what changed since the start. */
  async start(): Promise<void> {
    this.#renew();
    await this.look();
  }

  /** Looks now, after whatever look is under way. */
  async look(): Promise<void> {
    while (this.#looking !== undefined) await this.#looking;
    this.#looking = this.#lookOnce();
    await this.#looking;
  }

  async #lookOnce(): Promise<void> {
    try {
      let look = await this.#read();
      if (look.unusable.length > 0) {
        await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS).unref());
        look = await this.#read();
      }
      if (!this.#instance.isClosed) this.#seen(look);
    } finally {
      this.#looking = undefined;
      this.#renew();
      this.#lookIn(INTERVAL_MS);
    }
  }

  async #read(): Promise<SecretsLook> {
    const { secrets, faults } = await this.#files.read(waitingIo, this.#instance.state.held.delivery.secrets);
    const rotated: string[] = [];
    for (const [pointer, digest] of this.#digests.of(secrets)) {
      const held = this.#held.get(pointer);
      if (held !== undefined && held !== digest) rotated.push(pointer);
    }
    const unusable = faults
      .filter(({ pointer }) => this.#held.has(pointer))
      .map(({ pointer, kind }) => ({ pointer, kind: kind === "unreadable-file" ? ("missing" as const) : ("changed" as const) }));
    return { rotated, unusable };
  }

  #lookIn(delay: number): void {
    this.#cancel();
    if (!this.#instance.isClosed) this.#cancel = this.#instance.clock.after(delay, () => void this.look().catch(() => undefined));
  }

  /** The folder of all of them, and that of each: which of the two is published by a swap is the mount's affair. */
  #renew(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = this.#instance.isClosed
      ? []
      : this.#files.folders(this.#instance.state.held.delivery.secrets).flatMap((folder) => this.#watch(folder));
  }

  #watch(folder: string): readonly FSWatcher[] {
    try {
      const watcher = fs.watch(folder, { persistent: false }, () => this.#lookIn(DEBOUNCE_MS));
      return [watcher.on("error", () => undefined)];
    } catch {
      // No such folder, or no watch to be had: it is looked at by and by all the same.
      return [];
    }
  }

  #close(): void {
    this.#cancel();
    for (const watcher of this.#watchers) watcher.close();
  }
}
