import { mkdtemp, readdir, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { publish, readMount } from "./mount.ts";

let mount: string;

beforeEach(async () => {
  mount = join(await mkdtemp(join(tmpdir(), "veltrix-mount-")), "config");
});
afterEach(() => rm(join(mount, ".."), { recursive: true }));

it("lays out files as a kubelet does", async () => {
  await publish(mount, { "config.json": "{}", "veltrix.json": "[]" });
  const names = (await readdir(mount)).sort();
  expect(names.slice(-3)).toEqual(["..data", "config.json", "veltrix.json"]);
  expect(names[0]).toMatch(/^\.\.\d{4}(_\d\d){5}\.\d{9}$/);
  expect(names).toHaveLength(4);
  expect(await readMount(mount)).toEqual({ "config.json": "{}", "veltrix.json": "[]" });
});

async function readPair(): Promise<string[]> {
  const folder = await realpath(join(mount, "..data"));
  return Promise.all(["config.json", "veltrix.json"].map((name) => readFile(join(folder, name), "utf8")));
}

it("replaces all files at once, and removes the old version", async () => {
  await publish(mount, { "config.json": "0", "veltrix.json": "0" });
  const published = { version: 0 };
  const publishing = (async () => {
    for (; published.version < 50; published.version++) {
      await publish(mount, { "config.json": `${published.version}`, "veltrix.json": `${published.version}` });
    }
  })();
  const pairs: string[][] = [];
  while (published.version < 50) {
    // A version may be removed while it is looked up or read; what is read is never torn.
    const pair = await readPair().catch(() => undefined);
    if (pair !== undefined) pairs.push(pair);
  }
  await publishing;
  expect(pairs.length).toBeGreaterThan(0);
  for (const [config, hashes] of pairs) expect(config).toBe(hashes);
  expect(await readdir(mount)).toHaveLength(4);
});
