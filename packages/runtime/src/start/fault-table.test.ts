import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HashesFile, type JsonObject, renderDelivered } from "@veltrix/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../contract/config-error.ts";
import { save } from "../sources/server/saved-release.ts";
import { releaseOf, startConfigService } from "../testing/config-service.ts";
import { hashesOf, renderHashes, PASSWORD, secretReferences, withValue } from "../testing/gateway.ts";
import { loadGateway } from "../testing/mount.ts";
import { type RunningFault, type ServiceFault, serviceFaults } from "../testing/service-faults.ts";
import { type TenthFault, tenFileFaults, type Written } from "../testing/ten-file-faults.ts";
import { LeapingClock } from "../testing/virtual-clock.ts";
import type { LoadOptions } from "./load-options.ts";

// R1, R5, R6, R7: every way a service answers wrongly, with every way a file is wrong, for every source. A start
// ends in a valid configuration, in one that is marked stale, or in a refusal; never in anything else.

/** For a start that may end in a refusal only, however long it waits for a service that says nothing. */
const SHORT_MS = 150;
/** How many are allowed per device tells the two known releases apart. */
const deployed = withValue("/ingest/limits/perDevice", 5);
const lastKnownGood = withValue("/ingest/limits/perDevice", 6);
const policy = { onDrift: "refuse", overrides: "allow" } as const;

type StartResult =
  | { readonly kind: "valid" | "stale"; readonly perDevice: number; readonly heldFrom: string }
  | { readonly kind: "refused"; readonly codes: readonly string[] };

const running = new Map<ServiceFault, RunningFault>();
const counts = new Map<string, number>();
const places = new Map<string, Promise<Place>>();
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "veltrix-faults-"));
  for (const fault of serviceFaults) running.set(fault, await fault.start());
});
afterAll(async () => {
  for (const fault of running.values()) await fault.close();
  await rm(root, { recursive: true, force: true });
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const list = [...counts].sort().map(([outcome, count]) => `  ${count} ${outcome}`);
  process.stdout.write(`fault table: ${rows} rows\n${list.join("\n")}\n`);
});

/** Everything that a process may find. */
interface Place {
  readonly dir: string;
  readonly secretsDir: string;
  readonly stateDir: string;
  readonly lastKnownGood: Written;
  readonly deployed: Written;
}

/** A place with one fault, or none. A start that follows nothing changes no file, so that rows share them. */
function placeWith(spoiled?: "lastKnownGood" | "deployed", file?: TenthFault): Promise<Place> {
  const key = `${spoiled}-${file?.name}`;
  const made = places.get(key) ?? prepare(join(root, String(places.size)), spoiled, file);
  places.set(key, made);
  return made;
}

async function prepare(folder: string, spoiled?: "lastKnownGood" | "deployed", file?: TenthFault): Promise<Place> {
  const [dir, secretsDir, stateDir] = [join(folder, "deployed"), join(folder, "secrets"), join(folder, "state")];
  await mkdir(dir, { recursive: true });
  await mkdir(join(secretsDir, "mqtt-credentials"), { recursive: true });
  await writeFile(join(secretsDir, "mqtt-credentials", "password"), PASSWORD);
  const hashes = hashesOf(deployed, { policy });
  await writeFile(join(dir, "config.json"), renderDelivered(deployed));
  await writeFile(join(dir, "veltrix.json"), JSON.stringify(hashes));
  const release = releaseOf(lastKnownGood, { epoch: 1, revision: 5 }, { policy });
  await save({ dir: stateDir, service: "device-gateway", environment: "prod" }, release, hashes.root);
  const place = {
    dir,
    secretsDir,
    stateDir,
    lastKnownGood: {
      path: join(stateDir, "device-gateway.prod.release"),
      text: (of: Of) => textOfSaved(join(folder, "other"), hashes.root, of),
    },
    deployed: { path: join(dir, "config.json"), text: (of: Of) => textOfDeployed(dir, of) },
  };
  if (spoiled !== undefined) await file?.spoil(place[spoiled]);
  return place;
}

type Of = Parameters<Written["text"]>[0];

const oldContract = (value: JsonObject): JsonObject => withValue("/mqtt/clientId", undefined, value);
const changesOf = ({ service, environment }: Of): Partial<HashesFile> => ({
  policy,
  ...(service === undefined ? {} : { service }),
  ...(environment === undefined ? {} : { environment }),
});

async function textOfSaved(dir: string, deployedRoot: string, of: Of): Promise<string> {
  const value = of.isOldContract === true ? oldContract(lastKnownGood) : lastKnownGood;
  const release = releaseOf(value, { epoch: 1, revision: 5 }, changesOf(of));
  await save({ dir, service: "x", environment: "y" }, release, deployedRoot);
  return readFile(join(dir, "x.y.release"), "utf8");
}

/** The text of config.json, with veltrix.json beside it rewritten to agree. */
async function textOfDeployed(dir: string, of: Of): Promise<string> {
  const value = of.isOldContract === true ? oldContract(deployed) : deployed;
  await writeFile(join(dir, "veltrix.json"), renderHashes(value, { secrets: secretReferences, ...changesOf(of) }));
  return renderDelivered(value);
}

