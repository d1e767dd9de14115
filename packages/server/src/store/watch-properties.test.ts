// Watches under a random load, with reconnects and compactions.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EtcdCluster } from "../testing/etcd-server.ts";
import { makeFolder } from "../testing/folder.ts";
import { etcdPrograms, MISSING_ETCD } from "../testing/programs.ts";
import { rounds } from "../testing/random.ts";
import { checkWatch, type Committed, type Step } from "../testing/watch-checker.ts";
import { runWatchLoad } from "../testing/watch-load.ts";
import { openEtcdStore } from "./etcd/open-etcd.ts";
import { openMemoryStore, openSqliteStore } from "./open.ts";

const folder = makeFolder();
const watchers = 32;
/** A commit of the load changes about ten records, of which a watcher sees two or three. */
const commits = rounds(30_000);

describe("V8, V29: ordered, unique, reliable, atomic, resumable, bookmarkable", () => {
  it("in memory", async () => {
    expect(await runWatchLoad([openMemoryStore()], { commits: rounds(5000), watchers })).toBeGreaterThan(rounds(200_000));
  });

  it(`in SQLite, over ${rounds(2_000_000)} delivered changes`, async () => {
    const store = openSqliteStore({ path: join(folder, "watched.db") });
    expect(await runWatchLoad([store], { commits, watchers })).toBeGreaterThan(rounds(2_000_000));
    await store.close();
  });

  for (const { name, path } of etcdPrograms().slice(-1)) {
    const size = rounds(10) === 10 ? commits : 400;
    if (path === undefined) {
      it.skip(`in ${name}: ${MISSING_ETCD}`, () => undefined);
      continue;
    }
    describe("over the network", () => {
      let cluster: EtcdCluster;
      beforeAll(async () => {
        cluster = await EtcdCluster.start(path);
      });
      afterAll(() => cluster.stop());

      it(`in ${name}, killed and started again, through two servers`, async () => {
        const options = { endpoints: cluster.endpoints, root: "/watched/", timeoutMs: 20_000 };
        const stores = [await openEtcdStore(options), await openEtcdStore(options)];
        let kills = 0;
        let isKilling = false;
        const disturb = async (): Promise<void> => {
          if (kills >= 2 || isKilling) return;
          isKilling = true;
          await cluster.kill(0);
          cluster.startMember(0);
          kills++;
          isKilling = false;
        };
        const events = await runWatchLoad(stores, { commits: size, watchers, disturb });
        expect(events).toBeGreaterThan(size * watchers);
        expect(kills).toBe(2);
        for (const store of stores) await store.close();
      });
    });
  }
});

describe("the checker", () => {
  const committed: Committed = new Map([
    [1, [{ kind: "put", key: "a/x", value: "1" }]],
    [2, [{ kind: "put", key: "b/x", value: "2" }]],
    [
      3,
      [
        { kind: "put", key: "a/y", value: "3" },
        { kind: "delete", key: "a/x" },
      ],
    ],
    [4, [{ kind: "put", key: "a/y", value: "4" }]],
  ]);
  const changes = (revision: number, ...of: readonly (readonly [string, string | null])[]): Step => ({
    kind: "message",
    message: { kind: "changes", revision, changes: of.map(([key, value]) => ({ key, value, hash: "" })) },
  });
  const progress = (revision: number): Step => ({ kind: "message", message: { kind: "progress", revision } });
  const from = (after: number): Step => ({ kind: "connected", after });
  const one = changes(1, ["a/x", "1"]);
  const three = changes(3, ["a/x", null], ["a/y", "3"]);
  const four = changes(4, ["a/y", "4"]);

  it.each<[string, readonly Step[], string | undefined]>([
    ["takes what was committed", [from(0), one, progress(2), three, four], undefined],
    ["takes a resumption", [from(0), one, from(1), progress(2), from(2), three, four], undefined],
    ["sees another order", [from(0), one, four, three], "ordered"],
    ["sees a repetition", [from(0), one, one, three, four], "unique"],
    ["sees a gap", [from(0), one, four], "reliable"],
    ["sees a gap that a progress hides", [from(0), one, progress(3), four], "reliable"],
    ["sees half a commit", [from(0), one, changes(3, ["a/y", "3"]), four], "atomic"],
    ["sees a lost deletion", [from(0), one, changes(3, ["a/y", "3"])], "atomic"],
    ["sees a resumption elsewhere", [from(0), one, from(3), four], "resumable"],
    ["sees a change after its bookmark", [from(0), one, progress(4), four], "bookmarkable"],
    ["sees a wrong list", [from(0), { kind: "listed", revision: 3, values: { "a/x": "1" } }, four], "list"],
    ["takes a right list", [from(0), { kind: "listed", revision: 3, values: { "a/y": "3" } }, four], undefined],
  ])("%s", (_, steps, expected) => {
    const { wrong } = checkWatch(steps, "a/", committed);
    if (expected === undefined) expect(wrong).toEqual([]);
    else expect(wrong.join("\n")).toContain(expected);
  });
});
