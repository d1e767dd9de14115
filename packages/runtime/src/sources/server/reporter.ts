// Tells the config service what became of a release. The last word counts: a report that could not be
// delivered is replaced by a newer one, and tried again after a pause.
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { InstanceReport } from "@veltrix/protocol";
import type { Clock } from "../../machine/clock.ts";
import type { Backoff } from "../../machine/backoff.ts";
import type { ConfigServiceClient } from "./client.ts";

const DEADLINE_MS = 10_000;

/** A name of this process that no other has: the host's (in a cluster the pod's) and four random bytes. */
export function nameInstance(host: string = hostname()): string {
  const safe = host.replaceAll(/[^-.\w]/g, "-").slice(0, 100);
  return `${safe}-${randomBytes(4).toString("hex")}`;
}

/** What a reporter needs. */
export interface ReporterOptions {
  readonly client: Pick<ConfigServiceClient, "report">;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly instance: string;
}

/** Delivers the newest report. Throws nothing, and keeps no process alive. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #closing = new AbortController();
  #next: InstanceReport | undefined;
  #isSending = false;
  #cancel: () => void = () => {};

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Takes a report, in place of one that is not delivered yet. */
  report(report: InstanceReport): void {
    this.#next = report;
    this.#cancel();
    void this.#send();
  }

  close(): void {
    this.#next = undefined;
    this.#cancel();
    this.#closing.abort();
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    const { client, clock, backoff, instance } = this.#options;
    let wish = 0;
    while (this.#next !== undefined) {
      const report = this.#next;
      const answer = await client
        .report(instance, report, { deadlineMs: DEADLINE_MS, signal: this.#closing.signal })
        .catch(() => undefined);
      // An answer is final, whatever it says: the service will not like the same report better next time.
      if (answer === undefined || answer.kind === "unavailable") {
        wish = answer?.retryAfterMs ?? 0;
        break;
      }
      backoff.succeeded();
      if (this.#next === report) this.#next = undefined;
    }
    this.#isSending = false;
    if (this.#next !== undefined) this.#cancel = clock.after(backoff.next(wish), () => void this.#send());
  }
}
