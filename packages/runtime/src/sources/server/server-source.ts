// Source `server`: releases of the config service, and what stands in for them while it cannot answer. An
// answer that is wrong is refused, never worked around: only silence opens the way to what is on disk.
import {
  compareReleases,
  type ConfigProblem,
  formatReleaseId,
  type ReleaseFile,
  type ReleaseId,
  SERVER_DEADLINE_MS,
} from "@veltrix/protocol";
import type { Clock } from "../../machine/clock.ts";
import type { ServiceDefinition } from "../../contract/definition.ts";
import { inspectProof } from "../../drift/inspect-proof.ts";
import { Backoff, STREAM_BASE_MS } from "../../machine/backoff.ts";
import { ConfigServiceClient, TokenError } from "./client.ts";
import { readRelease, refused } from "./read-release.ts";
import { nameInstance, Reporter } from "./reporter.ts";
import type { Answer } from "./request.ts";
import { readLastFloor, readSaved, save, type Saved, type StateOptions } from "./saved-release.ts";
import { ReleaseFloor } from "./release-floor.ts";
import { ReleaseStream } from "./release-stream.ts";
import { createDirSource } from "../dir/dir-source.ts";
import type { DeliveryOutcome, Fallback, Observer, Source, SourceReading, Watcher } from "../source.ts";

/** What the process environment says of a config service, checked already. */
export interface ServerOptions {
  readonly definition: ServiceDefinition;
  readonly environment: string;
  readonly server: URL;
  readonly tokenFile?: string;
  readonly stateDir?: string;
  /** Folder of the release that was deployed with the process. */
  readonly configDir?: string;
  /** Milliseconds that the whole start may take. */
  readonly timeout: number;
  readonly clock: Clock;
}

const POLL_INTERVAL_MS = 300_000;
const REQUEST_MS = 10_000;
/** How long a start waits for the service when there is something to start from without it. */
const PATIENCE_MS = 1_500;
const NO_RELEASE = new Uint8Array();

/** Source `server` over a config service. */
export function createServerSource(options: ServerOptions): Source {
  const source = new ServerSource(options);
  return {
    label: source.client.label,
    pollInterval: POLL_INTERVAL_MS,
    rolloutDeadline: SERVER_DEADLINE_MS,
    patience: [],
    // A service says so itself.
    mayHaveMissed: false,
    read: () => source.read(),
    fallbacks: () => source.fallbacks(),
    watch: (observer) => source.watch(observer),
    settled: (outcome) => source.settled(outcome),
  };
}

/** Names of what can be wrong, by the status of an answer. */
const hints: { readonly [status: number]: string } = {
  401: "give this process a token that the config service knows, in VELTRIX_TOKEN_FILE",
  403: "give the token in VELTRIX_TOKEN_FILE the right to read this service in this environment",
  404: "publish a release of this service for this environment, or correct VELTRIX_SERVER",
};

class ServerSource {
  readonly client: ConfigServiceClient;
  readonly #options: ServerOptions;
  readonly #closing = new AbortController();
  readonly #reporter: Reporter;
  #isStarting = true;
  #saved: Saved | undefined;
  #deployed: Fallback | undefined;
  readonly #floor: ReleaseFloor;
  /** The last good answer, for a 304 to point to. */
  #last: (SourceReading & { readonly kind: "delivered" }) | undefined;
  #release: ReleaseFile | undefined;
  /** A release was announced: it may have the values of the one before, and then a 304 would hide it. */
  #isAnnounced = false;
  #saving: Promise<ConfigProblem | undefined> = Promise.resolve(undefined);

  constructor(options: ServerOptions) {
    this.#options = options;
    const { server, definition, environment, tokenFile, clock } = options;
    this.client = new ConfigServiceClient({
      server,
      service: definition.service,
      environment,
      ...(tokenFile === undefined ? {} : { tokenFile }),
    });
    this.#floor = new ReleaseFloor(this.client.label);
    this.#reporter = new Reporter({ client: this.client, clock, backoff: new Backoff(clock, STREAM_BASE_MS), instance: nameInstance() });
  }

  async read(): Promise<SourceReading> {
    if (this.#isStarting) {
      this.#isStarting = false;
      return this.#readAtStart();
    }
    const root = this.#isAnnounced ? undefined : this.#last?.delivery.proof?.hashes.root;
    const reading = await this.#ask(root, REQUEST_MS);
    if (reading.kind !== "unavailable") this.#isAnnounced = false;
    return reading;
  }

