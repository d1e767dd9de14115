// Watches of an etcd whose streams lose, repeat, reorder or tear events, or fall silent: the store finds out by itself.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EtcdCluster } from "../../testing/etcd-server.ts";
import { changesOf, collect, del, put, upTo, write } from "../../testing/helpers.ts";
import { type Lie, LyingEtcd } from "../../testing/lying-etcd.ts";
import { etcdPrograms, MISSING_ETCD } from "../../testing/programs.ts";
import type { WatchResponse } from "./messages.ts";
import { openEtcdStore } from "./open-etcd.ts";

const path = etcdPrograms().findLast((program) => program.path !== undefined)?.path;

const isRecord = (key: Buffer): boolean => key.toString().includes("/records/");
/** Splits a response into one for each event. */
const split = (response: WatchResponse): readonly WatchResponse[] => response.events.map((event) => ({ ...response, events: [event] }));

/** Lies of which the next always tells the truth: `lie` is used for the first response with events of each second watch. */
const lies: readonly (readonly [string, Lie, needsNewWatch: boolean])[] = [
  ["loses a whole commit", () => [], true],
  ["loses a record", (response) => [{ ...response, events: response.events.filter(({ kv }) => !isRecord(kv.key)) }], true],
  ["loses deletions", (response) => [{ ...response, events: response.events.filter(({ type }) => type === "PUT") }], true],
  ["tells everything twice", (response) => [response, response], false],
  ["tears commits", split, true],
  ["tells events of a commit in another order", (response) => [{ ...response, events: response.events.toReversed() }], false],
  ["falls silent", () => "silent", true],
];

describe.skipIf(path === undefined)(`V8: a stream of etcd that lies${path === undefined ? ` (${MISSING_ETCD})` : ""}`, () => {
  let cluster: EtcdCluster;
  beforeAll(async () => {
    cluster = await EtcdCluster.start(path ?? "");
  });
  afterAll(() => cluster.stop());

  it.each(lies)("%s", async (_, lie, needsNewWatch) => {
    const { etcd, endpoint } = await LyingEtcd.start(cluster.endpoints[0] ?? "");
    const root = `/lies/${Math.random().toString(36).slice(2)}/`;
    const writer = await openEtcdStore({ endpoints: cluster.endpoints, root });
    const reader = await openEtcdStore({ endpoints: [endpoint], root });
    let lied = 0;
    let told = 0;
    etcd.lie = (response) => {
      // The truth at first, one lie, and the truth again.
      if (++told !== 3) return [response];
      lied++;
      return lie(response);
    };
    const watching = collect(reader.watch("a/", { after: 0 }), upTo(12));
    for (let count = 1; count <= 12; count++) {
      await write(writer, put("a/x", String(count)), put("b/x", String(count)), count % 2 === 0 ? put("a/y", String(count)) : del("a/y"));
      // One response each: the stream is behind at most by what was just written.
      while (told < Math.min(count, 3)) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const expected = Array.from({ length: 12 }, (_unused, index) => index + 1).flatMap((count) => [
      [count, "a/x", String(count)],
      ...(count % 2 === 0 ? [[count, "a/y", String(count)]] : count === 1 ? [] : [[count, "a/y", null]]),
    ]);
    expect(changesOf(await watching)).toEqual(expected);
    expect(lied).toBe(1);
    if (needsNewWatch) expect(etcd.watches).toBeGreaterThan(1);
    else expect(etcd.watches).toBe(1);
    await reader.close();
    await writer.close();
    etcd.stop();
  });

  it("gives up, and says so, where a commit never comes whole", async () => {
    const { etcd, endpoint } = await LyingEtcd.start(cluster.endpoints[0] ?? "");
    const root = "/lies/always/";
    const writer = await openEtcdStore({ endpoints: cluster.endpoints, root });
    const reader = await openEtcdStore({ endpoints: [endpoint], root });
    await write(writer, put("a/x", "1"));
    etcd.lie = (response) => [{ ...response, events: response.events.filter(({ kv }) => !isRecord(kv.key)) }];
    await expect(collect(reader.watch("a/", { after: 0 }), upTo(1))).rejects.toMatchObject({ code: "corrupt" });
    await reader.close();
    await writer.close();
    etcd.stop();
  });
});
