// Faults of what keeps the data: a failure at every call of every engine, one run for each, and a disk that is full.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EtcdCluster } from "../testing/etcd-server.ts";
import { makeFolder } from "../testing/folder.ts";
import { put, write } from "../testing/helpers.ts";
import { etcdPrograms, MISSING_ETCD } from "../testing/programs.ts";
import type { Failpoint } from "./engine.ts";
import { StoreError } from "./errors.ts";
import { openEtcdStore } from "./etcd/open-etcd.ts";
import { openMemoryStore, openSqliteStore } from "./open.ts";
import type { Commit, Store } from "./store.ts";

const folder = makeFolder();
let files = 0;

/** Fails the call of a number, counted from when it is armed. */
class Countdown {
  calls = 0;
  failAt = -1;
  readonly failpoint: Failpoint = (call) => {
    if (this.failAt < 0) return;
    if (++this.calls === this.failAt) throw new StoreError("unavailable", `played at ${call}`);
  };
}

/** Commits of a change and its audit entry, one at a time and three at once, with a blob and a compaction between. */
const commits: readonly Commit[] = Array.from({ length: 7 }, (_, index) => ({
  write: (revision) => [
    put(`changes/${index}`, String(revision)),
    put(`audit/${index}`, String(revision)),
    put("heads/newest", String(index)),
  ],
  receipt: { id: `commit-${index}`, digest: String(index) },
}));

type WriteResult = number | "failed" | "unknown";

async function run(store: Store): Promise<readonly WriteResult[]> {
  const outcomes: WriteResult[] = [];
  const attempt = async (index: number): Promise<void> => {
    try {
      const answer = await store.commit(commits[index] ?? { write: () => [] });
      outcomes[index] = answer.revision;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      outcomes[index] = error.code === "unknown" ? "unknown" : "failed";
    }
  };
  const ignore = async (call: Promise<unknown>): Promise<void> => {
    await call.catch((error: unknown) => expect(error).toBeInstanceOf(StoreError));
  };
  await attempt(0);
  await attempt(1);
  await ignore(store.putBlob(Buffer.from("blob")));
  await Promise.all([attempt(2), attempt(3), attempt(4)]);
  await ignore(store.compact(2));
  await attempt(5);
  await ignore(store.read({ prefix: "changes/" }));
  await attempt(6);
  return outcomes;
}

/** After a fault: what was answered is there, what failed is not, nothing is half there; and everything can be repeated. */
async function judge(store: Store, outcomes: readonly WriteResult[], failAt: number): Promise<void> {
  expect((await store.verify()).faults, `call ${failAt}`).toEqual([]);
  const { records } = await store.read({ prefix: "" });
  const revisions = new Map(records.map(({ key, revision }) => [key, revision]));
  outcomes.forEach((outcome, index) => {
    const found = revisions.get(`changes/${index}`);
    expect(revisions.get(`audit/${index}`), `call ${failAt}, commit ${index} whole`).toBe(found);
    if (outcome === "failed") expect(found, `call ${failAt}, commit ${index} failed`).toBeUndefined();
    else if (outcome !== "unknown") expect(found, `call ${failAt}, commit ${index} answered`).toBe(outcome);
  });
  for (const [index, commit] of commits.entries()) {
    const before = revisions.get(`changes/${index}`);
    expect(await store.commit(commit), `call ${failAt}, commit ${index} repeated`).toMatchObject({
      kind: "committed",
      repeated: before !== undefined,
      ...(before === undefined ? {} : { revision: before }),
    });
  }
  expect((await store.verify()).faults).toEqual([]);
}

/** One run per call: until a run is over before its call comes. */
async function failEveryCall(
  open: (failpoint: Failpoint) => Promise<Store>,
  reopen: (store: Store) => Promise<Store>,
): Promise<{ readonly runs: number; readonly unknown: number }> {
  let unknown = 0;
  for (let failAt = 1; ; failAt++) {
    const countdown = new Countdown();
    let store = await open(countdown.failpoint);
    countdown.failAt = failAt;
    const outcomes = await run(store);
    const isOver = countdown.calls < failAt;
    countdown.failAt = -1;
    unknown += outcomes.filter((outcome) => outcome === "unknown").length;
    store = await reopen(store);
    await judge(store, outcomes, failAt);
    await store.close();
    if (isOver) return { runs: failAt, unknown };
  }
}

