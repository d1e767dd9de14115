// Backup, restore and migration: the same records on the other side, whatever comes between.
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EtcdCluster } from "../../testing/etcd-server.ts";
import { makeFolder } from "../../testing/folder.ts";
import { changesOf, collect, del, put, upTo, valuesOf, write } from "../../testing/helpers.ts";
import { etcdPrograms, MISSING_ETCD } from "../../testing/programs.ts";
import { Random, rounds } from "../../testing/random.ts";
import type { Failpoint } from "../engine.ts";
import { StoreError } from "../errors.ts";
import { openEtcdStore } from "../etcd/open-etcd.ts";
import { openMemoryStore, openSqliteStore } from "../open.ts";
import type { Store, StoredRecord } from "../store.ts";
import { readSystem } from "../system.ts";
import { backupStore } from "./backup.ts";
import { migrateToEtcd } from "./migrate.ts";
import { restoreBackup } from "./restore.ts";

const folder = makeFolder();
const now = 1_800_000_000_000;
let files = 0;
const nextFile = (): string => join(folder, `file-${files++}`);

/** A history with deletions, blobs and a receipt. */
async function fill(store: Store): Promise<Store> {
  for (let count = 0; count < 130; count++) {
    await write(store, put(`records/${count}`, `${count}\n\u2028\u0000é`.repeat(count)), del(`records/${count - 7}`));
  }
  for (const text of ["one", "two", ""]) await store.putBlob(Buffer.from(text));
  await store.commit({ write: () => [put("heads/newest", "129")], receipt: { id: "last", digest: "d" } });
  return store;
}

const ours = ({ key }: StoredRecord): boolean => !key.startsWith("system/");
const recordsOf = async (store: Store): Promise<readonly StoredRecord[]> => (await store.read({ prefix: "" })).records.filter(ours);

/** What must hold of a store that was made of another. */
async function expectSame(store: Store, expected: readonly StoredRecord[], revision: number): Promise<void> {
  expect(await recordsOf(store)).toEqual(expected);
  expect((await store.verify()).faults).toEqual([]);
  expect(await store.readHead()).toMatchObject({ revision: revision + 1, compacted: revision + 1 });
  for (const { key } of expected.filter((record) => record.key.startsWith("blobs/"))) {
    expect(await store.readBlob(key.slice("blobs/".length))).toBeDefined();
  }
  // Who watched before must list again; a receipt still counts; and it goes on.
  expect(await collect(store.watch("", { after: revision }), () => true)).toEqual([{ kind: "too-old", oldest: revision + 1 }]);
  const again = { write: () => [], receipt: { id: "last", digest: "d" } };
  expect(await store.commit(again)).toMatchObject({ repeated: true });
  expect(await write(store, put("records/new", ""))).toBe(revision + 2);
  expect(changesOf(await collect(store.watch("", { after: revision + 1 }), upTo(revision + 2)))).toHaveLength(1);
}

