// Starts while everything under them moves: a kubelet that publishes without a pause, secrets that rotate, a close that
// comes too early, two services in one process, the largest file there may be.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type JsonObject, renderDelivered } from "@veltrix/protocol";
import { describe, expect, it, onTestFinished } from "vitest";
import { defineService } from "../index.ts";
import { MAX_FILE_BYTES } from "../mount/limits.ts";
import { gateway, type GatewayConfig, type GatewayValues, renderHashes, values, withValue } from "../testing/gateway.ts";
import { projectedFiles, publishInTurn } from "../testing/kubelet.ts";
import { loadGateway, mountGateway, problemsOf, temporaryFolder } from "../testing/mount.ts";
import { Secret } from "../view/secret.ts";

const ROTATIONS = 3_000;

const define = (definition = gateway()) => defineService<GatewayValues, GatewayConfig>(definition);

/** Starts 200 times, and on until more than one version was met; gives what each start came to, and its version. */
async function startOften<Result extends readonly unknown[]>(start: () => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  const versions = new Set<unknown>();
  while (results.length < 200 || versions.size < 2) {
    const result = await start();
    results.push(result);
    versions.add(result[0]);
  }
  return results;
}

describe("a start in a storm", () => {
  it("R3: holds one version of the files, whichever was published while it read", async () => {
    const { dir, variables } = await mountGateway();
    const versions = [1, 2, 3].map((n) => withValue("/ingest/batch", n, withValue("/region", `region-${n}`)));
    const stop = await publishInTurn(
      dir,
      versions.map((value) => ({ "config.json": renderDelivered(value), "veltrix.json": renderHashes(value) })),
    );
    const started = await startOften(async () => {
      const loaded = await define().loadConfig({ variables });
      const { batch } = loaded.config.ingest;
      await loaded.close();
      // Text and hashes are of the version of the values, too.
      const { proof } = (loaded as unknown as { state: { held: { delivery: { proof: { configText: string; hashes: object } } } } }).state
        .held.delivery;
      return [batch, loaded.config.region, proof.configText, renderDelivered(proof.hashes as JsonObject)];
    });
    await stop();
    for (const [batch, region, configText, hashes] of started) {
      const value = versions[Number(batch) - 1] ?? {};
      expect([region, configText, hashes]).toEqual([`region-${batch}`, renderDelivered(value), renderHashes(value)]);
    }
  });

  it(`R16: holds no torn pair in ${ROTATIONS} starts, the volume laid out as our manifest says, while all of it rotates`, async () => {
    const files = projectedFiles();
    expect(new Set(files.map(({ secret }) => secret)).size).toBeGreaterThan(1);
    expect(files.map(({ path }) => path)).toEqual(files.map(({ secret, key }) => `${secret}/${key}`));
    const pointers = files.map((_, index) => `/mqtt/secret${index}`);
    const secrets = Object.fromEntries(pointers.map((pointer) => [pointer, { required: true }]));
    const references = Object.fromEntries(files.map(({ secret, key }, index) => [`/mqtt/secret${index}`, `${secret}/${key}`]));
    const mount = await mountGateway(values, { secrets: references });
    const dir = await temporaryFolder();
    const versions = [1, 2, 3, 4, 5].map((n) => Object.fromEntries(files.map(({ path }) => [path, `rotation-${n}\n`])));
    const stop = await publishInTurn(dir, versions, 0);
    const variables = { ...mount.variables, VELTRIX_SECRETS_DIR: dir };
    const seen = new Set<string>();
    let refused = 0;
    for (let start = 0; start < ROTATIONS; start++) {
      const loaded = await loadGateway(variables, {}, gateway({ secrets })).catch(() => undefined);
      if (loaded === undefined) {
        refused++;
        continue;
      }
      const held = Object.values(loaded.config.mqtt).filter((value) => value instanceof Secret);
      const texts = new Set(held.map((secret) => String(secret.reveal())));
      expect([held.length, texts.size]).toEqual([files.length, 1]);
      for (const text of texts) seen.add(text);
    }
    await stop();
    expect(seen.size).toBe(versions.length);
    expect(refused).toBeLessThan(ROTATIONS / 10);
  }, 120_000);

  it("R3: holds the keys of one Secret of one version, while it rotates", async () => {
    const secrets = { "/mqtt/password": "rotating/password", "/mqtt/token": "rotating/token" };
    const { secretsDir, variables } = await mountGateway(values, { secrets });
    await mkdir(join(secretsDir, "rotating"));
    const stop = await publishInTurn(
      join(secretsDir, "rotating"),
      [1, 2, 3].map((n) => ({ password: `password-${n}\n`, token: `token-of-${n}\n` })),
    );
    const started = await startOften(async () => {
      const loaded = await define().loadConfig({ variables });
      await loaded.close();
      const { password, token } = loaded.config.mqtt;
      return [password.reveal(), token?.reveal()] as const;
    });
    await stop();
    for (const [password, token] of started) expect(token).toBe(password.replace("password-", "token-of-"));
  });
});

