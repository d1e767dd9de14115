// The event stream of the config service: connects, resumes by release, comes back after a pause that is
// its own. It brings no values: it says when to look.
import type { ClientRequest, IncomingMessage } from "node:http";
import { compareReleases, isJsonObject, type ReleaseId } from "@veltrix/protocol";
import type { Clock } from "../../machine/clock.ts";
import type { Observer, Watcher } from "../source.ts";
import { parseStrict } from "@veltrix/protocol/strict-json";
import { type Backoff, MAX_WISH_MS } from "../../machine/backoff.ts";
import type { ConfigServiceClient } from "./client.ts";
import { EventParser, type StreamItem } from "./event-parser.ts";
import { wishOf } from "./request.ts";

/** The service sends something at least every 15 s; three times that is a dead connection. */
const SILENCE_MS = 45_000;
const CONNECT_MS = 10_000;
/** So much may come in so long a time: a thousand events. What sends more is no config service, or a broken one. */
const FLOOD_BYTES = 262_144;
const FLOOD_MS = 10_000;

/** What a stream needs. */
export interface StreamOptions {
  readonly client: Pick<ConfigServiceClient, "watch">;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly observer: Observer;
  /** The newest release that was read. */
  known(): ReleaseId | undefined;
}

/** One watch over many connections. Its timers and sockets keep no process alive. */
export class ReleaseStream implements Watcher {
  readonly #options: StreamOptions;
  #request: ClientRequest | undefined;
  #cancel: () => void = () => {};
  #wish = 0;
  #isOpen = false;
  #isClosed = false;
  /** Number of the connection, so that a late event of an old one is not taken for one of this. */
  #turn = 0;
  #startsOver = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    void this.#connect();
  }

  /** A stream notices by itself when it must connect again. */
  renew(): void {}

  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #drop(): void {
    this.#turn++;
    this.#isOpen = false;
    this.#cancel();
    this.#request?.destroy();
    this.#request = undefined;
  }

  async #connect(): Promise<void> {
    const turn = ++this.#turn;
    const isCurrent = (): boolean => turn === this.#turn && !this.#isClosed;
    this.#expect(CONNECT_MS, turn);
    try {
      const known = this.#startsOver ? undefined : this.#options.known();
      const request = await this.#options.client.watch(known, {
        response: (response) => (isCurrent() ? this.#open(response, turn) : response.destroy()),
        failure: () => this.#fail(turn),
      });
      if (isCurrent()) this.#request = request;
      else request.destroy();
    } catch {
      this.#fail(turn);
    }
  }

  /** Something must come within so many milliseconds. */
  #expect(milliseconds: number, turn: number): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(milliseconds, () => this.#fail(turn));
  }

  #fail(turn: number, wish = 0): void {
    if (turn !== this.#turn || this.#isClosed) return;
    this.#drop();
    this.#options.observer.lost();
    const pause = this.#options.backoff.next(Math.max(wish, this.#wish));
    this.#wish = 0;
    this.#cancel = this.#options.clock.after(pause, () => void this.#connect());
  }

  #open(response: IncomingMessage, turn: number): void {
    response.on("error", () => this.#fail(turn));
    const isStream = response.statusCode === 200 && (response.headers["content-type"] ?? "").startsWith("text/event-stream");
    if (!isStream) {
      // Gone: what was known is too old to resume from.
      if (response.statusCode === 410) {
        this.#startsOver = true;
        this.#options.observer.changed();
      }
      return this.#fail(turn, wishOf(response.headers).retryAfterMs ?? 0);
    }
    this.#isOpen = true;
    this.#startsOver = false;
    this.#options.backoff.succeeded();
    this.#expect(SILENCE_MS, turn);
    this.#options.observer.alive();
    const parser = new EventParser();
    const isFlooded = this.#countBytes();
    response.on("data", (chunk: Uint8Array) => {
      if (turn !== this.#turn) return;
      if (isFlooded(chunk.length)) return this.#fail(turn);
      this.#expect(SILENCE_MS, turn);
      try {
        this.#takeAll(parser.push(chunk));
      } catch {
        // Bytes that are no event stream: as good as no connection.
        this.#fail(turn);
      }
    });
    response.on("end", () => this.#fail(turn));
  }

  /** A count of what comes on one connection: true for more than may come. */
  #countBytes(): (length: number) => boolean {
    const { clock } = this.#options;
    let since = clock.now();
    let bytes = 0;
    return (length) => {
      if (clock.now() - since >= FLOOD_MS) {
        since = clock.now();
        bytes = 0;
      }
      bytes += length;
      return bytes > FLOOD_BYTES;
    };
  }

  /** What came together is told once, however many events it was. */
  #takeAll(items: readonly StreamItem[]): void {
    if (!this.#isOpen || items.length === 0) return;
    const news = new Set(items.map((item) => this.#take(item)));
    if (news.has("changed")) this.#options.observer.changed();
    else if (news.has("alive")) this.#options.observer.alive();
  }

  #take(item: StreamItem): "changed" | "alive" | undefined {
    if (item.kind === "comment") return "alive";
    if (item.kind === "retry") {
      this.#wish = Math.min(item.milliseconds, MAX_WISH_MS);
      return undefined;
    }
    if (item.name === "reset") this.#startsOver = true;
    if (item.name !== "release") return item.name === "reset" ? "changed" : undefined;
    const announced = readReleaseId(item.data);
    const current = this.#options.known();
    // An announcement that cannot be read is looked into all the same: reading decides what is true.
    return announced !== undefined && current !== undefined && compareReleases(announced, current) === 0 ? "alive" : "changed";
  }
}

function readReleaseId(data: string): ReleaseId | undefined {
  const parsed = parseStrict(data);
  if (parsed.kind === "malformed" || !isJsonObject(parsed.value)) return undefined;
  const { epoch, revision } = parsed.value;
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(revision) ? { epoch: Number(epoch), revision: Number(revision) } : undefined;
}