describe("backup and restore", () => {
  it("brings back what was there, in a new epoch and frozen", async () => {
    const store = await fill(openMemoryStore());
    const backup = nextFile();
    const { revision } = await store.readHead();
    const expected = await recordsOf(store);
    expect(await backupStore(store, backup)).toMatchObject({ revision, records: expected.length, blobs: 3 });
    const path = nextFile();
    await restoreBackup(backup, { path }, now);
    const restored = openSqliteStore({ path });
    expect(await readSystem(restored)).toMatchObject({ epoch: now / 1000, frozen: { since: now, reason: "restored" } });
    await expectSame(restored, expected, revision);
    // Of what was restored, a backup again: the epoch grows though the clock has gone back.
    const second = nextFile();
    await backupStore(restored, second);
    await restored.close();
    const other = nextFile();
    await restoreBackup(second, { path: other }, 0);
    const again = openSqliteStore({ path: other });
    expect((await readSystem(again)).epoch).toBe(now / 1000 + 1);
    await again.close();
  });

  it("is of one revision while others write and sweep", async () => {
    let clock = now;
    const store = openSqliteStore({ path: nextFile(), now: () => clock });
    await fill(store);
    clock += 25 * 60 * 60_000;
    const over = new AbortController();
    const writing = (async () => {
      for (let count = 0; !over.signal.aborted; count++) {
        await write(store, put("pairs/one", String(count)), put("pairs/two", String(count)));
      }
    })();
    const backups = [nextFile(), nextFile(), nextFile()];
    await Promise.all([...backups.map((path) => backupStore(store, path)), store.sweep(() => false)]);
    over.abort();
    await writing;
    await store.close();
    for (const backup of backups) {
      const path = nextFile();
      await restoreBackup(backup, { path });
      const restored = openSqliteStore({ path });
      const { "pairs/one": one, "pairs/two": two } = await valuesOf(restored, "pairs/");
      expect(one).toBe(two);
      await restored.close();
    }
  });

  it("V6: takes no backup that is cut or changed, and leaves nothing behind", async () => {
    const backup = nextFile();
    await backupStore(await fill(openMemoryStore()), backup);
    const bytes = readFileSync(backup);
    const random = new Random();
    const target = nextFile();
    const attempt = async (contents: Uint8Array): Promise<void> => {
      const broken = nextFile();
      writeFileSync(broken, contents);
      const error = await restoreBackup(broken, { path: target }).then(
        () => "restored",
        (reason: unknown) => reason,
      );
      expect(error, `seed ${random.seed}`).toBeInstanceOf(StoreError);
      expect(readdirSync(folder).filter((name) => name.startsWith(target.slice(folder.length + 1)))).toEqual([]);
    };
    for (let round = 0; round < rounds(300); round++) {
      const flipped = Buffer.from(bytes);
      const at = random.below(bytes.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
      await attempt(flipped);
    }
    for (const part of [0, 0.1, 0.9]) await attempt(bytes.subarray(0, bytes.length * part));
    const lines = bytes.toString().trimEnd().split("\n");
    await attempt(Buffer.from([...lines.slice(0, 5), ...lines.slice(6)].join("\n")));
    await attempt(Buffer.from([...lines, lines[1]].join("\n")));
    await attempt(Buffer.from(lines.slice(0, -1).join("\n")));
  });

  it("replaces no file", async () => {
    const store = openMemoryStore();
    const backup = nextFile();
    await backupStore(store, backup);
    const before = readFileSync(backup);
    await expect(backupStore(store, backup)).rejects.toMatchObject({ code: "unfit" });
    const path = nextFile();
    copyFileSync(backup, path);
    await expect(restoreBackup(backup, { path })).rejects.toMatchObject({ code: "unfit" });
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

for (const { name, path: program } of etcdPrograms().slice(-1)) {
  if (program === undefined) {
    it.skip(`migration to ${name}: ${MISSING_ETCD}`, () => undefined);
    continue;
  }
  describe(`migration to ${name}`, () => {
    let cluster: EtcdCluster;
    const source = nextFile();
    let expected: readonly StoredRecord[] = [];
    let revision = 0;
    beforeAll(async () => {
      cluster = await EtcdCluster.start(program);
      const store = await fill(openSqliteStore({ path: source }));
      expected = await recordsOf(store);
      ({ revision } = await store.readHead());
      await store.close();
    });
    afterAll(() => cluster.stop());
    const at = (root: string, failpoint?: Failpoint) => ({
      endpoints: cluster.endpoints,
      root,
      ...(failpoint === undefined ? {} : { failpoint }),
    });

    it("keeps records and revisions", async () => {
      await migrateToEtcd(source, at("/migrated/"), now);
      const before = openSqliteStore({ path: source });
      expect(await recordsOf(before)).toEqual(expected);
      expect(await readSystem(before)).toEqual({ epoch: 1, frozen: undefined, revision });
      await before.close();
      const store = await openEtcdStore(at("/migrated/"));
      expect(await readSystem(store)).toMatchObject({ epoch: now / 1000, frozen: { since: now, reason: "migrated" } });
      await expectSame(store, expected, revision);
      await store.close();
      // It is not made twice, and never over another store.
      expect(await migrateToEtcd(source, at("/migrated/"))).toMatchObject({ revision: revision + 2 });
      const other = await openEtcdStore(at("/other/"));
      await expect(migrateToEtcd(source, at("/other/"))).rejects.toMatchObject({ code: "unfit" });
      expect(await valuesOf(other)).toEqual({});
      await other.close();
    });

    it("V23: goes on after an interruption at any call, and is no store before it is whole", async () => {
      for (let failAt = 1; ; failAt += rounds(10) === 10 ? 1 : 4) {
        const root = `/interrupted/${failAt}/`;
        let calls = 0;
        const failpoint: Failpoint = () => {
          if (++calls >= failAt) throw new StoreError("unavailable", "played");
        };
        const first = await migrateToEtcd(source, at(root, failpoint), now).then(
          () => "done",
          (error: unknown) => (error instanceof StoreError ? error.code : String(error)),
        );
        if (first === "done") {
          expect(failAt).toBeGreaterThan(15);
          break;
        }
        expect(first).toBe("unavailable");
        await migrateToEtcd(source, at(root), now + 5000);
        const store = await openEtcdStore(at(root));
        await expectSame(store, expected, revision);
        await store.close();
      }
    });

    it("refuses to open what is unfinished", async () => {
      let calls = 0;
      const failpoint: Failpoint = () => {
        if (++calls > 10) throw new StoreError("unavailable", "played");
      };
      await expect(migrateToEtcd(source, at("/half/", failpoint))).rejects.toMatchObject({ code: "unavailable" });
      await expect(openEtcdStore(at("/half/"))).rejects.toMatchObject({ code: "unfit" });
    });

    it("restores a backup into etcd", async () => {
      const store = openSqliteStore({ path: source });
      const backup = nextFile();
      await backupStore(store, backup);
      await store.close();
      await restoreBackup(backup, { etcd: at("/restored/") }, now);
      const restored = await openEtcdStore(at("/restored/"));
      await expectSame(restored, expected, revision);
      await restored.close();
    });
  });
}
