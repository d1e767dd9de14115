// What the rules of a schema have looked at in one object or list, for `unevaluatedProperties` and `unevaluatedItems`
// (JSON Schema 2020-12 core, section 11).

/** Keys, or places, that some rule has looked at. */
export class Evaluated {
  #isWhole = false;
  readonly #seen: Set<string | number> = new Set();

  add(member: string | number): void {
    this.#seen.add(member);
  }

  addAll(): void {
    this.#isWhole = true;
  }

  has(member: string | number): boolean {
    return this.#isWhole || this.#seen.has(member);
  }

  /** Takes over what another schema of the same value has looked at. */
  take(other: Evaluated | undefined): void {
    if (other === undefined) return;
    if (other.#isWhole) this.#isWhole = true;
    for (const member of other.#seen) this.#seen.add(member);
  }
}
