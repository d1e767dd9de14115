import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventParser, MAX_EVENT_LENGTH, type StreamItem } from "./event-parser.ts";

const parse = (...chunks: readonly (string | Uint8Array)[]): readonly StreamItem[] => {
  const parser = new EventParser();
  return chunks.flatMap((chunk) => parser.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk));
};

describe("an event stream", () => {
  it("gives events, comments and pauses", () => {
    expect(parse(': hello\n\nretry: 3000\n\nid: 1.2\nevent: release\ndata: {"a":1}\ndata: x\n\ndata:y\n\n')).toEqual([
      { kind: "comment" },
      { kind: "retry", milliseconds: 3_000 },
      { kind: "event", name: "release", data: '{"a":1}\nx', id: "1.2" },
      { kind: "event", name: "message", data: "y", id: "1.2" },
    ]);
  });

  it("ignores unknown fields, pauses that are no number, and events without data", () => {
    expect(parse("nothing: x\nretry: soon\nevent: release\nid\n\n")).toEqual([]);
  });

  it("gives the same for chunks that are cut anywhere, with any line ends", () => {
    const text = 'id: 1.2\nevent: release\ndata: {"name":"größe"}\n\n: still there\ndata: z\n\n';
    fc.assert(
      fc.property(fc.constantFrom("\n", "\r\n", "\r"), fc.array(fc.nat(text.length + 20), { maxLength: 8 }), (end, cuts) => {
        const bytes = Buffer.from(text.replaceAll("\n", end));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        expect(parse(...chunks)).toEqual(parse(text));
      }),
    );
  });

  it("R4: refuses an event without an end, and bytes that are no text", () => {
    expect(() => parse("data: ", "x".repeat(MAX_EVENT_LENGTH))).toThrow(RangeError);
    expect(() => parse(`data: ${"x".repeat(40_000)}\n`, `data: ${"x".repeat(40_000)}\n`)).toThrow(RangeError);
    expect(() => parse(Buffer.from([0xff, 0xfe]))).toThrow(TypeError);
  });

  it("R20: refuses an event of lines that say nothing, however it is cut", () => {
    for (const line of ["data\n", "data:\n", "id\n", "x\n", ":\ndata\n"]) {
      const parser = new EventParser();
      const chunk = Buffer.from(line.repeat(1_000));
      const feed = (): void => {
        for (let sent = 0; sent < 1_000_000; sent += chunk.length) parser.push(chunk);
      };
      expect(feed).toThrow(RangeError);
    }
  });

  it("R20: refuses a comment without an end", () => {
    const parser = new EventParser();
    const feed = (): void => {
      for (let sent = 0; sent < 1_000_000; sent += 1_000) parser.push(Buffer.from(":".repeat(1_000)));
    };
    expect(feed).toThrow(RangeError);
  });

  it("R20: gives one sign of life for comments without end, and keeps nothing of them", () => {
    const parser = new EventParser();
    const chunk = Buffer.from(":\n".repeat(30_000));
    for (let round = 0; round < 100; round++) expect(parser.push(chunk)).toEqual([{ kind: "comment" }]);
  });

  it("R20: looks once at a line that comes byte by byte", { timeout: 20_000 }, () => {
    // To look at all of it with each byte would be a hundred billion steps.
    for (let round = 0; round < 20; round++) {
      const parser = new EventParser();
      for (const byte of Buffer.from(`data: ${"x".repeat(60_000)}`)) parser.push(Uint8Array.of(byte));
      expect(parser.push(Buffer.from("\n\n"))).toHaveLength(1);
    }
  });
});
