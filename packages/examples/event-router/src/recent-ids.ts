// Remembers event ids for a while, so that an event which arrives twice is routed once.

/** How long and how many; the window is milliseconds. */
export interface RecentIdsSettings {
  readonly window: number;
  readonly maxEntries: number;
}

/** A map keeps its insertion order, so the first entry is the oldest. */
export class RecentIds {
  readonly #settings: RecentIdsSettings;
  readonly #seenAt = new Map<string, number>();

  constructor(settings: RecentIdsSettings) {
    this.#settings = settings;
  }

  /** Remembers an id at `now` (milliseconds); false when it is known already. */
  add(id: string, now: number): boolean {
    this.#forget(now - this.#settings.window);
    if (this.#seenAt.has(id)) return false;
    this.#seenAt.set(id, now);
    return true;
  }

  #forget(before: number): void {
    for (const [id, seenAt] of this.#seenAt) {
      if (seenAt >= before && this.#seenAt.size < this.#settings.maxEntries) return;
      this.#seenAt.delete(id);
    }
  }
}
