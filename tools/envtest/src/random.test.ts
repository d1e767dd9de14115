import { expectedServices } from "@veltrix/kubernetes";
import { type DriftEvent, findDrift, openCluster, watchDrift } from "@veltrix/cluster";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestCluster, type TestCluster } from "./cluster.ts";
import { brief } from "./deployed.ts";
import { modelOf } from "./platform.ts";
import { builtObjects, type Change, Random, randomDifference, randomRewrite, type Written } from "./random.ts";
import { reason, skipped } from "./skip.ts";
import { PATIENCE } from "./suites/patience.ts";

const SERVICES = 200;
const ROUNDS = Number(process.env["VELTRIX_ENVTEST_ROUNDS"] ?? 5);
const seed = Number(process.env["VELTRIX_SEED"] ?? Math.floor(Math.random() * 2 ** 32));

const files = (): { readonly [path: string]: string } => {
  const contract = (id: string): object => ({
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    additionalProperties: false,
    properties: {
      http: {
        type: "object",
        additionalProperties: false,
        properties: { port: { type: "integer", "x-env": "PORT" }, host: { type: "string", "x-env": "HOST" } },
      },
      flags: {
        type: "object",
        additionalProperties: false,
        properties: { debug: { type: "boolean" }, ratio: { type: "number" }, level: { type: "string" } },
      },
      topics: { type: "array", items: { type: "string" } },
      [`only-${id}`]: { type: "string" },
      password: { type: "string", "x-secret": true },
    },
  });
  const values = (id: string, index: number): string =>
    `http: { port: ${1000 + index}, host: ${id}.iot }\nflags: { debug: false, ratio: 0.5, level: "é${index}" }\ntopics: [a, b]\n"only-${id}": x\npassword: !secret ${id}/password\n`;
  const services = Array.from({ length: SERVICES }, (_, index) => [`s${index}`, index] as const);
  return Object.fromEntries([
    ["schemas/veltrix.yaml", "environments: { prod: { namespace: iot } }\n"],
    ...services.flatMap(([id, index]) => [
      [`schemas/${id}/config.schema.json`, JSON.stringify(contract(id))],
      [`schemas/${id}/values/base.yaml`, values(id, index)],
    ]),
  ]);
};

describe.skipIf(skipped !== undefined)(`random differences in ${SERVICES} services on a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(async () => cluster?.server.stop());

  const path = "/api/v1/namespaces/iot/configmaps";

  async function put(name: string, object: Written | undefined): Promise<void> {
    const method = object === undefined ? "DELETE" : "PUT";
    const { status } = await cluster.call(method, `${path}/${name}?fieldManager=by-hand`, object);
    if (status === 404 && object !== undefined) expect((await cluster.call("POST", path, object)).status).toBe(201);
    else expect(status).toBeLessThan(202);
  }

  it(`R15: finds ${ROUNDS * SERVICES} of ${ROUNDS * SERVICES} differences and takes as many equivalent rewrites for none`, async () => {
    console.log(`seed ${seed}: VELTRIX_SEED=${seed} repeats this run, VELTRIX_ENVTEST_ROUNDS makes it longer`);
    const random = new Random(seed);
    const services = expectedServices(modelOf(files()), "prod");
    const built = services.flatMap(builtObjects);
    await cluster.call("POST", "/api/v1/namespaces", { metadata: { name: "iot" } });
    await inParallel(built, (object) => put(object.metadata.name, object));
    const client = await openCluster({ kubeconfig: cluster.kubeconfig });
    const open = new Map<string, DriftEvent>();
    const [opened, injected]: [string[], string[]] = [[], []];
    let isReady = false;
    const stop = new AbortController();
    const onEvent = (event: DriftEvent): void => {
      const id = JSON.stringify(event.finding);
      if (event.type === "closed") open.delete(id);
      else {
        open.set(id, event);
        opened.push(...brief([event.finding]));
      }
    };
    const options = { signal: stop.signal, onEvent, onReady: () => (isReady = true), recheckMs: 500 };
    const ended = watchDrift(client, services, options);
    await vi.waitUntil(() => isReady, PATIENCE);
    expect(opened).toEqual([]);
    for (let round = 0; round < ROUNDS; round++) {
      const changes = services.map((service) => randomDifference(service, random));
      await inParallel(changes, ({ name, object }: Change) => put(name, object));
      const expected = changes.flatMap(({ findings }) => findings).sort();
      await vi.waitFor(() => expect(brief([...open.values()].map(({ finding }) => finding))).toEqual(expected), PATIENCE);
      // Who comes only now cannot know that an object was there before: it is not applied.
      const unseen = (text: string): string => text.replace("edited-in-cluster object-missing", "not-applied object-missing");
      expect(brief(await findDrift(client, services))).toEqual(expected.map(unseen).sort());
      injected.push(...expected);
      await inParallel(built, (object) => put(object.metadata.name, object));
      await vi.waitUntil(() => open.size === 0, PATIENCE);
      const rewrites = services.map((service) => randomRewrite(service, random));
      await inParallel(rewrites, (object) => put(object.metadata.name, object));
      expect(await findDrift(client, services)).toEqual([]);
      await inParallel(built, (object) => put(object.metadata.name, object));
    }
    stop.abort();
    await ended;
    expect(injected).toHaveLength(ROUNDS * SERVICES);
    // Each difference was told once, and nothing else was.
    expect(opened.sort()).toEqual(injected.sort());
  }, 600_000);
});

async function inParallel<Item>(items: readonly Item[], act: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const next = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 12 }, next));
}
