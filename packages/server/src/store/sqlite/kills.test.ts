// Processes killed at random instants, on one file that goes through all of it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleChild, Child } from "../../testing/child.ts";
import { makeFolder } from "../../testing/folder.ts";
import { put, write } from "../../testing/helpers.ts";
import { Random, rounds } from "../../testing/random.ts";
import { openSqliteStore } from "../open.ts";

const folder = makeFolder();
let writer = "";
beforeAll(async () => {
  writer = await bundleChild("writer");
});
afterAll(() => rmSync(writer, { force: true }));

it(`V1, V2: loses no answered commit and tears none from its audit entry in ${rounds(300)} kills`, async () => {
  const path = join(folder, "kills.db");
  const random = new Random();
  const answered = new Map<number, number>();
  let next = 0;
  for (let round = 0; round < rounds(300); round++) {
    const child = new Child(writer, [path, String(next)]);
    // Most rounds while it writes; some at any time, while it starts, opens and recovers.
    if (random.below(4) === 0) await new Promise((resolve) => setTimeout(resolve, random.below(500)));
    else await child.waitForLines(1 + random.below(60));
    await child.kill();
    for (const line of child.lines) {
      const [number = -1, revision = -1] = line.split(" ").map(Number);
      answered.set(number, revision);
    }
    // Opening it reads everything against the hashes.
    const store = openSqliteStore({ path });
    const { records } = await store.read({ prefix: "" });
    const revisions = new Map(records.map(({ key, revision }) => [key, revision]));
    for (const [number, revision] of answered) {
      expect(revisions.get(`changes/${number}`), `seed ${random.seed}: ${number} was answered`).toBe(revision);
    }
    const changes = records.filter(({ key }) => key.startsWith("changes/"));
    for (const { key, revision } of changes) expect(revisions.get(key.replace("changes", "audit"))).toBe(revision);
    expect(records.filter(({ key }) => key.startsWith("audit/"))).toHaveLength(changes.length);
    // What was not answered may be there or not; its number is not used again.
    next = Math.max(next, ...changes.map(({ key }) => Number(key.slice("changes/".length)))) + 1;
    await store.close();
  }
  expect(answered.size).toBeGreaterThan(rounds(300));
});

it("V7: tells a second process that the file is another's, and takes it when that is gone", async () => {
  const path = join(folder, "second.db");
  const store = openSqliteStore({ path });
  const second = new Child(writer, [path, "0"]);
  expect(await second.ended()).not.toBe(0);
  expect(second.error).toContain(`another process has ${path} open`);
  expect(second.lines).toEqual([]);
  expect(() => openSqliteStore({ path })).toThrow(/another process has/);
  await write(store, put("a/b", "1"));
  await store.close();
  const third = new Child(writer, [path, "0"]);
  await third.waitForLines(3);
  await third.kill();
});
