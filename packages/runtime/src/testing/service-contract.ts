// What a config service must do on the wire. The one in memory passes this, and so must the real server.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { InstanceReport, JsonObject, ReleaseFile } from "@veltrix/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConfigServiceClient } from "../sources/server/client.ts";
import { EventParser, type StreamItem } from "../sources/server/event-parser.ts";
import { readRelease } from "../sources/server/read-release.ts";
import { values, withValue } from "./gateway.ts";

/** A service that knows the gateway of this folder, with nothing published for prod. */
export interface ServiceUnderTest {
  readonly url: string;
  /** File with a token that may read and report; undefined where none is needed. */
  readonly tokenFile?: string;
  /** Publishes values of the gateway for prod, with the hashes that `hashesOf` makes. */
  publish(value: JsonObject): Promise<Pick<ReleaseFile, "epoch" | "revision" | "hashes">>;
  /** The last report of an instance. */
  reportOf(instance: string): Promise<InstanceReport | undefined>;
  close(): Promise<void>;
}

const limits = { deadlineMs: 10_000 };
const other = withValue("/log/level", "warn");

/** Runs the contract against a service. */
// oxlint-disable-next-line max-lines-per-function -- a suite of tests, as in a test file
export function describeConfigService(name: string, start: () => Promise<ServiceUnderTest>): void {
  // oxlint-disable-next-line max-lines-per-function -- as above
  describe(`the wire protocol of ${name}`, () => {
    let service: ServiceUnderTest;
    let client: ConfigServiceClient;
    const opened: { destroy(): unknown }[] = [];
    beforeEach(async () => {
      service = await start();
      const token = service.tokenFile === undefined ? {} : { tokenFile: service.tokenFile };
      client = new ConfigServiceClient({ server: new URL(service.url), service: "device-gateway", environment: "prod", ...token });
    });
    afterEach(async () => {
      for (const stream of opened.splice(0)) stream.destroy();
      await service.close();
    });

    /** The items of a watch as they come. */
    async function watch(known: { readonly epoch: number; readonly revision: number } | undefined): Promise<() => Promise<StreamItem>> {
      let response: IncomingMessage | undefined;
      const request = await client.watch(known, { response: (given) => (response = given), failure: () => {} });
      opened.push(request);
      await once(request, "response");
      expect(response?.statusCode).toBe(200);
      expect(response?.headers["content-type"]).toMatch(/^text\/event-stream/);
      const parser = new EventParser();
      const chunks = (response as IncomingMessage)[Symbol.asyncIterator]();
      const items: StreamItem[] = [];
      return async () => {
        for (;;) {
          const item = items.shift();
          if (item !== undefined) return item;
          const { value } = (await chunks.next()) as { value: Uint8Array };
          items.push(...parser.push(value));
        }
      };
    }

    async function nextEvent(next: () => Promise<StreamItem>): Promise<StreamItem & { readonly kind: "event" }> {
      for (;;) {
        const item = await next();
        if (item.kind === "event") return item;
      }
    }

    it("answers 404 for a release that is not published", async () => {
      expect(await client.release(undefined, limits)).toMatchObject({ kind: "answer", status: 404 });
    });

    it("answers with the whole release, its root as ETag, and 304 to that", async () => {
      const { epoch, revision, hashes } = await service.publish(values);
      const answer = await client.release(undefined, limits);
      if (answer.kind !== "answer") throw new Error("no answer");
      expect(answer).toMatchObject({ status: 200, headers: { etag: `"${hashes.root}"` } });
      const read = readRelease(answer.body, { service: "device-gateway", environment: "prod", label: "test" });
      expect(read).toMatchObject({ kind: "release", release: { format: 1, epoch, revision }, delivery: { value: values } });
      expect(await client.release(hashes.root, limits)).toMatchObject({ status: 304 });
      await service.publish(other);
      expect(await client.release(hashes.root, limits)).toMatchObject({ status: 200 });
    });

    it("gives a rollback a new, higher revision", async () => {
      const first = await service.publish(values);
      const second = await service.publish(other);
      const third = await service.publish(values);
      expect(second.epoch).toBe(first.epoch);
      expect(second.revision).toBeGreaterThan(first.revision);
      expect(third.revision).toBeGreaterThan(second.revision);
      expect(third.hashes.root).toBe(first.hashes.root);
    });

    it("tells a new watcher of the current release, and of each that follows", async () => {
      const first = await service.publish(values);
      const next = await watch(undefined);
      const expected = ({ epoch, revision, hashes }: typeof first): object => ({ epoch, revision, root: hashes.root });
      const event = await nextEvent(next);
      expect(event).toMatchObject({ name: "release", id: `${first.epoch}.${first.revision}` });
      expect(JSON.parse(event.data)).toEqual(expected(first));
      const second = await service.publish(other);
      const following = await nextEvent(next);
      expect(following.id).toBe(`${second.epoch}.${second.revision}`);
      expect(JSON.parse(following.data)).toEqual(expected(second));
    });

    it("resumes: tells a watcher what it missed, and nothing when it missed nothing", async () => {
      const first = await service.publish(values);
      const second = await service.publish(other);
      expect((await nextEvent(await watch(first))).id).toBe(`${second.epoch}.${second.revision}`);
      const next = await watch(second);
      const third = await service.publish(values);
      expect((await nextEvent(next)).id).toBe(`${third.epoch}.${third.revision}`);
    });

    it("answers a watcher from the future with reset", async () => {
      const { epoch, revision } = await service.publish(values);
      expect(await nextEvent(await watch({ epoch, revision: revision + 100 }))).toMatchObject({ name: "reset" });
    });

    it("takes what an instance reports", async () => {
      const { epoch, revision, hashes } = await service.publish(values);
      const report: InstanceReport = {
        format: 1,
        result: "rejected",
        epoch,
        revision,
        root: hashes.root,
        contract: hashes.contract,
        contractVersion: hashes.contractVersion,
        causes: [{ pointer: "/mqtt/qos", rule: "maximum" }],
      };
      expect(await client.report("gateway-7f-1", report, limits)).toMatchObject({ kind: "answer", status: 204 });
      expect(await service.reportOf("gateway-7f-1")).toEqual(report);
    });
  });
}
