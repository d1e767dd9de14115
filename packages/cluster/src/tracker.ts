// Findings over time: each is told once when it is confirmed and once when it is over.
import { hops } from "@veltrix/protocol";
import type { ClusterFinding, ExpectedService } from "@veltrix/protocol/kubernetes";

/** Something that a watcher tells. */
export interface DriftEvent {
  readonly type: "opened" | "closed";
  /** RFC 3339. */
  readonly at: string;
  readonly finding: ClusterFinding;
}

interface Tracked {
  finding: ClusterFinding;
  /** As `now`. */
  readonly since: number;
  isOpen: boolean;
}

/** Findings by service. `now` is in milliseconds of a clock that nobody sets: ages are counted by it, not by the time of day. */
export class DriftTracker {
  readonly #byService = new Map<ExpectedService, Map<string, Tracked>>();
  /** What is not told yet, oldest first: all wait equally long, and time only goes on. */
  readonly #waiting = new Set<Tracked>();
  readonly #deadlineMs: number;

  readonly #timeOfDay: () => number;

  /** `timeOfDay` is what events say, in milliseconds of the epoch. */
  constructor(deadlineMs: number, timeOfDay: () => number = Date.now) {
    this.#deadlineMs = deadlineMs;
    this.#timeOfDay = timeOfDay;
  }

  /** Takes all that is found of a service now; returns what is to be told. */
  update(service: ExpectedService, findings: readonly ClusterFinding[], now: number): readonly DriftEvent[] {
    const before = this.#byService.get(service) ?? new Map<string, Tracked>();
    const after = new Map<string, Tracked>();
    const events: DriftEvent[] = [];
    for (const finding of findings) {
      const id = findingId(finding);
      const known = before.get(id) ?? after.get(id);
      const tracked: Tracked = known ?? { finding, since: now, isOpen: false };
      const told = tracked.finding;
      tracked.finding = finding;
      after.set(id, tracked);
      if (known === undefined) this.#waiting.add(tracked);
      if (tracked.isOpen && told.actual.hash !== finding.actual.hash) {
        // Another value than the one that was told: that one is over.
        events.push(this.#event("closed", told), this.#event("opened", finding));
      } else if (!tracked.isOpen && this.#isDue(tracked, now)) events.push(this.#open(tracked));
    }
    for (const [id, tracked] of before) {
      if (after.has(id)) continue;
      this.#waiting.delete(tracked);
      if (tracked.isOpen) events.push(this.#event("closed", tracked.finding));
    }
    if (after.size === 0) this.#byService.delete(service);
    else this.#byService.set(service, after);
    return events;
  }

  /** Opens what has waited for its deadline. */
  openDue(now: number): readonly DriftEvent[] {
    const events: DriftEvent[] = [];
    for (const tracked of this.#waiting) {
      if (!this.#isDue(tracked, now)) break;
      events.push(this.#open(tracked));
    }
    return events;
  }

  /** When the next finding is due; undefined when none waits. */
  nextDue(): number | undefined {
    const [first] = this.#waiting;
    return first === undefined ? undefined : first.since + this.#deadlineMs;
  }

  get openFindings(): readonly ClusterFinding[] {
    return this.#all()
      .filter(({ isOpen }) => isOpen)
      .map(({ finding }) => finding);
  }

  #open(tracked: Tracked): DriftEvent {
    tracked.isOpen = true;
    this.#waiting.delete(tracked);
    return this.#event("opened", tracked.finding);
  }

  #isDue({ finding, since }: Tracked, now: number): boolean {
    return hops[finding.hop].told === "at once" || now >= since + this.#deadlineMs;
  }

  #event(type: DriftEvent["type"], finding: ClusterFinding): DriftEvent {
    return { type, at: new Date(this.#timeOfDay()).toISOString(), finding };
  }

  #all(): readonly Tracked[] {
    return [...this.#byService.values()].flatMap((tracked) => [...tracked.values()]);
  }
}

/** What makes a finding this one and no other, whatever is there now. */
export function findingId({ service, environment, hop, kind, pointer, object, field = "" }: ClusterFinding): string {
  return JSON.stringify([service, environment, hop, kind, pointer, object.kind, object.namespace, object.name, field]);
}
