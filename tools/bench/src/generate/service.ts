// One synthetic service: a contract of 40 keys, and its values in three environments.
import { drawFeatures, type Feature } from "./features.ts";
import { closedObject } from "./fragments.ts";
import { Random } from "./random.ts";
import { Tag, type Value, type ValueMap } from "./yaml.ts";

/** Keys of a contract that have no keys below them. */
export const KEYS_PER_SERVICE = 40;
export const environments = ["dev", "staging", "prod"] as const;

/** What is written for one service. */
export interface SyntheticService {
  readonly id: string;
  readonly contract: object;
  readonly base: ValueMap;
  readonly overrides: { readonly [environment in (typeof environments)[number]]: ValueMap };
}

const domains = ["telemetry", "device", "fleet", "billing", "alerting", "archive", "routing", "identity"];
const roles = ["gateway", "router", "engine", "store", "api", "worker", "bridge", "planner"];
/** Keys that every service has; features fill up to 40. */
const FIXED_KEYS = 35;

/** Id of the service number `index`. */
export function serviceId(index: number): string {
  const random = new Random(index * 2 + 1);
  return `${random.pick(domains)}-${random.pick(roles)}-${String(index).padStart(4, "0")}`;
}

/** The service number `index`: the same whatever the number of services. */
export function makeService(index: number): SyntheticService {
  const random = new Random(index * 2 + 2);
  const id = serviceId(index);
  const provider = index === 0 ? undefined : serviceId(random.integer(0, index - 1));
  const parts: Parts = {
    random,
    provider,
    keeps: random.pick(["rows", "objects"]),
    features: drawFeatures(random, KEYS_PER_SERVICE - FIXED_KEYS),
  };
  return { id, contract: makeContract(id, parts), base: makeBase(id, parts), overrides: makeOverrides(id, parts) };
}

interface Parts {
  readonly random: Random;
  /** The service whose outputs it reads; the first service reads none. */
  readonly provider: string | undefined;
  /** What it keeps: in a database, or in an object store. */
  readonly keeps: "rows" | "objects";
  readonly features: readonly Feature[];
}

function makeContract(id: string, { random, provider, keeps, features }: Parts): object {
  const network = "../shared/network.schema.json#/$defs";
  const topics = "../shared/topics.schema.json#/$defs";
  const properties = {
    instance: { description: "Id of this installation; written into every event.", type: "string", format: "uuid", "x-env": "INSTANCE_ID" },
    http: closedObject("HTTP endpoint.", {
      port: { description: "Port of the endpoint.", $ref: `${network}/port`, "x-env": "HTTP_PORT" },
      path: { description: "Path below which requests are taken.", type: "string", pattern: "^/[a-z0-9/-]*$" },
      publicUrl: { description: "Address under which clients reach the endpoint.", type: "string", "x-type": "url" },
      requestTimeout: { description: "Longest time for one request.", type: "string", "x-type": "duration" },
      token: { description: "Bearer token of the clients.", type: "string", pattern: "^[A-Za-z0-9_-]{24,64}$", "x-secret": true },
    }),
    mqtt: { $ref: "../shared/mqtt-client.schema.json" },
    ...(keeps === "rows" ? { database: { $ref: "../shared/database.schema.json" } } : { storage: storageSchema(random) }),
    inputs: closedObject("What the service reads; taken from the service that writes it.", {
      topic: { description: "Topic of the events.", $ref: `${topics}/topic` },
      qos: { description: "Quality of service that they are published with.", $ref: `${topics}/qos` },
      retention: { description: "How long the writer keeps them.", type: "string", "x-type": "duration" },
    }),
    outputs: closedObject("What the service writes. Others take it by reference.", {
      topic: { description: "Topic of the results.", $ref: `${topics}/topic`, "x-exported": true },
      qos: { $ref: `${topics}/qos`, "x-exported": true },
      retention: { description: "How long results are kept.", type: "string", "x-type": "duration", "x-exported": true },
    }),
    limits: { "x-reload": "hot", ...closedObject("Limits on what one client may send.", limitProperties(random)) },
    rules: rulesSchema(random),
    processing: closedObject("How events are handled.", Object.fromEntries(features.map(({ name, schema }) => [name, schema]))),
    health: { $ref: "../shared/health.schema.json" },
    logging: { $ref: "../shared/logging.schema.json", "x-reload": "hot" },
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: id,
    "x-veltrix": {
      version: `1.${random.integer(0, 20)}.0`,
      owner: `team-${id.slice(0, id.indexOf("-"))}`,
      dependsOn: provider === undefined ? {} : { [provider]: "^1.0.0" },
      workload: { kind: "Deployment", name: id },
      delivery: "mutable",
    },
    ...closedObject(`Configuration of ${id}.`, properties),
  };
}

