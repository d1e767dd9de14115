// A proof that a pattern is harmless: if at every step the next character decides where to go on (the pattern is
// one-unambiguous, Brueggemann-Klein and Wood 1998), there is one path through it, and no text can make it search.
// Patterns without such a proof are left to the linear matcher.

/** The members of a parsed pattern that are needed here. */
export interface PatternNode {
  readonly type: string;
  /** As it was written. */
  readonly raw?: string;
  readonly body?: readonly PatternNode[];
  readonly kind?: string;
  readonly behavior?: string;
  readonly codePoint?: number;
  readonly min?: PatternNode | number;
  readonly max?: PatternNode | number;
  readonly negative?: boolean;
  readonly value?: string;
}

type Range = readonly [number, number];

/** One character's place in the pattern: what it may be, and what may follow it. */
interface Position {
  readonly ranges: readonly Range[];
  readonly follow: Set<Position>;
  /** A step to one follower has two reasons. */
  isAmbiguous: boolean;
}

/** What a part of the pattern may begin and end with, and whether it may be empty. */
interface Part {
  readonly isEmpty: boolean;
  readonly first: readonly Position[];
  readonly last: readonly Position[];
}

const LAST_CODE_POINT = 0x10ffff;
const ANYTHING: readonly Range[] = [[0, LAST_CODE_POINT]];
const DIGIT: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const EMPTY: Part = { isEmpty: true, first: [], last: [] };

/** True when `tree` is anchored at its start and never leaves a choice open. */
export function isDeterministic(tree: PatternNode): boolean {
  if (!beginsAtStart(tree)) return false;
  const positions: Position[] = [];
  const whole = read(tree, positions);
  // Two reasons for one step, as in `(a+)+`, are two ways to read the same text.
  if (positions.some((position) => position.isAmbiguous)) return false;
  return [whole.first, ...positions.map((position) => [...position.follow])].every(areDisjoint);
}

/**
 * True when the repetitions of `tree` leave few ways to share out a text: one without bound at the most, none inside
 * another; none at all where `tree` may begin anywhere. What is tried is then at most the text's length times a small
 * number.
 */
export function hasFewPaths(tree: PatternNode): boolean {
  return (beginsAtStart(tree) || !holdsLoop(tree)) && countPaths(tree) <= MOST_PATHS;
}

const MOST_PATHS = 100;

/** Ways to share out a text, an unbounded repetition counted as one; infinite when there may be too many. */
function countPaths(node: PatternNode): number {
  const parts = node.type === "characterClass" ? [] : (node.body ?? []);
  if (node.type === "alternative" && parts.filter(holdsLoop).length > 1) return Number.POSITIVE_INFINITY;
  const below = parts.map(countPaths);
  // Alternatives are tried one after the other; parts of one are combined.
  if (node.type === "disjunction") return below.reduce((sum, paths) => sum + paths, 0);
  const once = below.reduce((product, paths) => product * paths, 1);
  if (node.type !== "quantifier" || node.max === 1) return node.type === "quantifier" && node.min === 0 ? once + 1 : once;
  // A choice inside a repetition is made again in every round: the ways multiply.
  if (parts.some(holdsLoop)) return Number.POSITIVE_INFINITY;
  if (typeof node.max !== "number") return once > 1 ? Number.POSITIVE_INFINITY : 1;
  const least = typeof node.min === "number" ? node.min : 0;
  if (once === 1) return node.max - least + 1;
  let ways = 0;
  for (let count = least; count <= node.max && ways <= MOST_PATHS; count++) ways += once ** count;
  return ways;
}

function holdsLoop(node: PatternNode): boolean {
  if (node.type === "quantifier" && typeof node.max !== "number") return true;
  return node.type !== "characterClass" && (node.body ?? []).some(holdsLoop);
}

function beginsAtStart(node: PatternNode): boolean {
  if (node.type === "anchor") return node.kind === "start";
  if (node.type === "alternative") return node.body?.[0] !== undefined && beginsAtStart(node.body[0]);
  if (node.type === "disjunction") return (node.body ?? []).every(beginsAtStart);
  return false;
}

