import { describe, expect, it } from "vitest";
import { Freshness } from "./freshness.ts";
import { loadGateway, mountGateway } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

const DEADLINE_MS = 15_000;

async function prepare(): Promise<{ clock: VirtualClock; freshness: Freshness; stale: () => boolean; asked: () => number }> {
  const clock = new VirtualClock();
  const { variables } = await mountGateway();
  const instance = await loadGateway(variables, { clock, logger: { warn: () => {} } });
  let asked = 0;
  const freshness = new Freshness(instance, DEADLINE_MS, () => void asked++);
  return { clock, freshness, stale: () => instance.status().stale, asked: () => asked };
}

describe("R10: a source that does not answer", () => {
  it("R10: makes the configuration stale at the deadline, however long the next try is away", async () => {
    const { clock, freshness, stale, asked } = await prepare();
    freshness.doubt();
    freshness.unanswered([]);
    clock.advance(DEADLINE_MS - 1);
    expect([stale(), asked()]).toEqual([false, 1]);
    clock.advance(1);
    expect(stale()).toBe(true);
    freshness.close();
  });

  it("R10: makes nothing stale that answered in time, or was only doubted", async () => {
    const { clock, freshness, stale } = await prepare();
    freshness.doubt();
    clock.advance(2 * DEADLINE_MS);
    expect(stale()).toBe(false);
    freshness.unanswered([]);
    expect(stale()).toBe(true);
    freshness.answered();
    expect(stale()).toBe(false);
    freshness.doubt();
    freshness.unanswered([]);
    clock.advance(DEADLINE_MS - 1);
    freshness.answered();
    clock.advance(DEADLINE_MS);
    expect(stale()).toBe(false);
    freshness.close();
  });
});
