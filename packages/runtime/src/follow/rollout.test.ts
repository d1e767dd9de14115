import { renderDelivered } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { gateway, hashesOf, values, withValue } from "../testing/gateway.ts";
import { mountGateway, startGateway } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { until, warn, startService, prepare, follow } from "../testing/server-source.ts";

describe("hops that need a deadline", () => {
  it("R15: reports restart-pending after the deadline of the mount, not before, and that it is gone", async () => {
    const mount = await mountGateway();
    const clock = new VirtualClock();
    const { instance, begin, look, record } = await startGateway(mount.variables, gateway(), { clock });
    await begin();
    const reports = record("drift");
    record("restart-required");
    await mount.deliver(withValue("/mqtt/qos", 2));
    await look();
    clock.advance(179_999);
    expect(reports).toEqual([]);
    clock.advance(1);
    expect(reports).toMatchObject([
      { findings: [{ hop: "restart-pending", kind: "changed", pointer: "/mqtt/qos", expected: { value: 2 }, actual: { value: 1 } }] },
    ]);
    await mount.deliver(values);
    await look();
    expect(reports.at(-1)?.findings).toEqual([]);
    expect(instance.status().drift?.findings).toEqual([]);
  });

  it("R15: reports not-loaded per key after the deadline when what is delivered is refused; later publications do not put it off", async () => {
    const mount = await mountGateway();
    const clock = new VirtualClock();
    const { begin, look, record } = await startGateway(mount.variables, gateway(), { clock, rolloutDeadline: 1_000 });
    await begin();
    const reports = record("drift");
    record("rejected");
    await mount.deliver(withValue("/mqtt/qos", 7));
    await look();
    clock.advance(600);
    await mount.deliver(withValue("/mqtt/qos", 8, withValue("/mqtt/password", "leaked-canary")));
    await look();
    // The text that stands in a secret's place is drift of its own, told at once.
    const late = () => reports.map(({ findings }) => findings.filter(({ hop }) => hop === "not-loaded"));
    expect(late()).toEqual([[]]);
    clock.advance(400);
    expect(late()).toMatchObject([
      [],
      [{ hop: "not-loaded", kind: "changed", pointer: "/mqtt/qos", expected: { value: 8 }, actual: { value: 1 } }],
    ]);
    expect(JSON.stringify(reports)).not.toContain("canary");
  });

  it("R15: reports not-loaded for the whole when what is delivered cannot be read", async () => {
    const mount = await mountGateway();
    const clock = new VirtualClock();
    const { begin, look, record } = await startGateway(mount.variables, gateway(), { clock });
    await begin();
    const reports = record("drift");
    record("rejected");
    await mount.publish({ "config.json": "{", "veltrix.json": renderDelivered({}) });
    await look();
    clock.advance(180_000);
    expect(reports).toMatchObject([{ findings: [{ hop: "not-loaded", pointer: "", actual: { hash: hashesOf(values).root } }] }]);
  });

  it("R15: reports not-loaded after 15 s when a service announces a release and does not give it", async () => {
    const service = await startService();
    const clock = new VirtualClock();
    const { begin, record, events, follower } = await follow(await prepare(service.url), { clock });
    record("drift");
    record("stale");
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.answering = (request, response) => request.url?.endsWith("/release") === true && response.writeHead(500).end() !== undefined;
    service.publish(warn);
    await until(() => {
      clock.advance(50);
      expect(service.requests.filter(({ path }) => path.endsWith("/release")).length).toBeGreaterThan(1);
    });
    await follower.look();
    clock.advance(15_000);
    await follower.look();
    expect(events.filter(({ name }) => name === "drift")).toMatchObject([{ event: { findings: [{ hop: "not-loaded", pointer: "" }] } }]);
  });
});
