// R1: everything that can be wrong with the two files of a mount.
import { renderDelivered } from "@veltrix/protocol";
import { MAX_FILE_BYTES } from "../mount/limits.ts";
import { renderHashes, values, withValue } from "./gateway.ts";

/** The files without a fault. */
export const config = renderDelivered(values);
export const hashes = renderHashes(values);
const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

/** Two files of a mount, and what must be said of them. */
export interface FileFault {
  readonly name: string;
  readonly files: { readonly [name: string]: string | Uint8Array | undefined };
  readonly code: string;
  readonly says: RegExp;
  readonly pointer?: string;
}

/** Everything that can be wrong with the two files. */
export const fileFaults: readonly FileFault[] = [
  { name: "no config.json", files: { "veltrix.json": hashes }, code: "VX5002", says: /does not exist/ },
  { name: "no veltrix.json", files: { "config.json": config }, code: "VX5002", says: /does not exist/ },
  { name: "an empty config.json", files: { "config.json": "", "veltrix.json": hashes }, code: "VX5003", says: /empty/ },
  { name: "a config.json of whitespace", files: { "config.json": " \n", "veltrix.json": hashes }, code: "VX5003", says: /empty/ },
  { name: "an empty veltrix.json", files: { "config.json": config, "veltrix.json": "" }, code: "VX5003", says: /empty/ },
  {
    name: "a truncated config.json",
    files: { "config.json": config.slice(0, -9), "veltrix.json": hashes },
    code: "VX5003",
    says: /ends too early/,
  },
  {
    name: "a config.json cut in a string",
    files: { "config.json": config.slice(0, config.indexOf("broker.ex")), "veltrix.json": hashes },
    code: "VX5003",
    says: /ends too early/,
  },
  {
    name: "a truncated veltrix.json",
    files: { "config.json": config, "veltrix.json": hashes.slice(0, -2) },
    code: "VX5003",
    says: /not JSON/,
  },
  { name: "YAML", files: { "config.json": "mqtt:\n  qos: 1\n", "veltrix.json": hashes }, code: "VX5003", says: /not JSON/ },
  {
    name: "a byte order mark",
    files: { "config.json": `\uFEFF${config}`, "veltrix.json": hashes },
    code: "VX5003",
    says: /byte order mark/,
  },
  {
    name: "UTF-16",
    files: { "config.json": Buffer.from(`\uFEFF${config}`, "utf16le"), "veltrix.json": hashes },
    code: "VX5003",
    says: /not UTF-8/,
  },
  {
    name: "invalid UTF-8",
    files: { "config.json": Buffer.from('{"a":"\xff"}', "latin1"), "veltrix.json": hashes },
    code: "VX5003",
    says: /not UTF-8/,
  },
  {
    name: "half a surrogate pair",
    files: { "config.json": '{"region":"\\ud800"}', "veltrix.json": hashes },
    code: "VX5003",
    says: /surrogate/,
    pointer: "/region",
  },
  { name: "an array", files: { "config.json": "[]", "veltrix.json": hashes }, code: "VX5003", says: /not a JSON object/ },
  { name: "null", files: { "config.json": "null", "veltrix.json": hashes }, code: "VX5003", says: /not a JSON object/ },
  { name: "a string", files: { "config.json": '"{}"', "veltrix.json": hashes }, code: "VX5003", says: /not a JSON object/ },
  {
    name: "a duplicate key",
    files: { "config.json": config.replace('"qos": 1', '"qos": 1,\n    "qos": 2'), "veltrix.json": hashes },
    code: "VX5003",
    says: /"qos" is there twice/,
    pointer: "/mqtt/qos",
  },
  {
    name: "an escaped duplicate key",
    files: { "config.json": config.replace('"qos": 1', '"qos": 1, "q\\u006fs": 2'), "veltrix.json": hashes },
    code: "VX5003",
    says: /"qos" is there twice/,
  },
  {
    name: "a duplicate key in veltrix.json",
    files: { "config.json": config, "veltrix.json": hashes.replace('"format": 1', '"format": 1,\n  "format": 1') },
    code: "VX5003",
    says: /twice/,
  },
  {
    name: "__proto__",
    files: { "config.json": '{"mqtt":{"__proto__":{"qos":1}}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /__proto__ is not allowed/,
    pointer: "/mqtt/__proto__",
  },
  {
    name: "an escaped __proto__",
    files: { "config.json": '{"\\u005f_proto__":1}', "veltrix.json": hashes },
    code: "VX5003",
    says: /__proto__ is not allowed/,
  },
  {
    name: "constructor",
    files: { "config.json": '{"constructor":{}}', "veltrix.json": hashes },
    // A contract may declare it; this one does not.
    code: "VX5005",
    says: /\/constructor is not a key of the contract/,
    pointer: "/constructor",
  },
  {
    name: "prototype",
    files: { "config.json": '{"prototype":{}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /prototype is not allowed/,
  },
  { name: "65 levels", files: { "config.json": nested(64), "veltrix.json": hashes }, code: "VX5003", says: /deeper than 64/ },
  { name: "200,000 levels", files: { "config.json": nested(200_000), "veltrix.json": hashes }, code: "VX5003", says: /deeper than 64/ },
  {
    name: "a number too large",
    files: { "config.json": '{"ingest":{"batch":1e400}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /too large/,
    pointer: "/ingest/batch",
  },
  {
    name: "an integer that loses digits",
    files: { "config.json": '{"ingest":{"batch":9007199254740993}}', "veltrix.json": hashes },
    code: "VX5003",
    says: /more digits/,
  },
  {
    name: "a file over 1 MiB",
    files: { "config.json": `${config}${" ".repeat(MAX_FILE_BYTES)}`, "veltrix.json": hashes },
    code: "VX5002",
    says: /larger than/,
  },
  {
    name: "an unknown format",
    files: { "config.json": config, "veltrix.json": hashes.replace('"format": 1', '"format": 2') },
    code: "VX5003",
    says: /format is 2/,
  },
  {
    name: "a veltrix.json without leaves",
    files: { "config.json": config, "veltrix.json": hashes.replace('"leaves"', '"sheaves"') },
    code: "VX5003",
    says: /leaves/,
  },
  {
    name: "another service's file",
    files: { "config.json": config, "veltrix.json": renderHashes(values, { service: "event-router" }) },
    code: "VX5004",
    says: /service event-router/,
  },
  {
    name: "another environment's file",
    files: { "config.json": config, "veltrix.json": renderHashes(values, { environment: "dev" }) },
    code: "VX5004",
    says: /environment dev/,
  },
  {
    name: "a missing key",
    files: filesOf("/mqtt/brokerUrl", undefined),
    code: "VX5005",
    says: /\/mqtt\/brokerUrl is missing/,
    pointer: "/mqtt/brokerUrl",
  },
  { name: "a missing subtree", files: filesOf("/mqtt", undefined), code: "VX5005", says: /\/mqtt is missing/, pointer: "/mqtt" },
  {
    name: "a key missing in this environment only",
    files: filesOf("/region", undefined),
    code: "VX5005",
    says: /\/region is missing/,
    pointer: "/region",
  },
  {
    name: "a wrong type",
    files: filesOf("/mqtt/qos", "1"),
    code: "VX5005",
    says: /\/mqtt\/qos must be of type integer/,
    pointer: "/mqtt/qos",
  },
  { name: "a value out of range", files: filesOf("/ingest/batch", 101), code: "VX5005", says: /at most 100/, pointer: "/ingest/batch" },
  {
    name: "an unknown key",
    files: filesOf("/mqtt/brokrUrl", "x"),
    code: "VX5005",
    says: /\/mqtt\/brokrUrl is not a key of the contract/,
    pointer: "/mqtt/brokrUrl",
  },
  {
    name: "a text that is no unit",
    files: filesOf("/ingest/limits/window", "1 minute"),
    code: "VX5005",
    says: /must be a duration/,
    pointer: "/ingest/limits/window",
  },
  {
    name: "an item that is no unit",
    files: filesOf("/endpoints", ["a:1", "b"]),
    code: "VX5005",
    says: /must be a host and a port/,
    pointer: "/endpoints/1",
  },
  {
    name: "a secret among the values",
    files: filesOf("/mqtt/password", "leaked-canary"),
    code: "VX5005",
    says: /is a secret, but is in the clear among the values/,
    pointer: "/mqtt/password",
  },
  {
    name: "a required secret without a reference",
    files: { "config.json": config, "veltrix.json": renderHashes(values, { secrets: {} }) },
    code: "VX5006",
    says: /required secret/,
    pointer: "/mqtt/password",
  },
];

function filesOf(pointer: string, value: Parameters<typeof withValue>[1]): FileFault["files"] {
  const changed = withValue(pointer, value);
  return {
    "config.json": renderDelivered(changed),
    "veltrix.json": renderHashes(changed),
  };
}
