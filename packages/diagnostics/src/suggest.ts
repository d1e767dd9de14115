// Did-you-mean: which of the known names a person may have meant.

/** At most this many suggestions; more help nobody. */
const MOST = 3;

/**
 * The names nearest to `wrong`, best first. Names that differ only in case, `-` and `_` come first;
 * else an edit distance (transpositions count one) of at most a third of the length, and at most 3.
 */
export function suggest(wrong: string, known: Iterable<string>): readonly string[] {
  if (wrong.length > 100) return [];
  const limit = Math.min(3, Math.max(1, Math.floor(wrong.length / 3)));
  const ranked: { readonly name: string; readonly distance: number }[] = [];
  for (const name of known) {
    if (name === wrong) continue;
    const distance = isSameSpelling(wrong, name) ? 0 : editDistance(wrong, name, limit);
    if (distance <= limit) ranked.push({ name, distance });
  }
  ranked.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  // What is clearly farther than the best would only distract from it.
  const best = ranked[0]?.distance ?? 0;
  return ranked
    .filter(({ distance }) => distance <= best + 1)
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** As `suggest`, for names of environments, which people also shorten and write out: `prod` for `production`. */
export function suggestEnvironment(wrong: string, known: readonly string[]): readonly string[] {
  const near = suggest(wrong, known);
  if (near.length > 0) return near;
  return known.filter((name) => Math.min(name.length, wrong.length) > 2 && (name.startsWith(wrong) || wrong.startsWith(name)));
}

/** True when two names differ only in case, `-` and `_`. */
export function isSameSpelling(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

function folded(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}

/** Edit distance with transpositions (optimal string alignment); `limit + 1` as soon as it is larger. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(beforeLast, j - 2) + 1);
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(at(last, b.length), limit + 1);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
