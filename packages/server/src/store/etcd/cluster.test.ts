// A real etcd that is killed, paused and away: nothing answered is lost, nothing is half done, and what is unknown is found out.
import { afterEach, describe, expect, it } from "vitest";
import { EtcdCluster } from "../../testing/etcd-server.ts";
import { collect, put, upTo, write } from "../../testing/helpers.ts";
import { etcdPrograms, MISSING_ETCD } from "../../testing/programs.ts";
import { Random, rounds } from "../../testing/random.ts";
import { StoreError } from "../errors.ts";
import type { Store } from "../store.ts";
import { openEtcdStore } from "./open-etcd.ts";
import { warningsOf } from "./version.ts";

const [{ name, path: program } = { name: "etcd", path: undefined }] = etcdPrograms().slice(-1);

let clusters: EtcdCluster[] = [];
afterEach(async () => {
  for (const cluster of clusters) await cluster.stop();
  clusters = [];
});

async function start(size: number, more: readonly string[] = []): Promise<EtcdCluster> {
  const cluster = await EtcdCluster.start(program ?? "", size, more);
  clusters.push(cluster);
  return cluster;
}

/** Writers of changes with their audit entries, and what they were told. */
class Writers {
  readonly answered = new Map<number, number>();
  readonly open = new Set<number>();
  #next = 0;
  #isOver = false;
  readonly #running: Promise<unknown>;

  constructor(stores: readonly Store[]) {
    this.#running = Promise.all(stores.flatMap((store) => [this.#write(store), this.#write(store)]));
  }

  async #write(store: Store): Promise<void> {
    while (!this.#isOver) {
      const number = this.#next++;
      this.open.add(number);
      try {
        const answer = await this.commit(store, number);
        this.answered.set(number, answer);
        this.open.delete(number);
      } catch (error) {
        if (!(error instanceof StoreError) || !["unknown", "unavailable"].includes(error.code)) throw error;
      }
    }
  }

  async commit(store: Store, number: number): Promise<number> {
    const answer = await store.commit({
      write: (revision) => [put(`changes/${number}`, String(revision)), put(`audit/${number}`, String(revision))],
      receipt: { id: String(number), digest: "d" },
    });
    return answer.revision;
  }

  async waitForAnswers(count: number): Promise<void> {
    const wanted = this.answered.size + count;
    while (this.answered.size < wanted) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }
}

async function judge(store: Store, writers: Writers): Promise<void> {
  expect((await store.verify()).faults).toEqual([]);
  const { records } = await store.read({ prefix: "" });
  const revisions = new Map(records.map(({ key, revision }) => [key, revision]));
  for (const [number, revision] of writers.answered) {
    expect(revisions.get(`changes/${number}`)).toBe(revision);
    expect(revisions.get(`audit/${number}`)).toBe(revision);
  }
  // What nobody knew is either there as a whole or not; asked again, it is there once.
  for (const number of writers.open) {
    expect(revisions.get(`changes/${number}`)).toBe(revisions.get(`audit/${number}`));
    const revision = await writers.commit(store, number);
    expect(revision).toBe(revisions.get(`changes/${number}`) ?? revision);
  }
}