function read(node: PatternNode, positions: Position[]): Part {
  switch (node.type) {
    case "disjunction":
      return eitherOf((node.body ?? []).map((part) => read(part, positions)));
    case "alternative":
      return (node.body ?? []).map((part) => read(part, positions)).reduce(oneAfterOther, EMPTY);
    case "group":
      // A group's body is one alternative, or several that a disjunction holds.
      return (node.body ?? []).map((part) => read(part, positions)).reduce(oneAfterOther, EMPTY);
    case "quantifier":
      return repeated(node, positions);
    case "anchor":
      return EMPTY;
    default: {
      const position = { ranges: rangesOf(node), follow: new Set<Position>(), isAmbiguous: false };
      positions.push(position);
      return { isEmpty: false, first: [position], last: [position] };
    }
  }
}

function repeated(node: PatternNode, positions: Position[]): Part {
  // A repetition of what may be empty can go round without moving.
  const part = (node.body ?? []).map((below) => read(below, positions)).reduce(oneAfterOther, EMPTY);
  // A count is read as a loop: that only adds ways on, so the proof holds for the count as well.
  if (node.max !== 1) {
    connect(part.last, part.first);
    if (part.isEmpty) for (const position of part.first) position.isAmbiguous = true;
  }
  return { ...part, isEmpty: part.isEmpty || node.min === 0 };
}

function eitherOf(parts: readonly Part[]): Part {
  return {
    isEmpty: parts.some((part) => part.isEmpty),
    first: parts.flatMap((part) => part.first),
    last: parts.flatMap((part) => part.last),
  };
}

function oneAfterOther(before: Part, after: Part): Part {
  connect(before.last, after.first);
  return {
    isEmpty: before.isEmpty && after.isEmpty,
    first: before.isEmpty ? [...before.first, ...after.first] : before.first,
    last: after.isEmpty ? [...before.last, ...after.last] : after.last,
  };
}

function connect(from: readonly Position[], to: readonly Position[]): void {
  for (const position of from) {
    for (const next of to) {
      position.isAmbiguous ||= position.follow.has(next);
      position.follow.add(next);
    }
  }
}

function areDisjoint(positions: readonly Position[]): boolean {
  const ranges = positions.flatMap((position) => position.ranges).sort((a, b) => a[0] - b[0]);
  return ranges.every((range, index) => index === 0 || (ranges[index - 1]?.[1] ?? -1) < range[0]);
}

function rangesOf(node: PatternNode): readonly Range[] {
  switch (node.type) {
    case "value":
      return node.codePoint === undefined ? ANYTHING : [[node.codePoint, node.codePoint]];
    case "characterClassRange":
      return typeof node.min === "object" && typeof node.max === "object"
        ? [[node.min.codePoint ?? 0, node.max.codePoint ?? LAST_CODE_POINT]]
        : ANYTHING;
    case "characterClassEscape":
      return escapeRanges(node.value);
    case "characterClass": {
      const ranges = merged((node.body ?? []).flatMap(rangesOf));
      return node.negative === true ? complement(ranges) : ranges;
    }
    default:
      return ANYTHING;
  }
}

function escapeRanges(escape: string | undefined): readonly Range[] {
  switch (escape) {
    case "d":
      return DIGIT;
    case "D":
      return complement(DIGIT);
    case "w":
      return WORD;
    case "W":
      return complement(WORD);
    default:
      return ANYTHING;
  }
}

function merged(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** Correct for exact ranges alone: a class that holds an approximation (`\p{..}`, `\s`) is not negated by it. */
function complement(ranges: readonly Range[]): readonly Range[] {
  if (ranges.some(([from, to]) => from === 0 && to === LAST_CODE_POINT)) return ANYTHING;
  const result: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= LAST_CODE_POINT) result.push([next, LAST_CODE_POINT]);
  return result;
}
