import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type InstanceReport, renderDelivered } from "@veltrix/protocol";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readSaved, save } from "../server/state.ts";
import type { ConfigEvents, LoadOptions } from "../types.ts";
import { type ConfigService, releaseOf, startConfigService } from "../testing/config-service.ts";
import { gateway, hashesOf, PASSWORD, values, withValue } from "../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf, startGateway, temporaryFolder } from "../testing/mount.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { Follower } from "../follow.ts";

const until = <Value>(check: () => Value): Promise<Value> => vi.waitFor(check, { timeout: 10_000, interval: 5 });
const warn = withValue("/log/level", "warn");

async function startService(value = values): Promise<ConfigService> {
  const service = await startConfigService();
  onTestFinished(() => service.close());
  service.publish(value);
  return service;
}

interface Where {
  readonly variables: { readonly [name: string]: string };
  readonly stateDir: string;
}

async function prepare(url: string, extra: { readonly [name: string]: string } = {}): Promise<Where> {
  const { secretsDir } = await mountGateway();
  const stateDir = join(await temporaryFolder(), "state");
  const variables = {
    VELTRIX_SOURCE: "server",
    VELTRIX_SERVER: url,
    VELTRIX_ENVIRONMENT: "prod",
    VELTRIX_SECRETS_DIR: secretsDir,
    VELTRIX_STATE_DIR: stateDir,
    ...extra,
  };
  return { variables, stateDir };
}

/** Loads and follows, stream included. */
async function follow(where: Where, options: LoadOptions = {}) {
  const lines: { details: object; message: string }[] = [];
  const logger = { warn: (details: object, message: string) => void lines.push({ details, message }) };
  const instance = await loadGateway(where.variables, { logger, ...options });
  onTestFinished(() => instance.close());
  const events: { name: string; event: unknown }[] = [];
  const record = (name: keyof ConfigEvents): void => void instance.on(name, (event) => void events.push({ name, event }));
  const { origin } = instance.input;
  if (origin === undefined) throw new Error("a loaded instance has an origin");
  const follower = new Follower(instance, origin);
  return { instance, lines, events, record, follower, begin: () => follower.start() };
}

const savedIn = (dir: string) => readSaved({ dir, service: "device-gateway", environment: "prod" });
const reportsOf = (service: ConfigService): readonly InstanceReport["result"][] => service.reports.map(({ report }) => report.result);

