// The keys in which services differ: each is a schema of its own and a value that obeys it.
import type { Random } from "./random.ts";
import type { Value } from "./yaml.ts";

/** One key of one service. */
export interface Feature {
  readonly name: string;
  readonly schema: object;
  readonly value: Value;
}

const regions = ["eu-west", "eu-north", "us-east", "us-west", "ap-south", "ap-east"];

/** What a service can have. Bounds are drawn per service, so contracts are alike and not the same. */
const makers: readonly ((random: Random) => Feature)[] = [
  (random) => integerFeature("batchSize", "Events that are handled at once.", random),
  (random) => integerFeature("maxRetries", "Attempts before an event is given up.", random),
  (random) => integerFeature("workers", "Workers that run side by side.", random),
  (random) => integerFeature("queueLength", "Events that may wait.", random),
  (random) => durationFeature("window", "Span of time that is looked at together.", random),
  (random) => durationFeature("flushInterval", "Longest time that results are held back.", random),
  (random) => durationFeature("leaseTime", "How long a lock is held without renewal.", random),
  (random) => numberFeature("sampleRate", "Share of the events that is traced.", random),
  (random) => numberFeature("tolerance", "Deviation that is not reported.", random),
  (random) => ({
    name: "mode",
    schema: { description: "How events are ordered.", type: "string", enum: ["strict", "relaxed", `lane-${random.integer(1, 9)}`] },
    value: random.pick(["strict", "relaxed"]),
  }),
  (random) => ({
    name: "compress",
    schema: { description: "Whether payloads are compressed.", type: "boolean" },
    value: random.pick([true, false]),
  }),
  (random) => ({
    name: "partitionKey",
    schema: { description: "Field that events are spread by.", type: "string", pattern: `^[a-z][a-zA-Z0-9]{1,${random.integer(15, 60)}}$` },
    value: random.pick(["deviceId", "tenantId", "siteId"]),
  }),
  (random) => ({
    name: "retentionSchedule",
    schema: { description: "When old events are removed.", type: "string", "x-type": "cron" },
    value: `${random.integer(0, 59)} ${random.integer(0, 23)} * * *`,
  }),
  (random) => ({
    name: "cache",
    schema: { description: "Address of the cache.", type: "string", "x-type": "host-port" },
    value: `cache-${random.integer(1, 9)}.internal.example:${random.integer(6000, 6999)}`,
  }),
  (random) => ({
    name: "regions",
    schema: {
      description: "Regions that are served.",
      type: "array",
      minItems: 1,
      maxItems: 6,
      uniqueItems: true,
      items: { description: "One region.", type: "string", enum: regions },
    },
    value: random.sample(regions, random.integer(1, 4)),
  }),
  (random) => ({
    name: "bufferSize",
    schema: { description: "Memory for events that wait.", type: "string", "x-type": "bytes" },
    value: `${random.integer(1, 64)}MiB`,
  }),
  (random) => ({
    name: "startsOn",
    schema: { description: "Day of the oldest event that is taken.", type: "string", format: "date" },
    value: `2025-0${random.integer(1, 9)}-${random.integer(10, 28)}`,
  }),
  () => ({ name: "contact", schema: { description: "Whom to write to.", type: "string", format: "email" }, value: "on-call@iot.example" }),
];

/** `count` different features. */
export function drawFeatures(random: Random, count: number): readonly Feature[] {
  return random.sample(makers, count).map((make) => make(random));
}

function integerFeature(name: string, description: string, random: Random): Feature {
  const minimum = random.integer(1, 10);
  const maximum = random.integer(100, 5000);
  return { name, schema: { description, type: "integer", minimum, maximum }, value: random.integer(minimum, maximum) };
}

function numberFeature(name: string, description: string, random: Random): Feature {
  const maximum = random.integer(1, 20);
  return { name, schema: { description, type: "number", minimum: 0, maximum }, value: random.integer(0, maximum * 100) / 100 };
}

function durationFeature(name: string, description: string, random: Random): Feature {
  return {
    name,
    schema: { description, type: "string", "x-type": "duration" },
    value: `${random.integer(1, 90)}${random.pick(["s", "m", "ms"])}`,
  };
}
