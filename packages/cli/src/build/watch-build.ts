// veltrix build --watch: builds, and builds again whenever something that the last build has read is changed.
import { join } from "node:path";
import type { Emitter } from "@veltrix/compiler";
import { RecordingHost } from "@veltrix/compiler/incremental";
import { hasErrors, reportJson, visible } from "@veltrix/diagnostics";
import type { Outcome } from "../command.ts";
import { watchFolder } from "../disk.ts";
import { printOutcome } from "../reporters.ts";
import { untilStopped } from "../until-stopped.ts";
import type { WorkspaceContext } from "../workspace.ts";
import { buildOnce } from "./build-once.ts";

/** Milliseconds of quiet before a build: a save is several events, and a half-written file is nobody's error. */
const QUIET_MS = 10;
/** A folder may be gone from the kernel's sight (network mounts, containers): everything is looked at this often. */
const LOOK_MS = 2000;

/** Builds until it is stopped. With `--format json` each build is one document on one line. */
export async function watchBuild(context: WorkspaceContext, emitters: readonly Emitter[]): Promise<Outcome> {
  return untilStopped(context.io, async (signal) => {
    let isFirst = true;
    let hadErrors = false;
    while (!signal.aborted) {
      const host = new RecordingHost(context.root);
      const { result, outcome } = await buildOnce(host, { io: context.io, emitters, check: false });
      if (result.model !== undefined) host.forget(result.model.settings.outputs.folder);
      const hasSome = hasErrors(result.diagnostics);
      const isNews = isFirst || hadErrors || hasSome || result.written.length + result.removed.length > 0;
      if (isNews) print(context, outcome);
      const changes = new Changes(context.root, host);
      if (isFirst) context.io.stderr("veltrix: watching everything this build has read; stop with Ctrl-C\n");
      if (isNews && changes.fault !== undefined) context.io.stderr(`veltrix: ${changes.fault}: polling every ${LOOK_MS / 1000} s\n`);
      [isFirst, hadErrors] = [false, hasSome];
      await changes.next(signal);
    }
    return { printed: true };
  });
}

function print({ io, format }: WorkspaceContext, outcome: Outcome): void {
  if (format !== "json") {
    printOutcome(io, "pretty", outcome);
    return;
  }
  const input = { diagnostics: outcome.diagnostics ?? [], readText: outcome.readText ?? ((): undefined => undefined) };
  // Escapes stay what they are: JSON.stringify would put raw control characters of C1 in their place.
  io.stdout(`${reportJson(input, outcome.summary).replaceAll(/\n\s*/g, "")}\n`);
}

/** Waits for the first change of what a host has read since it read it. */
class Changes {
  readonly #host: RecordingHost;
  readonly #watchers: { readonly close: () => void }[] = [];
  readonly #wake: () => void;
  readonly #woken: Promise<void>;
  #quiet: NodeJS.Timeout | undefined;
  /** Why some folder cannot be watched; undefined when all are. */
  readonly fault: string | undefined;

  constructor(root: string, host: RecordingHost) {
    this.#host = host;
    ({ promise: this.#woken, resolve: this.#wake } = withResolvers());
    this.fault = this.#watchFolders(root);
  }

  async next(signal: AbortSignal): Promise<void> {
    const look = setInterval(() => this.#look(), LOOK_MS);
    signal.addEventListener("abort", this.#wake, { once: true });
    // What was changed between its reading and the start of the watch sends no event.
    this.#look();
    if (signal.aborted) this.#wake();
    await this.#woken;
    clearInterval(look);
    clearTimeout(this.#quiet);
    for (const watcher of this.#watchers) watcher.close();
    signal.removeEventListener("abort", this.#wake);
  }

  #watchFolders(root: string): string | undefined {
    for (const folder of this.#host.folders) {
      // A folder that is deleted while it is watched is a change like any other.
      const watcher = watchFolder(join(root, folder), () => this.#soon());
      if (typeof watcher === "string") return `the kernel does not watch ${visible(folder)} (${watcher})`;
      if (watcher !== undefined) this.#watchers.push(watcher);
    }
    return undefined;
  }

  #soon(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#look(), QUIET_MS);
  }

  #look(): void {
    if (this.#host.hasChanged()) this.#wake();
  }
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
