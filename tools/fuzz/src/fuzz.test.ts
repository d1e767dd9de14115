import { describe, expect, it } from "vitest";
import { fuzzCommands } from "./commands.ts";
import { fuzz } from "./run.ts";

const SEED = 1;
// More by the command of the README.
const RUNS = 500;
const COMMAND_RUNS = 60;
/** Of the accepted cases. What fewer of them hold is hardly tried. */
const SHARE = 0.05;

describe("fuzz", () => {
  it("a verdict, and nothing else, comes of any workspace", { timeout: 900_000 }, async () => {
    const { accepted, refused, faults, reached } = await fuzz({ seed: SEED, runs: RUNS });
    console.log(`fuzz: seed ${SEED}, ${RUNS} runs: ${accepted} accepted, ${refused} refused, ${faults.length} faults`);
    expect(faults).toEqual([]);
    // A grammar whose workspaces are mostly refused would hardly try the emitters.
    expect(accepted).toBeGreaterThan(RUNS * 0.4);
    expect([...reached].filter(([, count]) => count < accepted * SHARE)).toEqual([]);
  });

  it("C5: every command that reads a workspace ends with 0 or 1, whatever stands in it", { timeout: 900_000 }, async () => {
    const { ok, problems, faults } = await fuzzCommands({ seed: SEED, runs: COMMAND_RUNS });
    console.log(`fuzz: seed ${SEED}, ${COMMAND_RUNS} workspaces: ${ok} commands went well, ${problems} found problems`);
    expect(faults).toEqual([]);
    expect(Math.min(ok, problems)).toBeGreaterThan(COMMAND_RUNS);
  });
});
