import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderDelivered } from "@veltrix/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWorkspace, removeWorkspace, runService } from "../testing/child.ts";
import { renderHashes, values, withValue } from "../testing/gateway.ts";
import { mountGateway } from "../testing/mount.ts";

/** Set VELTRIX_SOAK_RELOADS=100000 for the long run. */
const reloads = Number(process.env["VELTRIX_SOAK_RELOADS"] ?? 5_000);
/** The machine's own warm-up: until then the heap holds what the compiler learns. */
const warmUp = Math.max(2_000, reloads / 20);
const minute = 60_000;

let workspace: string;
beforeAll(async () => {
  workspace = await buildWorkspace();
});
afterAll(() => removeWorkspace(workspace));

describe("a process that runs for long", { timeout: 30 * minute }, () => {
  it(`R14: keeps its heap within 5 % over ${reloads} reloads`, async () => {
    const mount = await mountGateway();
    const other = withValue("/log/level", "warn");
    const files = [values, other].map((value) => [renderDelivered(value), renderHashes(value)]);
    const source = `import { loadConfig } from "./index.js";
import { writeFileSync } from "node:fs";
import { Follower } from "./follower.js";
const gateway = await loadConfig();
const files = ${JSON.stringify(files)};
const data = ${JSON.stringify(join(mount.dir, "..data"))};
const { followed } = gateway.input;
// Before the process follows by itself: every look is this program's, and between two writes it looks at nothing.
const source = { ...followed.source, watch: undefined };
followed.source.watch = undefined;
const follower = new Follower(gateway, { ...followed, source });
const round = async (count) => {
  for (let index = 1; index <= count; index++) {
    const [config, hashes] = files[index % 2];
    writeFileSync(data + "/config.json", config);
    writeFileSync(data + "/veltrix.json", hashes);
    await follower.look();
  }
  global.gc();
  return process.memoryUsage().heapUsed;
};
const before = await round(${warmUp});
const after = await round(${reloads});
console.log(JSON.stringify({ growth: after / before, status: gateway.status() }));
process.exit(0);`;
    const follow = join(workspace, "node_modules", "@veltrix", "runtime", "dist", "follow.js");
    // The bundle names what it exports to its own files as it likes: directly, or in an object of a module.
    const find = "Object.values(late).flatMap((item) => [item, item?.Follower]).find((item) => item?.prototype?.look)";
    await writeFile(join(workspace, "service", "follower.js"), `import * as late from "${follow}";\nexport const Follower = ${find};`);
    const ended = await runService(workspace, source, mount.variables, { flags: ["--expose-gc"], timeout: 30 * minute });
    expect(ended.stderr).toBe("");
    const { growth, status } = JSON.parse(ended.stdout) as {
      growth: number;
      status: { revision: number; counters: { rejected: number } };
    };
    expect(status.revision).toBeGreaterThanOrEqual(warmUp + reloads - 2);
    expect(status.counters.rejected).toBe(0);
    expect(growth).toBeLessThan(1.05);
    process.stdout.write(`R14: ${status.revision} reloads, heap ${((growth - 1) * 100).toFixed(2)} %\n`);
  });
});
