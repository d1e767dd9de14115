// A pattern's syntax tree: of what `new RegExp(source, "u")` takes, without look-behind, references to groups and flags
// inside the pattern. One character or class is kept as it was written.

/** A part of a pattern. */
export interface PatternTree {
  readonly type: "disjunction" | "alternative" | "group" | "quantifier" | "anchor" | "character";
  readonly body?: readonly PatternTree[];
  /** Of a character: its source. */
  readonly raw?: string;
  readonly kind?: "start" | "end" | "boundary" | "not-boundary";
  readonly behavior?: "lookahead" | "negativeLookahead";
  readonly min?: number;
  /** Absent: without end. */
  readonly max?: number;
}

/** The tree of `source`; undefined for what is beyond it. */
export function parsePattern(source: string): PatternTree | undefined {
  const reader = new Reader(source);
  const tree = reader.disjunction();
  return reader.isAtEnd ? tree : undefined;
}

const ANCHORS: readonly (readonly [text: string, kind: PatternTree["kind"] & string])[] = [
  ["^", "start"],
  ["$", "end"],
  ["\\b", "boundary"],
  ["\\B", "not-boundary"],
];

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#source.length;
  }

  disjunction(): PatternTree {
    const body = [this.#alternative()];
    while (this.#take(/\|/y) !== undefined) body.push(this.#alternative());
    return { type: "disjunction", body };
  }

  #alternative(): PatternTree {
    const body: PatternTree[] = [];
    for (let term = this.#term(); term !== undefined; term = this.#term()) body.push(term);
    return { type: "alternative", body };
  }

  #term(): PatternTree | undefined {
    const anchor = this.#take(/\^|\$|\\[bB]/y);
    if (anchor !== undefined) {
      const kind = ANCHORS.find(([text]) => text === anchor[0])?.[1];
      return { type: "anchor", ...(kind === undefined ? {} : { kind }) };
    }
    const atom = this.#atom();
    return atom === undefined || atom.behavior !== undefined ? atom : this.#quantified(atom);
  }

  #atom(): PatternTree | undefined {
    const opened = this.#take(/\((?:\?(?:[:=!]|<[^=!>][^>]*>))?/y);
    if (opened !== undefined) {
      if (this.#source.startsWith("?", this.#at)) return undefined;
      const body = [this.disjunction()];
      if (this.#take(/\)/y) === undefined) return undefined;
      if (opened[0] === "(?=") return { type: "group", behavior: "lookahead", body };
      return opened[0] === "(?!" ? { type: "group", behavior: "negativeLookahead", body } : { type: "group", body };
    }
    const one =
      this.#take(/\[(?:\\[^]|[^\]\\])*\]/y) ??
      this.#take(/\\(?:u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/y) ??
      this.#take(/\\(?:x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[^uxcpPk1-9])/uy) ??
      this.#take(/[^\\^$.*+?()[\]{}|]|\./uy);
    return one === undefined ? undefined : { type: "character", raw: one[0] };
  }

  #quantified(atom: PatternTree): PatternTree {
    const found = this.#take(/([*+?]|\{([0-9]+)(,)?([0-9]+)?\})\??/y);
    if (found === undefined) return atom;
    const [, sign, least, comma, most] = found;
    const min = least === undefined ? (sign === "+" ? 1 : 0) : Number(least);
    const max =
      least === undefined ? (sign === "?" ? 1 : undefined) : comma === undefined ? min : most === undefined ? undefined : Number(most);
    return { type: "quantifier", body: [atom], min, ...(max === undefined ? {} : { max }) };
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#source);
    if (found === null) return undefined;
    this.#at = expression.lastIndex;
    return found;
  }
}
