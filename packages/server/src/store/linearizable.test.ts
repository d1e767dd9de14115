// Writes and reads of many clients could have been one after another.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EtcdCluster } from "../testing/etcd-server.ts";
import { makeFolder } from "../testing/folder.ts";
import { collect, upTo } from "../testing/helpers.ts";
import { type HistoryCall, recordHistory } from "../testing/history.ts";
import { judgeByPorcupine, judgeByRevisions } from "../testing/judge-history.ts";
import { builtProgram, etcdPrograms, MISSING_ETCD } from "../testing/programs.ts";
import { Random, rounds } from "../testing/random.ts";
import type { Failpoint } from "./engine.ts";
import { StoreError } from "./errors.ts";
import { openEtcdStore } from "./etcd/open-etcd.ts";
import { openMemoryStore, openSqliteStore } from "./open.ts";
import type { Store } from "./store.ts";

const size = { clients: 16, keys: 20, operations: 2000 };
const porcupine = builtProgram("porcupine");
const folder = makeFolder();

async function expectLinearizable(stores: readonly Store[], random: Random): Promise<void> {
  const history = await recordHistory(stores, random, size);
  const [store] = stores;
  if (store === undefined) throw new Error("no store");
  const { revision } = await store.readHead();
  const watched = await collect(store.watch("keys/", { after: 0 }), upTo(revision));
  expect(judgeByRevisions(history, watched), `seed ${random.seed}`).toEqual([]);
  expect(history.length).toBeGreaterThan(size.operations / 2);
  if (porcupine !== undefined) {
    expect(judgeByPorcupine(porcupine, history), `seed ${random.seed}`).toMatchObject({ keys: size.keys, verdict: "ok" });
  }
  expect((await store.verify()).faults).toEqual([]);
}

const byWhat =
  porcupine === undefined ? "by revisions (porcupine skipped: `npm run prepare:server` with Go)" : "by porcupine and by revisions";

it(`memory is linearizable in ${rounds(20)} histories, ${byWhat}`, async () => {
  for (let round = 0; round < rounds(20); round++) await expectLinearizable([openMemoryStore()], new Random());
});

it(`SQLite is linearizable in ${rounds(200)} histories, ${byWhat}`, async () => {
  for (let round = 0; round < rounds(200); round++) {
    const random = new Random();
    const failpoint: Failpoint = (call) => {
      if (call === "insert" && random.below(200) === 0) throw new StoreError("full", "played");
    };
    const store = openSqliteStore({ path: join(folder, `${round}.db`), failpoint });
    await expectLinearizable([store], random);
    await store.close();
  }
});

for (const { name, path } of etcdPrograms().slice(-1)) {
  const histories = rounds(200) === 200 ? 200 : 3;
  if (path === undefined) {
    it.skip(`${name} is linearizable: ${MISSING_ETCD}`, () => undefined);
    continue;
  }
  describe("over the network", () => {
    let cluster: EtcdCluster;
    beforeAll(async () => {
      cluster = await EtcdCluster.start(path);
    });
    afterAll(() => cluster.stop());

    it(`${name} is linearizable in ${histories} histories of three servers that lose answers, ${byWhat}`, async () => {
      for (let round = 0; round < histories; round++) {
        const random = new Random();
        const failpoint: Failpoint = (call) => {
          if (random.below(30) === 0) throw new StoreError("unavailable", `played at ${call}`);
        };
        const options = { endpoints: cluster.endpoints, root: `/history/${round}/` };
        const first = await openEtcdStore(options);
        const others = [await openEtcdStore({ ...options, failpoint }), await openEtcdStore({ ...options, failpoint })];
        await expectLinearizable([first, ...others], random);
        await Promise.all([first, ...others].map((store) => store.close()));
      }
    });
  });
}

describe("the judges", () => {
  const times = { client: 1, call: 10n, return: 20n };
  const written: HistoryCall = {
    ...times,
    kind: "write",
    changes: [{ key: "keys/0", expect: "", value: "x" }],
    outcome: { kind: "committed", revision: 1 },
    failed: [],
    receipt: "r",
  };
  const watched = [{ kind: "changes" as const, revision: 1, changes: [{ key: "keys/0", value: "x", hash: "" }] }];
  const readAs = (value: string, at: number): HistoryCall => ({
    kind: "read",
    client: 2,
    key: "keys/0",
    value,
    at,
    revision: at,
    call: 30n,
    return: 40n,
  });
  const histories: readonly (readonly [string, readonly HistoryCall[], boolean])[] = [
    ["what was written", [written, readAs("x", 1)], true],
    ["a read of what was before", [written, readAs("", 0)], false],
    ["a read of what nobody wrote", [written, readAs("y", 1)], false],
    ["a write over something else", [{ ...written, changes: [{ key: "keys/0", expect: "z", value: "x" }] }, readAs("x", 1)], false],
    ["a lost write", [{ ...written, call: 22n, return: 25n, outcome: { kind: "committed", revision: 2 } }, written, readAs("x", 1)], false],
  ];

  it.each(histories)("see %s", (_, history, isRight) => {
    expect(judgeByRevisions(history, watched).length === 0).toBe(isRight);
    if (porcupine !== undefined) expect(judgeByPorcupine(porcupine, history).verdict).toBe(isRight ? "ok" : "illegal");
  });

  it.skipIf(porcupine === undefined)("allow that an unknown write happened, or not, or later", () => {
    const unknown: HistoryCall = { ...written, outcome: { kind: "unknown" } };
    for (const value of ["x", ""]) expect(judgeByPorcupine(porcupine ?? "", [unknown, readAs(value, 1)]).verdict).toBe("ok");
    expect(judgeByPorcupine(porcupine ?? "", [unknown, readAs("y", 1)]).verdict).toBe("illegal");
  });
});