describe("source server", () => {
  it("starts from the current release, follows the stream, reports and saves what it applied", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    const { instance, begin, lines } = await follow(where);
    expect(instance.status()).toMatchObject({
      source: "server",
      published: { epoch: 1, revision: 1 },
      heldFrom: "source",
      stale: false,
      ready: true,
    });
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.publish(warn);
    await until(() => expect(instance.config.log.level.current).toBe("warn"));
    await until(() => expect(reportsOf(service)).toEqual(["accepted", "accepted"]));
    const { instance: name, report } = service.reports.at(-1) ?? {};
    expect(report).toMatchObject({ format: 1, epoch: 1, revision: 2, root: hashesOf(warn).root, contract: gateway().contract, causes: [] });
    expect(name).toMatch(/^[-.\w]+-[0-9a-f]{8}$/);
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved", release: { revision: 2 } }));
    expect(service.requests.find(({ path }) => path.endsWith("/watch"))?.headers["last-event-id"]).toBe("1.1");
    expect(lines).toEqual([]);
  });

  it("R2: keeps what it holds when a release breaks the contract, and reports the key and the rule", async () => {
    const service = await startService();
    const { instance, begin, events, record } = await follow(await prepare(service.url));
    record("rejected");
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    const { config } = instance;
    service.publish(withValue("/mqtt/qos", 7, warn));
    await until(() => expect(reportsOf(service)).toContain("rejected"));
    expect(instance.config).toBe(config);
    expect(instance.config.log.level.current).toBe("info");
    expect(instance.status()).toMatchObject({ stale: true, staleReason: "rejected", published: { revision: 1 } });
    expect(service.reports.at(-1)?.report).toMatchObject({
      revision: 2,
      causes: [{ pointer: "/mqtt/qos", rule: "maximum" }],
      root: hashesOf(values).root,
    });
    expect(events).toHaveLength(1);
    service.publish(warn);
    await until(() => expect(instance.config.log.level.current).toBe("warn"));
    expect(instance.status()).toMatchObject({ stale: false, published: { revision: 3 } });
  });

  it("reports kept, with the keys, when a release needs a restart", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    const { instance, begin, record } = await follow(where);
    record("restart-required");
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.publish(withValue("/mqtt/qos", 2, warn));
    await until(() =>
      expect(service.reports.at(-1)?.report).toMatchObject({
        result: "kept",
        revision: 2,
        causes: [{ pointer: "/mqtt/qos", rule: "x-reload" }],
      }),
    );
    expect(instance.status()).toMatchObject({ pending: ["/mqtt/qos"], published: { revision: 1 } });
    expect(await savedIn(where.stateDir)).toMatchObject({ release: { revision: 1 } });
  });

  it("R7: refuses an older release, and other values under the same revision; a higher epoch is taken", async () => {
    const service = await startService();
    service.publish(values, { id: { epoch: 1, revision: 8 } });
    const { instance, follower, begin } = await follow(await prepare(service.url));
    await begin();
    for (const id of [
      { epoch: 1, revision: 7 },
      { epoch: 1, revision: 8 },
    ]) {
      service.publish(warn, { id });
      await follower.look();
      expect(instance.status()).toMatchObject({ stale: true, published: { revision: 8 } });
      expect(instance.config.log.level.current).toBe("info");
    }
    service.publish(warn, { id: { epoch: 2, revision: 1 } });
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: false, published: { epoch: 2, revision: 1 } });
    service.publish(values, { id: { epoch: 1, revision: 99 } });
    await follower.look();
    expect(instance.config.log.level.current).toBe("warn");
  });

  it("R7: remembers across restarts what was in use", async () => {
    const service = await startService();
    service.publish(values, { id: { epoch: 1, revision: 8 } });
    const where = await prepare(service.url);
    await (await follow(where)).begin();
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    service.publish(warn, { id: { epoch: 1, revision: 7 } });
    expect(await problemsOf(loadGateway(where.variables))).toMatchObject([{ code: "VX5017", message: expect.stringContaining("1.7") }]);
  });

  it("says a rollback by its new revision, with the same values", async () => {
    const service = await startService();
    const { instance, follower, begin } = await follow(await prepare(service.url));
    await begin();
    service.publish(values);
    await until(() => expect(instance.status().published).toEqual({ epoch: 1, revision: 2 }));
    expect(instance.status().revision).toBe(0);
    await follower.look();
    expect(service.requests.findLast(({ path }) => path.endsWith("/release"))?.headers["if-none-match"]).toBe(`"${hashesOf(values).root}"`);
  });

  it("R10: is stale once the service has been away for the deadline, and says so once; current when it is back", async () => {
    const service = await startService();
    const clock = new VirtualClock();
    const { instance, begin, follower, lines, events, record } = await follow(await prepare(service.url), { clock });
    await begin();
    await until(() => expect(service.watchers).toBe(1));
    service.answering = (_request, response) => response.writeHead(503).end() !== undefined;
    service.cut();
    await until(() => expect(instance.status().counters.watchErrors).toBe(1));
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: false, counters: { unavailable: 1, rejected: 0 } });
    clock.advance(15_000);
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: true, staleReason: "unreachable", ready: true });
    expect(instance.status().ageMs).toBeGreaterThanOrEqual(15_000);
    clock.advance(3_600_000);
    await follower.look();
    expect(instance.status().ageMs).toBeGreaterThanOrEqual(3_600_000);
    expect(lines).toMatchObject([{ details: { code: "VX5016", event: "stale", problems: [{ code: "VX5016" }] } }]);
    record("stale");
    service.answering = undefined;
    await follower.look();
    expect(events).toMatchObject([{ event: { stale: false, ready: true, reason: undefined } }]);
    expect(instance.status()).toMatchObject({ stale: false, staleMs: 0, ageMs: 0 });
  });

  it("R10: stops being ready after refuseAfterMs, and goes on serving what it holds", async () => {
    const service = await startService();
    const clock = new VirtualClock();
    const { instance, begin, follower, events, record } = await follow(await prepare(service.url), {
      clock,
      onStale: { refuseAfterMs: 60_000 },
    });
    record("stale");
    await begin();
    service.answering = (_request, response) => response.writeHead(500).end() !== undefined;
    service.cut();
    await follower.look();
    clock.advance(15_000);
    await follower.look();
    expect(instance.status()).toMatchObject({ stale: true, ready: true });
    clock.advance(59_999);
    expect(instance.status().ready).toBe(true);
    clock.advance(1);
    expect(instance.status().ready).toBe(false);
    expect(instance.config.log.level.current).toBe("info");
    expect(events.map(({ event }) => event)).toMatchObject([
      { stale: true, ready: true },
      { stale: true, ready: false, reason: "unreachable" },
    ]);
  });

  it("R9: a wall clock that jumps by days ages nothing", async () => {
    const service = await startService();
    const { instance, begin } = await follow(await prepare(service.url), { onStale: { refuseAfterMs: 1_000 } });
    await begin();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(instance.status()).toMatchObject({ stale: false, ready: true });
    expect(instance.status().ageMs).toBeLessThan(60_000);
    vi.setSystemTime(0);
    expect(instance.status().ageMs).toBeGreaterThanOrEqual(0);
  });

  it("R5: starts from the last-known-good, marked stale, and takes the release when the service is back", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    await (await follow(where)).begin();
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    service.answering = (_request, response) => response.writeHead(503).end() !== undefined;
    const { instance, begin, lines } = await follow(where, { timeout: 200 });
    expect(instance.status()).toMatchObject({
      source: "server",
      stale: true,
      staleReason: "fallback",
      heldFrom: "last-known-good",
      published: { revision: 1 },
    });
    await begin();
    expect(lines).toMatchObject([{ details: { event: "stale", code: "VX5016", problems: [{ code: "VX5016" }] } }]);
    service.answering = undefined;
    service.publish(warn);
    await until(() => expect(instance.status()).toMatchObject({ stale: false, heldFrom: "source", published: { revision: 2 } }));
    expect(instance.config.log.level.current).toBe("warn");
    expect(lines.at(-1)?.message).toBe("the configuration is current again");
  });

  it("R5: prefers the deploy-time release when another one was deployed since the last-known-good was saved", async () => {
    const mount = await mountGateway();
    const service = await startService(warn);
    const where = await prepare(service.url, { VELTRIX_CONFIG_DIR: mount.dir });
    await (await follow(where)).begin();
    await until(async () => expect(await savedIn(where.stateDir)).toMatchObject({ kind: "saved" }));
    await service.close();
    const before = await loadGateway(where.variables, { timeout: 300 });
    expect(before.status().heldFrom).toBe("last-known-good");
    await mount.deliver(withValue("/log/level", "debug"));
    const after = await loadGateway(where.variables, { timeout: 300 });
    expect(after.status()).toMatchObject({ heldFrom: "deployment", stale: true, published: undefined });
    expect(after.config.log.level.current).toBe("debug");
  });

  it("R5: lists everything that was tried when there is nothing to start from", async () => {
    const mount = await mountGateway(withValue("/mqtt/qos", 9));
    const where = await prepare("http://127.0.0.1:1", { VELTRIX_CONFIG_DIR: mount.dir });
    await mkdir(where.stateDir);
    await writeFile(join(where.stateDir, "device-gateway.prod.release"), "veltrix", { mode: 0o600 });
    const problems = await problemsOf(loadGateway(where.variables, { timeout: 300 }));
    expect(problems.map(({ code, source }) => [code, source])).toEqual([
      ["VX5016", "http://127.0.0.1:1/v1/services/device-gateway/environments/prod/release"],
      ["VX5018", join(where.stateDir, "device-gateway.prod.release")],
      ["VX5005", mount.dir],
    ]);
  });

  it("R5: comes back while it starts, where there is nothing else to start from", async () => {
    const service = await startService();
    let failures = 2;
    service.answering = (_request, response) => (failures-- > 0 ? response.writeHead(503).end() !== undefined : false);
    const { variables } = await prepare(service.url);
    expect((await loadGateway(variables)).status()).toMatchObject({ stale: false, heldFrom: "source" });
  });
});

