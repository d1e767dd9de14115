// Readings of a source that end, whatever the source does: a volume that hangs is one that does not answer.
import type { Clock } from "../machine/clock.ts";
import { inTime } from "../machine/in-time.ts";
import type { Source, SourceReading } from "../sources/source.ts";

/** How long one reading may take, longer than any source takes by itself. */
export const LOOK_MS = 20_000;

/** Reads a source, until `signal` says that nobody wants to know any more. */
export class SourceReader {
  readonly #source: Source;
  readonly #patience: { readonly clock: Clock; readonly milliseconds: number; readonly signal: AbortSignal };
  /** A reading that did not end yet, and may never. */
  #hanging: Promise<void> | undefined;

  constructor(source: Source, clock: Clock, signal: AbortSignal) {
    this.#source = source;
    this.#patience = { clock, milliseconds: LOOK_MS, signal };
  }

  /** One reading. One that hangs holds a thread of Node.js, which has four: no other is sent after it. */
  async read(): Promise<SourceReading> {
    await (this.#hanging && inTime(this.#hanging, this.#patience));
    if (this.#hanging !== undefined) return this.#describeSilence();
    const reading = this.#source.read();
    const ended = (): void => {
      this.#hanging = undefined;
    };
    this.#hanging = reading.then(ended, ended);
    return (await inTime(reading, this.#patience)) ?? this.#describeSilence();
  }

  #describeSilence(): SourceReading {
    const message = `it did not answer within ${LOOK_MS / 1_000} s`;
    const hint = "look at the volume or network that it is read from";
    return { kind: "unavailable", problems: [{ code: "VX5016", pointer: "", message, hint, source: this.#source.label }] };
  }
}
