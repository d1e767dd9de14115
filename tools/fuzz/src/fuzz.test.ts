import { describe, expect, it } from "vitest";
import { fuzz } from "./run.ts";

const SEED = 1;
// More by the command of the README.
const RUNS = 600;

describe("fuzz", () => {
  it("a verdict, and nothing else, comes of any workspace", { timeout: 600_000 }, async () => {
    const { accepted, refused, faults } = await fuzz({ seed: SEED, runs: RUNS });
    console.log(`fuzz: seed ${SEED}, ${RUNS} runs: ${accepted} accepted, ${refused} refused, ${faults.length} faults`);
    expect(faults).toEqual([]);
    // A grammar whose workspaces are mostly refused would hardly try the emitters.
    expect(accepted).toBeGreaterThan(RUNS * 0.4);
  });
});