describe("an answer that is refused", () => {
  const answers: readonly {
    readonly name: string;
    readonly status: number;
    readonly body?: string;
    readonly headers?: { [name: string]: string };
    readonly code: string;
    readonly says: RegExp;
  }[] = [
    { name: "a redirect", status: 302, headers: { location: "http://127.0.0.1:1/" }, code: "VX5017", says: /redirects are not followed/ },
    { name: "401", status: 401, code: "VX5017", says: /401/ },
    { name: "403", status: 403, code: "VX5017", says: /403/ },
    { name: "404", status: 404, code: "VX5017", says: /404/ },
    { name: "304 without a question", status: 304, code: "VX5017", says: /304/ },
    {
      name: "more than 1 MiB, announced",
      status: 200,
      headers: { "content-length": "1048577" },
      code: "VX5017",
      says: /larger than 1 MiB/,
    },
    {
      name: "more than 1 MiB, sent",
      status: 200,
      body: " ".repeat(1_100_000),
      headers: { "transfer-encoding": "chunked" },
      code: "VX5017",
      says: /larger than 1 MiB/,
    },
    {
      name: "another format",
      status: 200,
      body: JSON.stringify({ ...releaseOf(values, { epoch: 1, revision: 1 }), format: 2 }),
      code: "VX5003",
      says: /format is 2/,
    },
    {
      name: "no revision",
      status: 200,
      body: JSON.stringify({ ...releaseOf(values, { epoch: 1, revision: 1 }), revision: 0 }),
      code: "VX5003",
      says: /revision/,
    },
    {
      name: "another environment",
      status: 200,
      body: JSON.stringify(releaseOf(values, { epoch: 1, revision: 1 }, { environment: "dev" })),
      code: "VX5004",
      says: /environment dev/,
    },
    {
      name: "another ETag",
      status: 200,
      body: JSON.stringify(releaseOf(values, { epoch: 1, revision: 1 })),
      headers: { etag: '"v1:sha256:00"' },
      code: "VX5017",
      says: /ETag/,
    },
  ];

  it.each(answers)("R5: reports $code for $name", async ({ status, body, headers, code, says }) => {
    const service = await startService();
    service.answering = (_request, response) => {
      response.on("error", () => {});
      response.writeHead(status, headers);
      if (headers?.["content-length"] === undefined) response.end(body);
      else response.write(" ");
      return true;
    };
    const { variables } = await prepare(service.url);
    const problems = await problemsOf(loadGateway(variables));
    expect(problems).toMatchObject([{ code, message: expect.stringMatching(says) }]);
  });

  const urls = ["ftp://config.example", "http://user:pw@config.example", "https://config.example/?x=1", "nonsense"];
  it.each(urls)("R1: reports VX5001 for VELTRIX_SERVER=%s", async (url) => {
    const { variables } = await prepare(url);
    const problems = await problemsOf(loadGateway(variables));
    expect(problems).toMatchObject([{ code: "VX5001" }]);
    expect(JSON.stringify(problems)).not.toContain("pw");
  });
});

