// Publishing, rolling back and the audit, on every engine.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backupStore } from "../store/copy/backup.ts";
import { restoreBackup } from "../store/copy/restore.ts";
import type { Failpoint } from "../store/engine.ts";
import { StoreError } from "../store/errors.ts";
import { openSqliteStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { testedEngines } from "../testing/engines.ts";
import { makeFolder } from "../testing/folder.ts";
import { collect, put, upTo, write } from "../testing/helpers.ts";
import { readAudit } from "./audit.ts";
import { publish, type PublishAnswer, type PublishRequest, rollBack } from "./publish.ts";
import { listNamedBlobs, putContract, readHeadRelease, readHistory, readRelease, type Release } from "./release.ts";
import { resumeService } from "./resume.ts";

const place = { service: "device-gateway", environment: "prod" };
const actor = { subject: "ci", address: "10.0.0.7" };
const folder = makeFolder();
let keys = 0;

interface Given {
  readonly contract: string;
  readonly request: (text: string, ifMatch: string | null, edited?: Partial<PublishRequest>) => Promise<PublishRequest>;
}

/** A store that knows a contract, and requests whose config was put. */
async function prepare(store: Store): Promise<Given> {
  const contract = await putContract(store, Buffer.from('{"type":"object"}'), 1);
  return {
    contract,
    request: async (text, ifMatch, edited = {}) => ({
      ...place,
      ifMatch,
      idempotencyKey: `key ${keys++}`,
      actor,
      message: `publish ${text}`,
      commit: "0123abc",
      now: 1_700_000_000_000 + keys,
      contents: {
        config: await store.putBlob(Buffer.from(text)),
        root: `v1:${text}`,
        hashes: { "/a": "h" },
        contract,
        secrets: { "/p": "db/password" },
      },
      ...edited,
    }),
  };
}

function published(answer: PublishAnswer): Release {
  if (answer.kind !== "published") throw new Error(`refused: ${answer.refusal.kind}`);
  return answer.release;
}

async function expectSound(store: Store): Promise<void> {
  expect((await readAudit(store)).wrong).toEqual([]);
  expect((await readHistory(store, place)).wrong).toEqual([]);
  expect((await store.verify()).faults).toEqual([]);
}

describe.each(testedEngines().filter(({ isHere }) => isHere))("on $name", ({ open }) => {
  const withStore = (test: (store: Store, given: Given) => Promise<void>) => async (): Promise<void> => {
    const store = await open();
    try {
      await test(store, await prepare(store));
      await expectSound(store);
    } finally {
      await store.close();
    }
  };

  it(
    "publishes, one release after the other, each with its audit entry",
    withStore(async (store, { request, contract }) => {
      const first = published(await publish(store, await request("one", null)));
      const second = published(await publish(store, await request("two", first.release)));
      expect(first).toMatchObject({
        ...place,
        author: "ci",
        previous: null,
        previousHash: null,
        rollbackOf: null,
        contract,
        root: "v1:one",
      });
      expect(second).toMatchObject({ previous: first.release, previousHash: first.hash });
      const { revision } = await store.readHead();
      expect(second.release).toBe(`1.${revision}`);
      expect(await readHeadRelease(store, place)).toEqual(second);
      expect(await readRelease(store, place, first.release)).toEqual(first);
      expect((await readHistory(store, place)).releases).toEqual([second, first]);
      expect(await readRelease(store, { ...place, environment: "dev" }, first.release)).toBeUndefined();
      for (const id of ["", "1", "1.99999", "01.2", "1.2.3", "../1.2"]) expect(await readRelease(store, place, id)).toBeUndefined();
      const { entries } = await readAudit(store);
      expect(entries).toMatchObject([
        {
          number: 1,
          action: "publish",
          subject: "ci",
          address: "10.0.0.7",
          before: null,
          after: { release: first.release },
          previous: null,
        },
        {
          number: 2,
          before: { release: first.release },
          after: { release: second.release, hash: second.hash },
          previous: entries[0]?.hash,
        },
      ]);
      const seen = await collect(store.watch("releases/", { after: 0 }), upTo(revision));
      expect(seen.filter(({ kind }) => kind === "changes")).toHaveLength(2);
    }),
  );

  it(
    "V3: refuses what was not made on the newest release, and shows both sides",
    withStore(async (store, { request }) => {
      const first = published(await publish(store, await request("one", null)));
      const refused = async (ifMatch: string | null): Promise<unknown> => await publish(store, await request("two", ifMatch));
      expect(await refused(null)).toEqual({ kind: "refused", refusal: { kind: "moved", head: first.release } });
      expect(await refused("1.999")).toEqual({ kind: "refused", refusal: { kind: "moved", head: first.release } });
      expect((await readAudit(store)).entries).toHaveLength(1);
    }),
  );

  it(
    "V3: lets one of 16 win who publish on the same release, and loses no release of 16 services",
    withStore(async (store, { request }) => {
      const requests = await Promise.all(Array.from({ length: 16 }, (_, index) => request(`${index}`, null)));
      const answers = await Promise.all(requests.map((one) => publish(store, one)));
      expect(answers.filter(({ kind }) => kind === "published")).toHaveLength(1);
      const others = await Promise.all(Array.from({ length: 16 }, (_, index) => request("x", null, { service: `service-${index}` })));
      const all = await Promise.all(others.map((one) => publish(store, one)));
      expect(new Set(all.map((answer) => published(answer).release)).size).toBe(16);
      expect((await readAudit(store)).entries).toHaveLength(17);
    }),
  );

  it(
    "V4: publishes once for one idempotency key, and refuses another request under it",
    withStore(async (store, { request }) => {
      const asked = await request("one", null);
      const answers = await Promise.all(Array.from({ length: 6 }, () => publish(store, asked)));
      expect(new Set(answers.map((answer) => published(answer).release)).size).toBe(1);
      expect(answers.filter((answer) => answer.kind === "published" && !answer.repeated)).toHaveLength(1);
      const first = published(await publish(store, asked));
      await publish(store, await request("two", first.release));
      // Long after: the same answer, though another release is the newest now.
      expect(await publish(store, asked)).toEqual({ kind: "published", release: first, repeated: true });
      await expect(publish(store, { ...asked, message: "another" })).rejects.toMatchObject({ code: "receipt-reused" });
      // The same key is another's for another service.
      expect((await publish(store, { ...asked, service: "broker" })).kind).toBe("published");
      expect((await readHistory(store, place)).releases).toHaveLength(2);
    }),
  );

  it(
    "rolls back to a new release with the old contents, as often as it is asked",
    withStore(async (store, { request }) => {
      const first = published(await publish(store, await request("one", null)));
      const second = published(await publish(store, await request("two", first.release)));
      const back = { ...(await request("unused", second.release)), to: first.release, reason: "errors in checkout" };
      const third = published(await rollBack(store, back));
      expect(await rollBack(store, back)).toEqual({ kind: "published", release: third, repeated: true });
      expect(third).toMatchObject({ root: "v1:one", config: first.config, rollbackOf: first.release, previous: second.release });
      expect(Number(third.release.split(".")[1])).toBeGreaterThan(Number(second.release.split(".")[1]));
      const other = { ...back, ifMatch: third.release, idempotencyKey: "other" };
      expect(await rollBack(store, { ...other, to: "1.9999" })).toEqual({ kind: "refused", refusal: { kind: "unknown-release" } });
      expect(await rollBack(store, { ...other, environment: "dev" })).toEqual({ kind: "refused", refusal: { kind: "unknown-release" } });
      expect((await readAudit(store)).entries.at(-1)).toMatchObject({ action: "rollback", reason: "errors in checkout" });
    }),
  );

  it(
    "refuses contracts and configs that were not put, and names that are none",
    withStore(async (store, { request }) => {
      const asked = await request("one", null);
      const refusal = async (edited: PublishRequest): Promise<unknown> => {
        const answer = await publish(store, edited);
        return answer.kind === "refused" ? answer.refusal.kind : answer.kind;
      };
      const missing = "0".repeat(64);
      expect(await refusal({ ...asked, contents: { ...asked.contents, contract: missing } })).toBe("unknown-contract");
      expect(await refusal({ ...asked, contents: { ...asked.contents, contract: "../../x" } })).toBe("unknown-contract");
      expect(await refusal({ ...asked, contents: { ...asked.contents, config: missing } })).toBe("unknown-config");
      for (const name of ["", "A", "a/b", "../a", "a b", "-a", "a".repeat(64), "__proto__", "a\u0000"]) {
        expect(await refusal({ ...asked, service: name })).toBe("invalid-name");
        expect(await refusal({ ...asked, environment: name })).toBe("invalid-name");
      }
      expect((await readAudit(store)).entries).toEqual([]);
      expect(await refusal(asked)).toBe("published");
      // What a release names is kept.
      expect(await listNamedBlobs(store)).toEqual(new Set([asked.contents.config, asked.contents.contract]));
    }),
  );
});

it("V2: a failure at any call leaves a release with its audit entry, or neither", async () => {
  let path = "";
  for (let failAt = 1, isOver = false; !isOver; failAt++) {
    path = join(folder, `fail-${failAt}.db`);
    let left = Number.POSITIVE_INFINITY;
    const failpoint: Failpoint = (call) => {
      if (--left === 0) throw new StoreError("unavailable", `played at ${call}`);
    };
    const store = openSqliteStore({ path, failpoint });
    const { request } = await prepare(store);
    const asked = await request("one", null);
    left = failAt;
    const answer = await publish(store, asked).catch((error: unknown) => error);
    isOver = left > 0;
    await store.close().catch(() => undefined);
    const again = openSqliteStore({ path });
    const { releases } = await readHistory(again, place);
    expect((await readAudit(again)).entries).toHaveLength(releases.length);
    if (!(answer instanceof Error)) expect(releases).toHaveLength(1);
    await expectSound(again);
    // Whatever it was, the same request again publishes once.
    published(await publish(again, asked));
    expect((await readHistory(again, place)).releases).toHaveLength(1);
    await again.close();
  }
});

it("after a restore refuses until it is resumed, and goes on in a new epoch", async () => {
  const store = openSqliteStore({ path: join(folder, "before.db") });
  const { request } = await prepare(store);
  const asked = await request("one", null);
  const first = published(await publish(store, asked));
  await backupStore(store, join(folder, "backup"));
  await store.close();
  await restoreBackup(join(folder, "backup"), { path: join(folder, "after.db") }, 1_800_000_000_000);
  const restored = openSqliteStore({ path: join(folder, "after.db") });
  const next = await (await prepare(restored)).request("one", first.release);
  expect(await publish(restored, next)).toEqual({ kind: "refused", refusal: { kind: "frozen" } });
  expect(await publish(restored, asked)).toEqual({ kind: "published", release: first, repeated: true });
  const resume = { actor, reason: "looked at the fleet", now: 2 };
  expect((await resumeService(restored, resume)).kind).toBe("done");
  expect(await resumeService(restored, resume)).toEqual({ kind: "refused", refusal: "not-frozen" });
  const second = published(await publish(restored, next));
  expect(second.release).toMatch(/^1800000000\./);
  expect(second.previous).toBe(first.release);
  expect((await readHistory(restored, place)).releases.map(({ release }) => release)).toEqual([second.release, first.release]);
  await expectSound(restored);
  await restored.close();
});

describe("V6: finds what was done to records behind the service's back", () => {
  const edit = async (change: (store: Store, release: Release) => Promise<void>): Promise<readonly string[]> => {
    const store = openSqliteStore({ path: join(folder, `edit-${keys++}.db`) });
    const { request } = await prepare(store);
    const first = published(await publish(store, await request("one", null)));
    const second = published(await publish(store, await request("two", first.release)));
    await change(store, second);
    const wrong = [...(await readHistory(store, place)).wrong, ...(await readAudit(store)).wrong];
    // The store itself is sound: it was written by its own means.
    expect((await store.verify()).faults).toEqual([]);
    await store.close();
    return wrong;
  };
  const keyOf = async (store: Store, prefix: string, index: number): Promise<string> =>
    (await store.read({ prefix })).records[index]?.key ?? "";

  it.each<[string, (store: Store, release: Release) => Promise<void>]>([
    [
      "an edited release",
      async (store, release) => {
        const key = await keyOf(store, "releases/", 1);
        await write(store, put(key, JSON.stringify({ ...release, root: "v1:three" })));
      },
    ],
    ["a release that is gone", async (store) => void (await write(store, { kind: "delete", key: await keyOf(store, "releases/", 0) }))],
    ["the newest release gone", async (store) => void (await write(store, { kind: "delete", key: await keyOf(store, "releases/", 1) }))],
    ["an audit entry gone", async (store) => void (await write(store, { kind: "delete", key: await keyOf(store, "audit/", 0) }))],
    ["the last audit entry gone", async (store) => void (await write(store, { kind: "delete", key: await keyOf(store, "audit/", 1) }))],
    [
      "an edited audit entry",
      async (store) => {
        const [record] = (await store.read({ prefix: "audit/" })).records;
        const body = { ...(JSON.parse(record?.value ?? "") as object), subject: "nobody" };
        await write(store, put(record?.key ?? "", JSON.stringify({ ...body, hash: createHash("sha256").update("x").digest("hex") })));
      },
    ],
  ])("%s", async (_, change) => {
    expect(await edit(change)).not.toEqual([]);
  });

  it("and nothing where nothing was done", async () => {
    expect(await edit(async () => undefined)).toEqual([]);
  });
});
