// What was worked out of a text and may be asked again: most files of a broken copy are those of the copy before.

/** Texts of a generation; what is asked for in the next one outlives it. */
const GENERATION = 1_000;

/** Answers by text. It holds two generations at the most. */
export class Memory<Answer> {
  readonly #work: (text: string) => Answer;
  #young: Map<string, Answer> = new Map();
  #old: Map<string, Answer> = new Map();

  constructor(work: (text: string) => Answer) {
    this.#work = work;
  }

  /** The answer to `text`. */
  of(text: string): Answer {
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const answer = this.#old.get(text) ?? this.#work(text);
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, answer);
    return answer;
  }
}