async function start(variables: { readonly [name: string]: string }, options: LoadOptions = {}): Promise<StartResult> {
  try {
    // A start that has something else to start from asks again for a while: nobody waits for the pauses.
    const instance = await loadGateway(variables, { clock: new LeapingClock(), ...options });
    const { stale, heldFrom } = instance.status();
    const { perDevice } = instance.config.ingest.limits.current;
    await instance.close();
    return { kind: stale ? "stale" : "valid", perDevice, heldFrom };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // A clear refusal names the service and, for every problem, a code and what to do.
    expect(error.message).toContain("device-gateway cannot use its configuration in prod");
    expect(error.problems.every(({ code, message, hint }) => code.startsWith("VX5") && message !== "" && hint !== undefined)).toBe(true);
    return { kind: "refused", codes: error.problems.map(({ code }) => code) };
  }
}

function note(source: string, outcome: StartResult): void {
  const name = outcome.kind === "refused" ? "refused" : `${outcome.kind} from ${outcome.heldFrom}`;
  const key = `${source}: ${name}`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  if (outcome.kind !== "refused") expect([5, 6]).toContain(outcome.perDevice);
}

function serverVariables({ dir, secretsDir, stateDir }: Place, url: string, withDeployed: boolean): { readonly [name: string]: string } {
  const common = { VELTRIX_ENVIRONMENT: "prod", VELTRIX_SECRETS_DIR: secretsDir };
  const folder = withDeployed ? { VELTRIX_CONFIG_DIR: dir } : {};
  return { ...common, VELTRIX_SOURCE: "server", VELTRIX_SERVER: url, VELTRIX_STATE_DIR: stateDir, ...folder };
}

const urlOf = (fault: ServiceFault): string => (running.get(fault) as RunningFault).url;
const rows = serviceFaults.flatMap((service) => tenFileFaults.map((file) => ({ service, file, row: `${service.name} x ${file.name}` })));
type Row = (typeof rows)[number];

describe("R5, R6: source server, the last-known-good is wrong, nothing else to start from", () => {
  it.each(rows)("R5, R6, R7: $row", async ({ service, file }: Row) => {
    const place = await placeWith("lastKnownGood", file);
    const outcome = await start(serverVariables(place, urlOf(service), false), service.isSilence ? { timeout: SHORT_MS } : {});
    note("server, last-known-good wrong, no deploy-time release", outcome);
    expect(outcome.kind).toBe("refused");
  });
});

describe("R5, R6: source server, the last-known-good is wrong, the deploy-time release is right", () => {
  it.concurrent.each(rows)("R5, R6, R7: $row", async ({ service, file }: Row) => {
    const place = await placeWith("lastKnownGood", file);
    const outcome = await start(serverVariables(place, urlOf(service), true));
    note("server, last-known-good wrong", outcome);
    expect(outcome).toMatchObject(service.isSilence ? { kind: "stale", perDevice: 5, heldFrom: "deployment" } : { kind: "refused" });
  });
});

describe("R5, R6: source server, the deploy-time release is wrong, the last-known-good is right", () => {
  it.concurrent.each(rows)("R5, R6, R7: $row", async ({ service, file }: Row) => {
    const place = await placeWith("deployed", file);
    const outcome = await start(serverVariables(place, urlOf(service), true));
    note("server, deploy-time release wrong", outcome);
    expect(outcome).toMatchObject(service.isSilence ? { kind: "stale", perDevice: 6, heldFrom: "last-known-good" } : { kind: "refused" });
  });
});

describe("R1: source dir, whatever a service or an old state would say", () => {
  it.each(rows)("R1: $row", async ({ service, file }: Row) => {
    const place = await placeWith("deployed", file);
    const outcome = await start({ ...serverVariables(place, urlOf(service), true), VELTRIX_SOURCE: "dir" });
    note("dir", outcome);
    expect(outcome.kind).toBe("refused");
  });
});

const environment = {
  INGEST_BATCH: "10",
  INGEST_LIMITS: '{"perDevice":5,"window":"1m"}',
  LISTEN: "0.0.0.0:8080",
  LOG_LEVEL: "info",
  MQTT_BROKER_URL: "mqtts://broker.example:8883",
  MQTT_CLIENT_ID: "gateway-1",
  MQTT_QOS: "1",
  REGION: "eu",
};

describe("R1: source env, whatever services and files say", () => {
  it.each(rows)("R1: $row", async ({ service, file }: Row) => {
    const place = await placeWith("deployed", file);
    const outcome = await start({ ...serverVariables(place, urlOf(service), true), ...environment, VELTRIX_SOURCE: "env" });
    note("env", outcome);
    expect(outcome).toMatchObject({ kind: "valid", perDevice: 5 });
  });
});

describe("the same places without a fault", () => {
  it.each(tenFileFaults)("R6: a service that answers makes $name in its place no matter", async (file: TenthFault) => {
    const service = await startConfigService();
    service.publish(lastKnownGood, { id: { epoch: 1, revision: 5 }, hashes: { policy } });
    const place = await placeWith("lastKnownGood", file);
    const outcome = await start(serverVariables(place, service.url, true));
    await service.close();
    note("server, service right", outcome);
    expect(outcome).toMatchObject({ kind: "valid", perDevice: 6, heldFrom: "source" });
  });

  it.concurrent.each(serviceFaults)("R5: $name, with everything on disk", async (fault) => {
    const outcome = await start(serverVariables(await placeWith(), urlOf(fault), true));
    note("server, files right", outcome);
    expect(outcome).toMatchObject(fault.isSilence ? { kind: "stale", perDevice: 6, heldFrom: "last-known-good" } : { kind: "refused" });
  });

  it("R1: source dir starts", async () => {
    const place = await placeWith();
    expect(await start({ ...serverVariables(place, "http://127.0.0.1:1", true), VELTRIX_SOURCE: "dir" })).toMatchObject({
      kind: "valid",
      perDevice: 5,
    });
  });
});
