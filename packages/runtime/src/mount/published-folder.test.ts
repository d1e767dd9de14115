import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFolder } from "./published-folder.ts";
import { blockingIo } from "./blocking-io.ts";
import { waitingIo } from "./waiting-io.ts";
import { publish, temporaryFolder } from "../testing/mount.ts";

const SWAPS = 3_000;

describe("readFolder", () => {
  it(`R3: never mixes two versions in ${SWAPS} swaps of ..data`, { timeout: 600_000 }, async () => {
    const dir = join(await temporaryFolder(), "volume");
    await mkdir(dir);
    let current = await publish(dir, { "config.json": "0", "veltrix.json": "0" });
    const swaps = { areDone: false };
    const swapping = (async () => {
      for (let swap = 1; swap <= SWAPS; swap++) {
        current = await publish(dir, { "config.json": String(swap), "veltrix.json": String(swap) }, current);
      }
      swaps.areDone = true;
    })();
    const seen = new Set<string>();
    let whole = 0;
    let refused = 0;
    for (let round = 0; !swaps.areDone; round++) {
      const io = round % 2 === 0 ? waitingIo : blockingIo;
      const [config, hashes] = [...(await readFolder(dir, ["config.json", "veltrix.json"], io)).values()];
      if (config?.kind === "bytes" && hashes?.kind === "bytes") {
        whole++;
        seen.add(String(config.bytes));
        expect(String(config.bytes)).toBe(String(hashes.bytes));
      } else refused++;
    }
    await swapping;
    const last = await readFolder(dir, ["config.json"], blockingIo);
    expect(String((last.get("config.json") as { bytes: Uint8Array }).bytes)).toBe(String(SWAPS));
    // The race was one: readings fell between many different versions, and hardly any had to give up.
    expect(seen.size).toBeGreaterThan(100);
    expect(refused).toBeLessThan(whole / 10);
  });
});
