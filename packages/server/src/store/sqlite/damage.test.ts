// Files that are not as they were written: flipped bits, removed rows, files of others, files that are cut.
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeFolder } from "../../testing/folder.ts";
import { changesOf, collect, del, put, upTo, write } from "../../testing/helpers.ts";
import { Random, rounds } from "../../testing/random.ts";
import { StoreError } from "../errors.ts";
import { openSqliteStore } from "../open.ts";
import type { Store } from "../store.ts";
import { isNewEnough, openDatabase } from "./driver.ts";

const folder = makeFolder();
const whole = join(folder, "whole.db");
let files = 0;
// A new name each time: a driver may keep the lock of a file that it could not open.
const nextFile = (): string => join(folder, `damaged-${files++}.db`);

/** Everything that a store gives, as one text. */
async function readAll(store: Store): Promise<string> {
  const { compacted, revision } = await store.readHead();
  const snapshots: unknown[] = [];
  for (let at = compacted; at <= revision; at++) snapshots.push(await store.read({ prefix: "" }, at));
  const { records } = await store.read({ prefix: "" });
  for (const { key } of records) snapshots.push((await store.read({ key })).records);
  const blobs = records.filter(({ key }) => key.startsWith("blobs/")).map(({ key }) => store.readBlob(key.slice("blobs/".length)));
  const bytes = (await Promise.all(blobs)).map((blob) => Buffer.from(blob ?? "gone").toString("hex"));
  const watched = changesOf(await collect(store.watch("", { after: compacted }), upTo(revision)));
  return JSON.stringify([await store.readHead(), snapshots, bytes, watched]);
}

let expected = "";
beforeAll(async () => {
  const store = openSqliteStore({ path: whole });
  for (let count = 0; count < 60; count++) {
    const extra = count % 4 === 2 ? [del(`records/${count / 2}`)] : [];
    await write(store, put(`records/${count}`, `value ${count} `.repeat(1 + (count % 40))), put("heads/newest", String(count)), ...extra);
  }
  await store.putBlob(Buffer.alloc(9000, "blob"));
  await store.compact(20);
  await store.commit({ write: () => [put("records/last", "")], receipt: { id: "last", digest: "d" } });
  expected = await readAll(store);
  await store.close();
});

it(`V6: detects each of ${rounds(1000)} flipped bits, or gives everything as before`, async () => {
  const bytes = readFileSync(whole);
  const random = new Random();
  let detected = 0;
  for (let round = 0; round < rounds(1000); round++) {
    const [at, bit] = [random.below(bytes.length), random.below(8)];
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
    const damaged = nextFile();
    writeFileSync(damaged, flipped);
    let store: Store | undefined;
    try {
      store = openSqliteStore({ path: damaged });
      expect(await readAll(store), `seed ${random.seed}: byte ${at} bit ${bit}`).toBe(expected);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      expect(error.code).toMatch(/^(?:corrupt|unfit)$/);
      detected++;
    } finally {
      await store?.close();
    }
    rmSync(damaged);
  }
  expect(detected).toBeGreaterThan(rounds(1000) / 4);
});

it("V6: refuses a file that is cut", () => {
  const { size } = statSync(whole);
  for (const part of [0.1, 0.5, 0.9, 0.999]) {
    const damaged = nextFile();
    copyFileSync(whole, damaged);
    truncateSync(damaged, Math.floor(size * part));
    expect(() => openSqliteStore({ path: damaged })).toThrow(StoreError);
  }
});

it("refuses a file that is no store, and leaves it as it is", () => {
  const foreign = join(folder, "foreign.db");
  const database = openDatabase(foreign);
  database.exec("CREATE TABLE theirs (a)");
  database.close();
  const text = join(folder, "text.db");
  writeFileSync(text, "not a database, but long enough to be taken for one. ".repeat(100));
  for (const path of [foreign, text]) {
    const before = readFileSync(path);
    expect(() => openSqliteStore({ path })).toThrow(StoreError);
    expect(readFileSync(path).equals(before)).toBe(true);
  }
  expect(() => openSqliteStore({ path: join(folder, "none/at/all.db") })).toThrow(StoreError);
});

describe("V6: rows that are taken away, changed or put back", () => {
  // SQLite finds none of these by itself: the file is as good as any.
  it.each([
    ["a record", "DELETE FROM versions WHERE key = 'records/last'"],
    ["all of a family", "DELETE FROM versions WHERE key LIKE 'records/%'"],
    ["a deletion", "DELETE FROM versions WHERE value IS NULL"],
    ["a version that is not the newest", "DELETE FROM versions WHERE key = 'heads/newest' AND revision = 40"],
    ["a log entry", "DELETE FROM log WHERE revision = 40"],
    ["the last commit", "DELETE FROM log WHERE revision = (SELECT max(revision) FROM log)"],
    ["the first log entry", "DELETE FROM log WHERE revision = 20"],
    ["a blob", "DELETE FROM bodies"],
    ["a blob and its record", "DELETE FROM versions WHERE key LIKE 'blobs/%'"],
    ["a receipt", "DELETE FROM versions WHERE key LIKE 'receipts/%'"],
    ["the head", "DELETE FROM head"],
    ["a value", "UPDATE versions SET value = CAST('other' AS BLOB) WHERE key = 'records/last'"],
    ["a key", "UPDATE versions SET key = 'records/lost' WHERE key = 'records/last'"],
    ["a revision", "UPDATE versions SET revision = 61 WHERE key = 'records/59'"],
    ["a row of before", "INSERT INTO versions SELECT 'records/55', 70, value, hash FROM versions WHERE key = 'records/54'"],
    ["a byte of a blob", "UPDATE bodies SET bytes = CAST(replace(CAST(bytes AS TEXT), 'blob', 'blub') AS BLOB)"],
    ["a table", "DROP TABLE bodies"],
    ["an index", "DROP INDEX versions_by_revision"],
  ])("finds %s", (_, sql) => {
    const damaged = nextFile();
    copyFileSync(whole, damaged);
    change(damaged, sql);
    expect(() => openSqliteStore({ path: damaged })).toThrow(expect.objectContaining({ code: "corrupt" }));
  });
});

function change(path: string, sql: string): void {
  const database = openDatabase(path);
  database.exec(sql);
  database.close();
}

it("is one file when it is closed", () => {
  expect(readdirSync(folder).filter((name) => name.startsWith("whole"))).toEqual(["whole.db"]);
});

it("takes SQLite from 3.51.3 on", () => {
  expect(["3.51.3", "3.51.10", "3.52.0", "3.100.0", "4.0.0"].map(isNewEnough)).toEqual([true, true, true, true, true]);
  expect(["3.51.2", "3.45.1", "3.7.0", "3.9.9", "2.99.99"].map(isNewEnough)).toEqual([false, false, false, false, false]);
});

it("makes a file that only its owner reads", () => {
  expect(statSync(whole).mode & 0o777).toBe(0o600);
});