  /** Asks until there is an answer, for as long as the start can spare. */
  async #readAtStart(): Promise<SourceReading> {
    const { clock, timeout } = this.#options;
    const started = clock.now();
    await this.#prepare();
    const hasFallback = this.#saved?.kind === "saved" || this.#deployed?.reading.kind === "delivered";
    // Some of the time is for what comes after: reading secrets, checking, and a clear refusal.
    const budget = hasFallback ? Math.min(PATIENCE_MS, timeout / 2) : timeout * 0.9;
    const backoff = new Backoff(clock);
    for (;;) {
      const left = budget - (clock.now() - started);
      const reading = await this.#ask(undefined, Math.max(1, left));
      if (reading.kind !== "unavailable") return reading;
      const pause = backoff.next(reading.retryAfterMs);
      if (clock.now() - started + pause >= budget) return reading;
      await new Promise<void>((resolve) => void clock.after(pause, resolve));
    }
  }

  /** Looks at what is on disk before asking: how long a start may wait depends on it. */
  async #prepare(): Promise<void> {
    const { configDir, definition, environment } = this.#options;
    const state = this.#state;
    if (configDir !== undefined) {
      const reading = await createDirSource({ dir: configDir, service: definition.service, environment }).read();
      this.#deployed = { from: "deployment", label: configDir, reading: refuseUnproven(reading, configDir) };
    }
    if (state === undefined) return;
    this.#saved = await readSaved(state);
    const floor = await readLastFloor(state);
    this.#floor.beginAt([floor, this.#saved.kind === "saved" ? this.#saved.release : undefined]);
  }

  get #state(): StateOptions | undefined {
    const { stateDir, definition, environment } = this.#options;
    return stateDir === undefined ? undefined : { dir: stateDir, service: definition.service, environment };
  }

  /**
   * The last-known-good release first, unless another release was deployed since it was saved: then that one is
   * newer.
   */
  async fallbacks(): Promise<readonly Fallback[]> {
    const saved = this.#saved === undefined ? undefined : fallbackOf(this.#saved);
    const isOlder = this.#saved?.kind === "saved" && this.#deployedRoot !== undefined && this.#saved.deployedRoot !== this.#deployedRoot;
    const ordered = isOlder ? [this.#deployed, saved] : [saved, this.#deployed];
    return ordered.filter((fallback) => fallback !== undefined);
  }

  get #deployedRoot(): string | undefined {
    const reading = this.#deployed?.reading;
    return reading?.kind === "delivered" ? reading.delivery.proof?.hashes.root : undefined;
  }

  async #ask(root: string | undefined, deadlineMs: number): Promise<SourceReading> {
    try {
      return this.#interpret(await this.client.release(root, { deadlineMs, signal: this.#closing.signal }), root);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const hint = "mount the token there, or correct VELTRIX_TOKEN_FILE";
      const problem: ConfigProblem = { code: "VX5002", pointer: "", message: error.message, hint, source: error.path };
      return { kind: "refused", problems: [problem], contents: [Buffer.from(error.message)] };
    }
  }

  #interpret(answer: Answer, root: string | undefined): SourceReading {
    const { label } = this.client;
    switch (answer.kind) {
      case "unavailable": {
        const message = `the config service cannot answer: ${answer.reason}`;
        const hint = "look at the config service, and at the network between it and this process";
        const wish = answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs };
        return { kind: "unavailable", problems: [{ code: "VX5016", pointer: "", message, hint, source: label }], ...wish };
      }
      case "oversized":
        return refuseReading("oversized", refused("is larger than 1 MiB", { label }));
      case "answer":
        break;
    }
    const { status, headers, body } = answer;
    if (status === 304 && root !== undefined && this.#last !== undefined) return this.#last;
    if (status !== 200) return refuseReading(`${status}`, this.#describeStatus(status));
    return this.#take(body, headers.etag);
  }

  #describeStatus(status: number): ConfigProblem {
    const { label } = this.client;
    const isRedirect = status >= 300 && status < 400 && status !== 304;
    const hint = isRedirect ? "set VELTRIX_SERVER to where the config service really is" : hints[status];
    return refused(`came with the status ${status}${isRedirect ? ", and redirects are not followed" : ""}`, { label }, hint);
  }

  #take(body: Uint8Array, etag: string | undefined): SourceReading {
    const { definition, environment } = this.#options;
    const { label } = this.client;
    const read = readRelease(body, { service: definition.service, environment, label });
    if (read.kind === "refused") return { kind: "refused", problems: read.problems, contents: [body] };
    const { release, delivery } = read;
    const { root } = release.hashes;
    const tag = etag?.replace(/^W\//, "");
    if (tag !== undefined && tag !== `"${root}"`)
      return refuseReading(body, refused(`has the fingerprint ${root} and the ETag ${tag.slice(0, 100)}`, { label }));
    const older = this.#floor.findOlder(release);
    if (older !== undefined) return refuseReading(body, older);
    this.#floor.raise(release);
    this.#release = release;
    const contents = [Buffer.from(formatReleaseId(release)), Buffer.from(release.config), Buffer.from(JSON.stringify(release.hashes))];
    this.#last = { kind: "delivered", delivery, contents };
    return this.#last;
  }

  watch(observer: Observer): Watcher {
    const { clock } = this.#options;
    // What the service itself said. What stood in for it is not known to be current.
    const known = (): ReleaseId | undefined => this.#last?.delivery.published;
    const changed = (): void => {
      this.#isAnnounced = true;
      observer.changed();
    };
    const backoff = new Backoff(clock, STREAM_BASE_MS);
    const stream = new ReleaseStream({ client: this.client, clock, backoff, observer: { ...observer, changed }, known });
    return {
      renew: () => stream.renew(),
      close: async () => {
        stream.close();
        this.#reporter.close();
        this.#closing.abort();
        await this.#saving;
      },
    };
  }

  async settled(outcome: DeliveryOutcome): Promise<ConfigProblem | undefined> {
    const { published } = outcome.delivery;
    if (published === undefined) return undefined;
    const { contract, contractVersion } = this.#options.definition;
    const { result, root } = outcome;
    const causes = causesOf(outcome).slice(0, 20);
    this.#reporter.report({ format: 1, result, ...published, root, contract, contractVersion, causes });
    const release = this.#release;
    if (result !== "accepted" || release === undefined || compareReleases(release, published) !== 0) return undefined;
    this.#saving = this.#saving.then(() => this.#save(release));
    return this.#saving;
  }

  async #save(release: ReleaseFile): Promise<ConfigProblem | undefined> {
    const state = this.#state;
    if (state === undefined) return undefined;
    try {
      await save(state, release, this.#deployedRoot);
      return undefined;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "an error";
      const message = `the last-known-good release cannot be saved: ${code}`;
      const hint = "give this process a folder it may write to in VELTRIX_STATE_DIR";
      return { code: "VX5018", pointer: "", message, hint, source: state.dir };
    }
  }
}

