import { chmod, link, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSaved, save } from "./saved-release.ts";
import { releaseOf } from "../../testing/config-service.ts";
import { PASSWORD, values } from "../../testing/gateway.ts";
import { temporaryFolder } from "../../testing/mount.ts";
import { until, warn, startService, prepare, follow } from "../../testing/server-source.ts";

describe("R6: the last-known-good on disk", () => {
  const release = releaseOf(values, { epoch: 1, revision: 5 });
  const options = async () => ({ dir: await temporaryFolder(), service: "device-gateway", environment: "prod" });
  const pathOf = ({ dir }: { readonly dir: string }): string => join(dir, "device-gateway.prod.release");

  it("R6: is written whole, for its owner alone, without secrets, and read back", async () => {
    const state = await options();
    await save(state, release, "root-1");
    expect((await stat(pathOf(state))).mode & 0o777).toBe(0o600);
    expect(await readSaved(state)).toMatchObject({ kind: "saved", release, deployedRoot: "root-1" });
    expect(await readFile(pathOf(state), "utf8")).not.toContain(PASSWORD);
    expect((await readdir(state.dir)).sort()).toEqual(["device-gateway.prod.floor", "device-gateway.prod.release"]);
  });

  it("R6: never goes back", async () => {
    const state = await options();
    await save(state, release, undefined);
    await save(state, releaseOf(warn, { epoch: 1, revision: 4 }), undefined);
    expect(await readSaved(state)).toMatchObject({ release: { revision: 5 } });
  });

  const spoils: readonly { readonly name: string; readonly spoil: (path: string) => Promise<unknown>; readonly says: RegExp }[] = [
    { name: "group-writable", spoil: (path) => chmod(path, 0o620), says: /others than its owner/ },
    { name: "world-writable", spoil: (path) => chmod(path, 0o602), says: /others than its owner/ },
    { name: "a second name", spoil: (path) => link(path, `${path}.copy`), says: /more than one name/ },
    {
      name: "a link",
      spoil: async (path) => {
        const contents = await readFile(path);
        await rm(path);
        await writeFile(`${path}.target`, contents, { mode: 0o600 });
        await symlink(`${path}.target`, path);
      },
      says: /it is a link/,
    },
    {
      name: "another checksum",
      spoil: async (path) => writeFile(path, (await readFile(path, "utf8")).replace('"revision":5', '"revision":6')),
      says: /checksum/,
    },
    { name: "a floor above it", spoil: (path) => writeFile(path.replace(/release$/, "floor"), "1.6\n"), says: /1\.6 was in use/ },
    { name: "a floor that is none", spoil: (path) => writeFile(path.replace(/release$/, "floor"), "x"), says: /malformed/ },
  ];
  it.each(spoils)("R6: reports VX5018 for $name", async ({ spoil, says }) => {
    const state = await options();
    await save(state, release, undefined);
    await spoil(pathOf(state));
    expect(await readSaved(state)).toMatchObject({ kind: "refused", problem: { code: "VX5018", message: expect.stringMatching(says) } });
  });

  it("R6: refuses every flipped bit", async () => {
    const state = await options();
    await save(state, release, undefined);
    const bytes = await readFile(pathOf(state));
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(pathOf(state), flipped);
      expect((await readSaved(state)).kind).toBe("refused");
    }
  });

  it("R14: says that it cannot be saved, and goes on", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    await writeFile(where.stateDir, "a file in place of the folder");
    const { instance, begin, lines } = await follow(where);
    await begin();
    await until(() => expect(lines).toMatchObject([{ details: { code: "VX5018", event: "trouble" } }]));
    expect(instance.status()).toMatchObject({ stale: false, counters: { stateErrors: 1 } });
  });
});
