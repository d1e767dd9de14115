// Messages per second of each client.

/** Counts in whole seconds; a client is forgotten with its object. */
export class RateLimiter {
  readonly #counts = new WeakMap<object, { second: number; count: number }>();

  /** Counts one message at `now` (milliseconds); false when it is one too many. */
  take(client: object, limit: number, now: number): boolean {
    const second = Math.floor(now / 1000);
    const known = this.#counts.get(client);
    if (known === undefined || known.second !== second) {
      this.#counts.set(client, { second, count: 1 });
      return limit >= 1;
    }
    known.count += 1;
    return known.count <= limit;
  }
}