describe("close", () => {
  it("R14: comes before anything is followed, and nothing is followed then", async () => {
    const { variables, deliver } = await mountGateway();
    const { loadConfig } = define();
    const loaded = await loadConfig({ variables });
    await loaded.close();
    await deliver(withValue("/log/level", "warn"));
    const again = await loadConfig({ variables });
    onTestFinished(() => again.close());
    expect(again).not.toBe(loaded);
    expect(again.config.log.level.current).toBe("warn");
    // The new one has begun to follow by the time its release is known; the old one would have before it.
    await new Promise<void>((resolve) => {
      const look = (): void => void (again.status().release === "unknown" ? setTimeout(look, 5) : resolve());
      look();
    });
    expect(loaded.status()).toMatchObject({ release: "unknown", revision: 0, drift: undefined });
    expect(loaded.config.log.level.current).toBe("info");
  });

  it("R14: comes twice, and while the follower is being loaded, and ends both times", async () => {
    const { variables } = await mountGateway();
    const loaded = await define().loadConfig({ variables });
    // By now the immediate has run, and the import it made is under way.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    await Promise.all([loaded.close(), loaded.close()]);
    await loaded.close();
    expect(loaded.config.mqtt.qos).toBe(1);
  });
});

describe("two services in one process", () => {
  it("hold their own values, from different sources, and end on their own", async () => {
    const mount = await mountGateway();
    const other = gateway({ secrets: {}, hot: [], withoutVariable: [], units: {} });
    const variables = {
      VELTRIX_SOURCE: "env",
      VELTRIX_ENVIRONMENT: "prod",
      VELTRIX_SECRETS_DIR: mount.secretsDir,
      INGEST_BATCH: "7",
      INGEST_LIMITS: '{"perDevice":1,"window":"1s"}',
      LISTEN: "0.0.0.0:1",
      LOG_LEVEL: "debug",
      MQTT_BROKER_URL: "mqtts://other.example:1",
      MQTT_CLIENT_ID: "other",
      MQTT_QOS: "2",
      REGION: "us",
    };
    const [first, second] = await Promise.all([
      define().loadConfig({ variables: mount.variables }),
      define(other).loadConfig({ variables }),
    ]);
    onTestFinished(() => first.close());
    expect([first.status().source, second.status().source]).toEqual(["dir", "env"]);
    expect([first.config.ingest.batch, second.config.ingest.batch]).toEqual([10, 7]);
    const reloaded = new Promise((resolve) => first.on("reload", resolve));
    await second.close();
    await mount.deliver(withValue("/log/level", "warn"));
    expect(await reloaded).toMatchObject({ keys: ["/log/level"] });
    expect(first.config.log.level.current).toBe("warn");
  });
});

describe("the largest file", () => {
  const sized = (bytes: number): JsonObject => {
    const of = (text: string): JsonObject => withValue("/region", text);
    return of("r".repeat(bytes - Buffer.byteLength(renderDelivered(of("")))));
  };

  it("R14: starts from a config.json of 1 MiB, and from no larger one", async () => {
    const { dir, variables } = await mountGateway(sized(MAX_FILE_BYTES));
    const { config } = await loadGateway(variables);
    expect(config.region?.length).toBeGreaterThan(MAX_FILE_BYTES - 1_000);
    await writeFile(join(dir, "..data", "config.json"), renderDelivered(sized(MAX_FILE_BYTES + 1)));
    expect(await problemsOf(loadGateway(variables))).toMatchObject([{ code: "VX5002", message: expect.stringContaining("larger than") }]);
  });

  it("R1: reports VX5003 where a part of it is missing, however little", async () => {
    const { dir, variables } = await mountGateway(sized(200_000));
    await writeFile(join(dir, "..data", "config.json"), renderDelivered(sized(200_000)).slice(0, -2));
    expect(await problemsOf(loadGateway(variables))).toMatchObject([{ code: "VX5003" }]);
  });
});
