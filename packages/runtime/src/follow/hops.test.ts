// Every hop that the table says a process sees is reported by one, and no other one.
import { type Hop, MOUNT_DEADLINE_MS, processHops, renderDelivered, SERVER_DEADLINE_MS } from "@veltrix/protocol";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { gateway, renderHashes, values, withValue } from "../testing/gateway.ts";
import { mountGateway, startGateway } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

type Mount = Awaited<ReturnType<typeof mountGateway>>;

/** What happens to a process, by the hop that it reports then. */
const states: {
  readonly [hop: string]: { readonly before?: (mount: Mount) => Promise<void>; readonly after?: (mount: Mount) => Promise<void> };
} = {
  "deployed-inconsistent": {
    before: (mount) => mount.publish({ "config.json": renderDelivered(withValue("/mqtt/qos", 2)), "veltrix.json": renderHashes(values) }),
  },
  "not-loaded": { after: (mount) => mount.publish({ "config.json": "{", "veltrix.json": "{" }) },
  "restart-pending": { after: (mount) => mount.deliver(withValue("/mqtt/qos", 2)) },
  "secret-rotated": {
    after: ({ secretsDir }) => writeFile(join(secretsDir, "mqtt-credentials", "password"), "rotated-canary"),
  },
  overridden: {},
  "contract-skew": {
    before: (mount) =>
      mount.publish({ "config.json": renderDelivered(values), "veltrix.json": renderHashes(values, { contract: "v1:sha256:c1" }) }),
  },
};

async function reportedIn(name: string): Promise<readonly Hop[]> {
  const mount = await mountGateway();
  await states[name]?.before?.(mount);
  const clock = new VirtualClock();
  const variables = name === "overridden" ? { ...mount.variables, VELTRIX_OVERRIDE_MQTT_QOS: "2" } : mount.variables;
  const { instance, begin, look, record } = await startGateway(variables, gateway(), { clock });
  record("rejected");
  record("restart-required");
  record("drift");
  await begin();
  await states[name]?.after?.(mount);
  await look();
  clock.advance(MOUNT_DEADLINE_MS);
  return [...new Set(instance.status().drift?.findings.map(({ hop }) => hop))];
}

it("reports every hop that a process sees", async () => {
  const reported = await Promise.all(Object.keys(states).map(async (name) => [name, await reportedIn(name)]));
  expect(reported).toEqual(processHops.map((hop) => [hop, [hop]]));
});

it("says in its documents how long a rollout may take", () => {
  const text = readFileSync(new URL("../../docs/behaviour.md", import.meta.url), "utf8");
  expect(text).toContain(`\`rolloutDeadline\` (${MOUNT_DEADLINE_MS / 1000} s for a mount, ${SERVER_DEADLINE_MS / 1000} s for a service)`);
});