function storageSchema(random: Random): object {
  return closedObject("Where objects are kept.", {
    endpoint: { description: "Address of the object store.", type: "string", format: "uri" },
    bucket: { description: "Bucket of this service.", type: "string", pattern: "^[a-z0-9][a-z0-9-]{2,61}$" },
    prefix: { description: "Prefix of the object names.", type: "string", maxLength: random.integer(40, 200) },
    accessKey: { description: "Key of the account.", type: "string", minLength: 16, maxLength: 128, "x-secret": true },
    partSize: { description: "Size of one part of an upload.", type: "string", "x-type": "bytes" },
    uploadTimeout: { description: "Longest time for one part.", type: "string", "x-type": "duration" },
  });
}

function limitProperties(random: Random): { readonly [key: string]: object } {
  return {
    maxPayload: { description: "Largest payload.", type: "string", "x-type": "bytes" },
    maxPerSecond: {
      description: "Messages of a client in a second.",
      type: "integer",
      minimum: 1,
      maximum: random.integer(10_000, 50_000),
    },
  };
}

function rulesSchema(random: Random): object {
  return {
    description: "Tried in order; the first that matches decides.",
    "x-reload": "hot",
    type: "array",
    minItems: 1,
    maxItems: random.integer(8, 64),
    items: closedObject("One rule.", {
      name: { description: "Name of the rule in the log.", type: "string", pattern: "^[a-z][a-z0-9-]{1,62}$" },
      metric: { description: "Metric that it looks at.", type: "string", enum: ["temperature", "humidity", "pressure", "voltage"] },
      above: { description: "Readings above this match.", type: "number", minimum: -1000, maximum: random.integer(1000, 9000) },
      action: { description: "What happens.", type: "string", enum: ["keep", "drop", "alert"] },
    }),
  };
}

function makeBase(id: string, { random, provider, keeps, features }: Parts): ValueMap {
  return {
    http: { port: random.integer(8000, 8999), path: "/v1/events", requestTimeout: "5s", token: new Tag("secret", `${id}/http-token`) },
    mqtt: { port: 1883, clientId: id, username: id, password: new Tag("secret", `${id}-mqtt/password`), keepAlive: "30s", qos: 1 },
    ...(keeps === "rows" ? { database: databaseValues(id, random) } : { storage: storageValues(id, random) }),
    inputs: inputValues(random, provider),
    outputs: { topic: `iot/${id}`, qos: random.integer(0, 2), retention: `${random.integer(1, 90)}d` },
    limits: { maxPayload: `${random.integer(8, 64)}KiB`, maxPerSecond: random.integer(50, 500) },
    rules: Array.from({ length: random.integer(2, 5) }, (_none, index) => ({
      name: `rule-${index + 1}`,
      metric: random.pick(["temperature", "humidity", "pressure", "voltage"]),
      above: random.integer(-400, 9000) / 10,
      action: random.pick(["keep", "drop", "alert"]),
    })),
    processing: Object.fromEntries(features.map(({ name, value }): [string, Value] => [name, value])),
    health: { bind: "0.0.0.0", port: 8081, path: "/readyz" },
    logging: { level: "info", format: "json" },
  };
}

function databaseValues(id: string, random: Random): ValueMap {
  const name = id.replaceAll("-", "_");
  return { port: 5432, name, username: name, password: new Tag("secret", `${id}-database/password`), poolSize: random.integer(2, 20) };
}

function storageValues(id: string, random: Random): ValueMap {
  return {
    prefix: `${id}/v1`,
    accessKey: new Tag("secret", `${id}-storage/key`),
    partSize: `${random.integer(5, 50)}MB`,
    uploadTimeout: "20s",
  };
}

/** Two or three keys of the provider; the first service of all has none and writes its own. */
function inputValues(random: Random, provider: string | undefined): ValueMap {
  const own = { topic: "iot/raw", qos: 1, retention: `${random.integer(1, 90)}d` };
  if (provider === undefined) return own;
  const reference = (key: string): Tag => new Tag("ref", `${provider}#/outputs/${key}`);
  return { topic: reference("topic"), qos: reference("qos"), retention: random.pick([own.retention, reference("retention")]) };
}

function makeOverrides(id: string, { random, keeps }: Parts): SyntheticService["overrides"] {
  const forEnvironment = (environment: string): ValueMap => {
    const domain = `${environment}.iot.example`;
    const tls = { serverName: `broker.${domain}`, minVersion: environment === "prod" ? "TLSv1.3" : "TLSv1.2" };
    return {
      instance: random.uuid(),
      http: { publicUrl: `https://${id}.${domain}/v1`, ...(environment === "prod" ? { requestTimeout: "3s" } : {}) },
      mqtt: { host: `broker.${domain}`, ...(environment === "dev" ? {} : { tls }) },
      ...(keeps === "rows" ? { database: { host: `database.${domain}` } } : {}),
      ...(keeps === "objects" ? { storage: { endpoint: `https://objects.${domain}`, bucket: `${id}-${environment}` } } : {}),
      ...(environment === "prod" ? { limits: { maxPerSecond: random.integer(500, 5000) } } : {}),
      ...(environment === "dev" ? { logging: { level: "debug" } } : {}),
    };
  };
  return { dev: forEnvironment("dev"), staging: forEnvironment("staging"), prod: forEnvironment("prod") };
}