describe("the token", () => {
  it("is read before every request, and is in nothing that is said", async () => {
    const service = await startService();
    const tokenFile = join(await temporaryFolder(), "token");
    await writeFile(tokenFile, "canary-token-1\n");
    const where = await prepare(service.url, { VELTRIX_TOKEN_FILE: tokenFile });
    const { instance, follower, begin } = await follow(where);
    await begin();
    await writeFile(tokenFile, "canary-token-2\n");
    await follower.look();
    const sent = service.requests.filter(({ path }) => path.endsWith("/release")).map(({ headers }) => headers.authorization);
    expect(sent).toEqual(["Bearer canary-token-1", "Bearer canary-token-2"]);
    expect(JSON.stringify(instance.status())).not.toContain("canary");
  });

  it.each(["", "two\nlines", "ü"])("reports VX5002 for the unusable token %j", async (token) => {
    const service = await startService();
    const tokenFile = join(await temporaryFolder(), "token");
    await writeFile(tokenFile, token);
    const { variables } = await prepare(service.url, { VELTRIX_TOKEN_FILE: tokenFile });
    expect(await problemsOf(loadGateway(variables))).toMatchObject([{ code: "VX5002", source: tokenFile }]);
    expect(service.requests).toEqual([]);
  });

  it("reports VX5001 rather than send it over http to another machine", async () => {
    const { variables } = await prepare("http://config.example", { VELTRIX_TOKEN_FILE: "/nowhere/token" });
    expect(await problemsOf(loadGateway(variables))).toMatchObject([{ code: "VX5001", message: expect.stringContaining("https only") }]);
  });
});

