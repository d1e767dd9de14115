// The head record: where a store stands, with the tallies that find lost records. Replaced by every commit.
import { createHash } from "node:crypto";
import { familyOf } from "./keys.ts";
import { EMPTY_CHAIN, type Row } from "./record.ts";
import type { Head, StoredRecord, Tally } from "./store.ts";

const MODULUS = 1n << 256n;
const NOTHING: Tally = { count: 0, sum: "0".repeat(64) };

/** The head of a store without commits. */
export const FIRST_HEAD: Head = { revision: 0, compacted: 0, chain: EMPTY_CHAIN, families: {} };

/** A running tally per family. */
export class Tallies {
  readonly #families = new Map<string, { count: number; sum: bigint }>();

  constructor(families: Head["families"] = {}) {
    for (const [family, { count, sum }] of Object.entries(families)) this.#families.set(family, { count, sum: BigInt(`0x${sum}`) });
  }

  add(record: Pick<StoredRecord, "key" | "hash">): void {
    this.#change(record, 1);
  }

  remove(record: Pick<StoredRecord, "key" | "hash">): void {
    this.#change(record, -1);
  }

  #change({ key, hash }: Pick<StoredRecord, "key" | "hash">, by: 1 | -1): void {
    const tally = this.#families.get(familyOf(key)) ?? { count: 0, sum: 0n };
    tally.count += by;
    tally.sum = (tally.sum + BigInt(by) * BigInt(`0x${hash}`) + MODULUS) % MODULUS;
    this.#families.set(familyOf(key), tally);
  }

  /** Families in the order of their names; empty ones are left out. */
  get families(): Head["families"] {
    const named = [...this.#families].filter(([, { count, sum }]) => count !== 0 || sum !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(named.map(([family, { count, sum }]) => [family, { count, sum: sum.toString(16).padStart(64, "0") }]));
  }
}

/** Families whose tallies differ. */
export function differingFamilies(a: Head["families"], b: Head["families"]): readonly { family: string; a: Tally; b: Tally }[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((family) => ({ family, a: a[family] ?? NOTHING, b: b[family] ?? NOTHING }))
    .filter(({ a: one, b: other }) => one.count !== other.count || one.sum !== other.sum);
}

/** The tallies after a commit: the new versions in place of those that were there. */
export function tallyAfter(head: Head, rows: readonly Row[], before: (key: string) => StoredRecord | undefined): Head["families"] {
  const tallies = new Tallies(head.families);
  for (const row of rows) {
    const replaced = before(row.key);
    if (replaced !== undefined) tallies.remove(replaced);
    if (row.value !== null) tallies.add(row);
  }
  return tallies.families;
}

/** One line of JSON with its own hash. */
export function renderHead(head: Head): string {
  const text = JSON.stringify([head.revision, head.compacted, head.chain, head.families]);
  return `${createHash("sha256").update(text).digest("hex")} ${text}`;
}

/** Undefined where the text is not what {@link renderHead} wrote. */
export function parseHead(text: string): Head | undefined {
  const body = text.slice(65);
  if (createHash("sha256").update(body).digest("hex") !== text.slice(0, 64) || text[64] !== " ") return undefined;
  // The hash proved that renderHead wrote it.
  const [revision, compacted, chain, families] = JSON.parse(body) as [number, number, string, Head["families"]];
  return { revision, compacted, chain, families };
}
