import { shop } from "@veltrix/testkit";
import { compile, defineEmitter, MemoryHost } from "@veltrix/compiler";
import { describe, expect, it } from "vitest";
import type { Io } from "./io.ts";
import { Progress, withProgress } from "./progress.ts";

/** A terminal whose clock is `time.now`. */
function terminal(over: Partial<Io> = {}): { readonly io: Io; readonly written: string[]; readonly time: { now: number } } {
  const written: string[] = [];
  const io = { stdout: () => {}, stderr: (text: string) => void written.push(text), cwd: "/", env: {}, isTerminal: true, ...over };
  return { io, written, time: { now: 0 } };
}

describe("progress", () => {
  it("says nothing of work that is done in 300 ms", () => {
    const { io, written, time } = terminal();
    const progress = new Progress(io, () => time.now);
    time.now = 299;
    progress.show("one");
    progress.end();
    expect(written).toEqual([]);
  });

  it("shows one line, changes it at most every 100 ms, and takes it away", () => {
    const { io, written, time } = terminal();
    const progress = new Progress(io, () => time.now);
    for (const now of [300, 350, 399, 400]) {
      time.now = now;
      progress.show(String(now));
    }
    progress.end();
    progress.end();
    expect(written).toEqual(["\r\u001b[Kveltrix: 300", "\r\u001b[Kveltrix: 400", "\r\u001b[K"]);
  });

  it("is quiet in CI, and where nobody looks at stderr", () => {
    for (const over of [{ isTerminal: false }, { env: { CI: "true" } }]) {
      const { io, written, time } = terminal(over);
      const progress = new Progress(io, () => time.now);
      time.now = 1_000;
      progress.show("one");
      progress.end();
      expect(written).toEqual([]);
    }
  });

  it("counts services, and hands on every file and check", async () => {
    const { model } = compile(new MemoryHost(shop));
    if (model === undefined) throw new Error("the shop does not compile");
    const { io, written, time } = terminal();
    const progress = new Progress(io, () => (time.now += 1_000));
    const own = defineEmitter({
      name: "own",
      check: () => [],
      emit: (_model, put) => {
        for (const path of ["catalog/a", "catalog/b", "checkout/a"]) put({ path, contents: "" });
      },
    });
    const [wrapped] = withProgress([own], progress);
    const paths: string[] = [];
    await wrapped?.emit(model, ({ path }) => void paths.push(path), {});
    expect(paths).toEqual(["catalog/a", "catalog/b", "checkout/a"]);
    expect(wrapped?.check).toBe(own.check);
    expect(written).toEqual(["\r\u001b[Kveltrix: own: 0 of 2 services", "\r\u001b[Kveltrix: own: 1 of 2 services"]);
  });
});