describe("R6: the last-known-good on disk", () => {
  const release = releaseOf(values, { epoch: 1, revision: 5 });
  const options = async () => ({ dir: await temporaryFolder(), service: "device-gateway", environment: "prod" });
  const pathOf = ({ dir }: { readonly dir: string }): string => join(dir, "device-gateway.prod.release");

  it("R6: is written whole, for its owner alone, without secrets, and read back", async () => {
    const state = await options();
    await save(state, release, "root-1");
    expect((await stat(pathOf(state))).mode & 0o777).toBe(0o600);
    expect(await readSaved(state)).toMatchObject({ kind: "saved", release, deployedRoot: "root-1" });
    expect(await readFile(pathOf(state), "utf8")).not.toContain(PASSWORD);
    expect((await readdir(state.dir)).sort()).toEqual(["device-gateway.prod.floor", "device-gateway.prod.release"]);
  });

  it("R6: never goes back", async () => {
    const state = await options();
    await save(state, release, undefined);
    await save(state, releaseOf(warn, { epoch: 1, revision: 4 }), undefined);
    expect(await readSaved(state)).toMatchObject({ release: { revision: 5 } });
  });

  const spoils: readonly { readonly name: string; readonly spoil: (path: string) => Promise<unknown>; readonly says: RegExp }[] = [
    { name: "group-writable", spoil: (path) => chmod(path, 0o620), says: /others than its owner/ },
    { name: "world-writable", spoil: (path) => chmod(path, 0o602), says: /others than its owner/ },
    { name: "a second name", spoil: (path) => link(path, `${path}.copy`), says: /more than one name/ },
    {
      name: "a link",
      spoil: async (path) => {
        const contents = await readFile(path);
        await rm(path);
        await writeFile(`${path}.target`, contents, { mode: 0o600 });
        await symlink(`${path}.target`, path);
      },
      says: /it is a link/,
    },
    {
      name: "another checksum",
      spoil: async (path) => writeFile(path, (await readFile(path, "utf8")).replace('"revision":5', '"revision":6')),
      says: /checksum/,
    },
    { name: "a floor above it", spoil: (path) => writeFile(path.replace(/release$/, "floor"), "1.6\n"), says: /1\.6 was in use/ },
    { name: "a floor that is none", spoil: (path) => writeFile(path.replace(/release$/, "floor"), "x"), says: /malformed/ },
  ];
  it.each(spoils)("R6: reports VX5018 for $name", async ({ spoil, says }) => {
    const state = await options();
    await save(state, release, undefined);
    await spoil(pathOf(state));
    expect(await readSaved(state)).toMatchObject({ kind: "refused", problem: { code: "VX5018", message: expect.stringMatching(says) } });
  });

  it("R6: refuses every flipped bit", async () => {
    const state = await options();
    await save(state, release, undefined);
    const bytes = await readFile(pathOf(state));
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await writeFile(pathOf(state), flipped);
      expect((await readSaved(state)).kind).toBe("refused");
    }
  });

  it("R14: says that it cannot be saved, and goes on", async () => {
    const service = await startService();
    const where = await prepare(service.url);
    await writeFile(where.stateDir, "a file in place of the folder");
    const { instance, begin, lines } = await follow(where);
    await begin();
    await until(() => expect(lines).toMatchObject([{ details: { code: "VX5018", event: "trouble" } }]));
    expect(instance.status()).toMatchObject({ stale: false, counters: { stateErrors: 1 } });
  });
});

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
    clock.advance(400);
    expect(reports).toMatchObject([
      {
        findings: [{ hop: "not-loaded", kind: "changed", pointer: "/mqtt/qos", expected: { value: 8 }, actual: { value: 1 } }],
      },
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
