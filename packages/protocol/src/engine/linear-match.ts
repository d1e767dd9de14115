// Matches a text against a pattern in time that grows with the text's length alone, whatever the pattern: the text
// is read once, from its end, and at every place each step of the pattern is known to lead to a match or not.

/**
 * What a step asks; `to`, `or` and `look` are other steps, always earlier ones unless a character is read between.
 * `done`: the end of the pattern, or of a look-ahead. `read`: the next character is of this class (an index of
 * `classes`). `ahead`, `without`: what follows here matches `look`, or does not.
 */
export type Step =
  | readonly [op: "done"]
  | readonly [op: "read", of: number, to: number]
  | readonly [op: "either", to: number, or: number]
  | readonly [op: "start" | "end" | "boundary" | "inside", to: number]
  | readonly [op: "ahead" | "without", look: number, to: number];

/** A pattern as steps, in an order in which each needs only those before it. */
export interface LinearProgram {
  /** Sources of classes of one character, as a regular expression has them. */
  readonly classes: readonly string[];
  readonly steps: readonly Step[];
  /** The step to begin with. */
  readonly first: number;
}

/** Something that says whether a text matches. */
export interface Matcher {
  readonly test: (text: string) => boolean;
}

/** A matcher for `program`. */
export function linearMatcher({ classes, steps, first }: LinearProgram): Matcher {
  const expressions = classes.map((source) => new RegExp(`^${source}$`, "u"));
  return {
    test: (text) => {
      const characters = [...text];
      let later: readonly boolean[] = [];
      for (let place = characters.length; place >= 0; place--) {
        const now: boolean[] = [];
        const here: Here = { expressions, characters, place, now, later };
        for (const step of steps) now.push(holds(step, here));
        if (now[first] === true) return true;
        later = now;
      }
      return false;
    },
  };
}

interface Here {
  readonly expressions: readonly RegExp[];
  readonly characters: readonly string[];
  readonly place: number;
  readonly now: readonly boolean[];
  readonly later: readonly boolean[];
}

function holds(step: Step, { expressions, characters, place, now, later }: Here): boolean {
  switch (step[0]) {
    case "done":
      return true;
    case "read":
      return later[step[2]] === true && expressions[step[1]]?.test(characters[place] ?? "") === true;
    case "either":
      return now[step[1]] === true || now[step[2]] === true;
    case "start":
      return place === 0 && now[step[1]] === true;
    case "end":
      return place === characters.length && now[step[1]] === true;
    case "boundary":
      return now[step[1]] === true && isWord(characters[place - 1]) !== isWord(characters[place]);
    case "inside":
      return now[step[1]] === true && isWord(characters[place - 1]) === isWord(characters[place]);
    case "ahead":
      return now[step[1]] === true && now[step[2]] === true;
    case "without":
      return now[step[1]] !== true && now[step[2]] === true;
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
