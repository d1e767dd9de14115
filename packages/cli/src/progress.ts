// One line about work that takes long, for a person at a terminal. It is gone when the work is done.
import type { Emitter, PutFile } from "@veltrix/compiler";
import type { Io } from "./io.ts";

/** Faster work says nothing: a line that flashes is noise. */
const PATIENCE = 300;
/** Between two changes of the line. */
const PAUSE = 100;
const CLEAR = "\r\u001b[K";

/** The line. Times are in milliseconds. */
export class Progress {
  readonly #write: ((text: string) => void) | undefined;
  readonly #now: () => number;
  #next: number;
  #isShown = false;

  constructor(io: Io, now: () => number = () => performance.now()) {
    // A CI system's terminal is a log that keeps every line.
    const isWatched = io.isTerminal && (io.env["CI"] === undefined || io.env["CI"] === "");
    this.#write = isWatched ? io.stderr : undefined;
    this.#now = now;
    this.#next = now() + PATIENCE;
  }

  /** Shows `text`, where it is time to. */
  show(text: string): void {
    if (this.#write === undefined || this.#now() < this.#next) return;
    this.#write(`${CLEAR}veltrix: ${text}`);
    this.#isShown = true;
    this.#next = this.#now() + PAUSE;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#isShown) this.#write?.(CLEAR);
    this.#isShown = false;
  }
}

/** The same emitters, telling `progress` how many services they are through with. */
export function withProgress(emitters: readonly Emitter[], progress: Progress): readonly Emitter[] {
  return emitters.map((emitter) => ({
    ...emitter,
    emit(model, put, options) {
      let done = 0;
      let current: string | undefined;
      const putAndShow: PutFile = (file) => {
        const [folder] = file.path.split("/", 1);
        if (folder !== current) progress.show(`${emitter.name}: ${done++} of ${model.services.length} services`);
        current = folder;
        put(file);
      };
      return emitter.emit(model, putAndShow, options);
    },
  }));
}
