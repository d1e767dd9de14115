// The lines of an event stream (WHATWG HTML, section 9.2) to events, in bounded memory.

/** One event, or one sign of life. `retry` is what the service asks to wait before coming back. */
export type StreamItem =
  | { readonly kind: "event"; readonly name: string; readonly data: string; readonly id: string | undefined }
  | { readonly kind: "comment" }
  | { readonly kind: "retry"; readonly milliseconds: number };

/** Longest line, and longest event, in characters, each line of it counted as one more. Ours have 200. */
export const MAX_EVENT_LENGTH = 65_536;

/** Parses one stream. Chunks may be cut anywhere. */
export class EventParser {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** What came of the line that is not complete. Joined when it is: a line that comes in small pieces is looked at once. */
  #pieces: string[] = [];
  #pending = 0;
  #endedWithReturn = false;
  #name = "";
  #data: string[] = [];
  #size = 0;
  #id: string | undefined;

  /**
   * What `chunk` completes. Signs of life that follow each other are one.
   *
   * @throws RangeError for an event that is too long; TypeError for bytes that are not UTF-8.
   */
  push(chunk: Uint8Array): readonly StreamItem[] {
    const items: StreamItem[] = [];
    let text = this.#decoder.decode(chunk, { stream: true });
    if (this.#endedWithReturn && text.startsWith("\n")) text = text.slice(1);
    if (text === "") return items;
    this.#endedWithReturn = text.endsWith("\r");
    const lines = text.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      this.#take(this.#pieces.length === 0 ? line : [...this.#pieces, line].join(""), items);
      this.#pieces = [];
      this.#pending = 0;
    }
    if (rest !== "") this.#pieces.push(rest);
    this.#pending += rest.length;
    this.#checkLength(this.#pending);
    return items;
  }

  #take(line: string, items: StreamItem[]): void {
    if (line === "") {
      if (this.#data.length > 0)
        items.push({ kind: "event", name: this.#name === "" ? "message" : this.#name, data: this.#data.join("\n"), id: this.#id });
      this.#name = "";
      this.#data = [];
      this.#size = 0;
      return;
    }
    this.#checkLength(line.length);
    if (line.startsWith(":")) {
      if (items.at(-1)?.kind !== "comment") items.push({ kind: "comment" });
      return;
    }
    // A line of no length costs memory too.
    this.#size += line.length + 1;
    this.#checkLength(0);
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    else if (field === "retry" && /^[0-9]{1,9}$/.test(value)) items.push({ kind: "retry", milliseconds: Number(value) });
  }

  #checkLength(more: number): void {
    if (this.#size + more > MAX_EVENT_LENGTH) throw new RangeError("the event is too long");
  }
}