describe.skipIf(program === undefined)(`${name}${program === undefined ? `: ${MISSING_ETCD}` : ""}`, () => {
  it(`V1, V2: loses nothing that was answered in ${rounds(100)} kills of one member`, async () => {
    const cluster = await start(1);
    const stores = [
      await openEtcdStore({ endpoints: cluster.endpoints, timeoutMs: 3000 }),
      await openEtcdStore({ endpoints: cluster.endpoints, timeoutMs: 3000 }),
    ];
    const writers = new Writers(stores);
    const random = new Random();
    for (let round = 0; round < rounds(100); round++) {
      await writers.waitForAnswers(1 + random.below(20));
      await cluster.kill(0);
      cluster.startMember(0);
    }
    await writers.waitForAnswers(5);
    await writers.stop();
    const [store] = stores;
    if (store !== undefined) await judge(store, writers);
    for (const one of stores) await one.close();
    expect(writers.answered.size).toBeGreaterThan(rounds(100));
  });

  it(`V20: goes on while one of three members is killed or paused, ${rounds(20)} times`, async () => {
    const cluster = await start(3);
    const store = await openEtcdStore({ endpoints: cluster.endpoints, timeoutMs: 2000 });
    const second = await openEtcdStore({ endpoints: cluster.endpoints.toReversed(), timeoutMs: 2000 });
    const watching = new AbortController();
    const told: number[] = [];
    const watch = (async () => {
      for await (const message of store.watch("changes/", { after: 0, signal: watching.signal })) {
        if (message.kind === "changes") told.push(message.revision);
      }
    })();
    const writers = new Writers([store, second]);
    const random = new Random();
    for (let round = 0; round < rounds(20); round++) {
      await writers.waitForAnswers(5);
      const member = random.below(3);
      if (round % 2 === 0) await cluster.kill(member);
      else cluster.pause(member);
      await writers.waitForAnswers(5);
      if (round % 2 === 0) cluster.startMember(member);
      else cluster.resume(member);
    }
    await writers.waitForAnswers(5);
    await writers.stop();
    await judge(store, writers);
    // The watch has come through all of it, too.
    const { revision } = await store.readHead();
    const all = await collect(store.watch("changes/", { after: 0 }), upTo(revision));
    const expected = all.flatMap((message) => (message.kind === "changes" ? [message.revision] : []));
    while ((told.at(-1) ?? 0) < (expected.at(-1) ?? 0)) await new Promise((resolve) => setTimeout(resolve, 10));
    watching.abort();
    await watch;
    expect(told).toEqual(expected);
    await store.close();
    await second.close();
  });

  it("V5, V22: refuses writes when etcd has used up its space, and reads on", async () => {
    const cluster = await start(1, ["--quota-backend-bytes", String(4 * 1024 * 1024)]);
    const store = await openEtcdStore({ endpoints: cluster.endpoints });
    let code = "";
    let written = 0;
    while (code === "") {
      try {
        await write(store, put("large/x", `${written}${"x".repeat(400_000)}`));
        written++;
      } catch (error) {
        code = error instanceof StoreError ? error.code : String(error);
      }
    }
    expect(code).toBe("full");
    expect((await store.read({ key: "large/x" })).records[0]?.value.startsWith(String(written - 1))).toBe(true);
    expect(await store.verify()).toMatchObject({ revision: written, faults: [] });
    await store.close();
    const warnings: string[] = [];
    const again = await openEtcdStore({ endpoints: cluster.endpoints, warn: (warning) => warnings.push(warning) });
    expect(warnings.join()).toContain("NOSPACE");
    await again.close();
  });

  it("V20: does nothing without a quorum, says so, and goes on when it is back", async () => {
    const cluster = await start(3);
    const store = await openEtcdStore({ endpoints: cluster.endpoints, timeoutMs: 500 });
    await write(store, put("a/before", "1"));
    await Promise.all([cluster.kill(1), cluster.kill(2)]);
    const receipt = { id: "lost", digest: "d" };
    const attempt = () => store.commit({ write: () => [put("a/during", "2")], receipt });
    await expect(attempt()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:unknown|unavailable)$/) as string });
    await expect(store.read({ prefix: "a/" })).rejects.toMatchObject({ code: "unavailable" });
    cluster.startMember(1);
    cluster.startMember(2);
    for (let isDone = false; !isDone;) {
      isDone = await attempt().then(
        (answer) => answer.kind === "committed",
        () => false,
      );
    }
    expect((await store.read({ prefix: "a/" })).records.map(({ key }) => key)).toEqual(["a/before", "a/during"]);
    expect((await store.verify()).faults).toEqual([]);
    await store.close();
  });
});

describe("versions of etcd", () => {
  it.each([
    ["3.4.23", true],
    ["3.5.21", true],
    ["3.5.22", false],
    ["3.6.1", true],
    ["3.6.2", false],
    ["3.6.16", false],
    ["3.7.0", false],
    ["4.0.0", false],
    ["2.3.8", true],
  ])("of %s are warned of: %s", (version, isOld) => {
    expect(warningsOf({ version, errors: [] }).length > 0).toBe(isOld);
  });

  it("tells what etcd itself reports", () => {
    expect(warningsOf({ version: "3.6.16", errors: ["memberID:1 alarm:NOSPACE "] })).toEqual(["etcd reports memberID:1 alarm:NOSPACE "]);
  });
});