describe("V2, V4: a failure at every call", () => {
  it("of memory", async () => {
    const { runs } = await failEveryCall(
      async (failpoint) => openMemoryStore({ failpoint }),
      async (store) => store,
    );
    expect(runs).toBeGreaterThan(30);
  });

  it("of SQLite, each followed by a new start", async () => {
    let path = "";
    const { runs, unknown } = await failEveryCall(
      async (failpoint) => openSqliteStore({ path: (path = join(folder, `calls-${files++}.db`)), failpoint }),
      async (store) => {
        await store.close();
        return openSqliteStore({ path });
      },
    );
    expect(runs).toBeGreaterThan(60);
    // Before and after each COMMIT.
    expect(unknown).toBeGreaterThan(8);
  });

  for (const { name, path } of etcdPrograms().slice(-1)) {
    if (path === undefined) {
      it.skip(`of ${name}: ${MISSING_ETCD}`, () => undefined);
      continue;
    }
    describe("over the network", () => {
      let cluster: EtcdCluster;
      beforeAll(async () => {
        cluster = await EtcdCluster.start(path);
      });
      afterAll(() => cluster.stop());

      it(`of ${name}: requests and answers lost`, async () => {
        let roots = 0;
        const { runs } = await failEveryCall(
          (failpoint) => openEtcdStore({ endpoints: cluster.endpoints, root: `/calls/${roots++}/`, failpoint }),
          async (store) => store,
        );
        expect(runs).toBeGreaterThan(30);
      });

      it(`of ${name}: all answers lost for a while, and the commit is found in the log`, async () => {
        const lost = new Set<string>();
        const failpoint: Failpoint = (call) => {
          if (!lost.has(call)) return;
          lost.delete(call);
          throw new StoreError("unavailable", "played");
        };
        const store = await openEtcdStore({ endpoints: cluster.endpoints, root: "/lost/", failpoint });
        await write(store, put("a/0", "0"));
        const other = await openEtcdStore({ endpoints: cluster.endpoints, root: "/lost/" });
        for (let count = 1; count <= 20; count++) {
          lost.add("txn: after");
          const committing = store.commit({ write: (revision) => [put(`a/${count}`, String(revision))] });
          const [answer] = await Promise.all([committing, write(other, put("b/x", String(count)))]);
          const [record] = (await other.read({ key: `a/${count}` })).records;
          expect(answer).toEqual({ kind: "committed", revision: record?.revision, repeated: false });
          expect(record?.value).toBe(String(answer.revision));
        }
        expect((await other.readHead()).revision).toBe(41);
        await store.close();
        await other.close();
      });
    });
  }
});

describe("V5: a disk that is full", () => {
  it("refuses what does not fit, takes what does, reads on, and takes all again when there is space", async () => {
    const path = join(folder, "full.db");
    const store = openSqliteStore({ path, maxPages: 60 });
    const codes = new Set<string>();
    let answered = 0;
    for (let count = 0; count < 40; count++) {
      try {
        await write(store, put("large/value", "x".repeat(20_000)));
        answered++;
      } catch (error) {
        codes.add(error instanceof StoreError ? error.code : String(error));
      }
    }
    expect([...codes]).toEqual(["full"]);
    expect(answered).toBeGreaterThan(3);
    const { revision, records } = await store.read({ prefix: "large/" });
    expect(revision).toBe(answered);
    expect(records[0]?.value).toHaveLength(20_000);
    // A large commit does not take the small ones down with which it would have been written.
    const [large, small] = await Promise.allSettled([
      write(store, put("large/value", "x".repeat(300_000))),
      write(store, put("small/value", "s")),
    ]);
    expect([large.status, small.status]).toEqual(["rejected", "fulfilled"]);
    await store.compact((await store.readHead()).revision);
    await write(store, put("large/value", "y".repeat(20_000)));
    expect((await store.verify()).faults).toEqual([]);
    await store.close();
    const larger = openSqliteStore({ path });
    await write(larger, put("large/value", "z".repeat(300_000)));
    await larger.close();
  });
});