function refuseReading(contents: string | Uint8Array, problem: ConfigProblem): SourceReading {
  return { kind: "refused", problems: [problem], contents: [typeof contents === "string" ? Buffer.from(contents) : contents] };
}

function fallbackOf(saved: Saved): Fallback | undefined {
  if (saved.kind === "none") return undefined;
  const reading: SourceReading =
    saved.kind === "saved"
      ? { kind: "delivered", delivery: saved.delivery, contents: [NO_RELEASE] }
      : { kind: "refused", problems: [saved.problem], contents: [] };
  return { from: "last-known-good", label: saved.path, reading };
}

/** What stands in for a release must be what was built: an edit that policy would only report is refused here. */
function refuseUnproven(reading: SourceReading, dir: string): SourceReading {
  if (reading.kind !== "delivered" || reading.delivery.proof === undefined) return reading;
  const { value, proof } = reading.delivery;
  const { findings } = inspectProof({ ...proof, value, known: [], hidden: [] });
  if (findings.length === 0) return reading;
  const keys = findings.map(({ pointer }) => pointer).join(", ");
  const problem: ConfigProblem = {
    code: "VX5010",
    pointer: findings[0]?.pointer ?? "",
    message: `the deploy-time release is not used: config.json does not match the veltrix.json beside it (${keys})`,
    hint: "deploy what `veltrix build` wrote",
    source: dir,
  };
  return { kind: "refused", problems: [problem], contents: reading.contents };
}

function causesOf(outcome: DeliveryOutcome): readonly { readonly pointer: string; readonly rule: string }[] {
  switch (outcome.result) {
    case "accepted":
      return [];
    case "kept":
      return outcome.keys.map((pointer) => ({ pointer, rule: "x-reload" }));
    case "rejected":
      return outcome.problems.map(({ pointer, rule, code }) => ({ pointer, rule: rule ?? code }));
  }
}
