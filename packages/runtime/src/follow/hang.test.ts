// A source that begins to hang under a running process: nothing may wait for it without an end.
import { expect, it, onTestFinished } from "vitest";
import type { SourceReading } from "../sources/source.ts";
import { gateway, values, withValue } from "../testing/gateway.ts";
import { loadGateway, mountGateway } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Follower } from "./follower.ts";
import { LOOK_MS } from "./source-reader.ts";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A followed process, and a volume under it that can be made to hang. */
async function prepare(refuseAfterMs: number) {
  const mount = await mountGateway();
  const clock = new VirtualClock();
  const logger = { warn: () => undefined };
  const instance = await loadGateway(mount.variables, { clock, logger, rolloutDeadline: 60_000, onStale: { refuseAfterMs } }, gateway());
  onTestFinished(() => instance.close());
  const { followed } = instance.input;
  if (followed === undefined) throw new Error("a loaded instance has a source to follow");
  const waiting: (() => void)[] = [];
  let isHung = false;
  const read = async (): Promise<SourceReading> => {
    if (isHung) await new Promise<void>((resolve) => void waiting.push(resolve));
    return followed.source.read();
  };
  const { watch: _, ...source } = followed.source;
  const follower = new Follower(instance, { ...followed, source: { ...source, read } });
  await follower.start();
  /** Lets time pass while promises are kept. */
  const pass = async (milliseconds: number): Promise<void> => {
    await turn();
    for (let left = milliseconds; left > 0; left -= 1_000) {
      clock.advance(1_000);
      await turn();
    }
  };
  const setHung = (next: boolean): void => {
    isHung = next;
    if (!next) for (const wake of waiting.splice(0)) wake();
  };
  return { mount, instance, follower, pass, setHung, waiting };
}

it("R19: a volume that hangs makes stale, then not ready; it holds one reading, and all is well when it is back", async () => {
  const { mount, instance, follower, pass, setHung, waiting } = await prepare(30_000);
  setHung(true);
  const look = follower.look();
  await pass(LOOK_MS);
  await look;
  expect(instance.status()).toMatchObject({ stale: false, counters: { unavailable: 1 } });
  await pass(60_000 + LOOK_MS);
  expect(instance.status()).toMatchObject({ stale: true, staleReason: "unreachable", ready: true });
  await pass(30_000);
  expect(instance.status().ready).toBe(false);
  expect(instance.config.log.level.current).toBe("info");
  expect(waiting).toHaveLength(1);
  await mount.deliver(withValue("/log/level", "warn"));
  setHung(false);
  await follower.look();
  expect(instance.status()).toMatchObject({ stale: false, ready: true });
  expect(instance.config.log.level.current).toBe("warn");
});

it("R19: closing waits for no volume that hangs", async () => {
  const { instance, follower, setHung, waiting } = await prepare(30_000);
  setHung(true);
  const look = follower.look();
  await turn();
  expect(waiting).toHaveLength(1);
  await instance.close();
  await look;
  expect(instance.isClosed).toBe(true);
});

it("R19: closing does not wait for ever for what a source has to end", async () => {
  const mount = await mountGateway(values);
  const clock = new VirtualClock();
  const instance = await loadGateway(mount.variables, { clock, pollInterval: 3_600_000 });
  const { followed } = instance.input;
  if (followed === undefined) throw new Error("a loaded instance has a source to follow");
  const watch = () => ({ renew: () => undefined, close: () => new Promise<void>(() => undefined) });
  const follower = new Follower(instance, { ...followed, source: { ...followed.source, watch } });
  await follower.start();
  const closing = instance.close();
  await turn();
  clock.advance(60_000);
  await closing;
  expect(instance.isClosed).toBe(true);
});
