// What it costs to compare a cluster with what was built, once everything is fetched: as a multiple of hashing the
// same bytes once. `node tools/bench/dist/drift.js [--services 1000]`
import { parseArgs } from "node:util";
import { expectedServices } from "@veltrix/kubernetes";
import { compareService, LiveObjects } from "@veltrix/cluster";
import { compile, MemoryHost } from "@veltrix/compiler";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import type { ConfigMap, ExpectedConfigMap, ExpectedService } from "@veltrix/protocol/kubernetes";
import { generateFiles } from "./generate/generate.ts";

/** Rounds of each measurement; the fastest counts, because all noise is slower. */
const ROUNDS = 7;
/** What the comparison of an unchanged cluster may cost, in hashes of its bytes. */
const CEILING = 8;

const { values: options } = parseArgs({ options: { services: { type: "string", default: "1000" } } });
const { model } = compile(new MemoryHost(Object.fromEntries(generateFiles(Number(options.services)))));
if (model === undefined) throw new Error("the generated workspace does not compile");
const services = model.settings.environments.flatMap(({ name }) => expectedServices(model, name));
const configMaps = services.flatMap(({ config, variables }) => [config, variables].filter((object) => object !== undefined));
const inSync = configMaps.map((object) => asServed(object, (text) => text));
const rewritten = configMaps.map((object) => asServed(object, (text) => text.replaceAll("\n", "\n\n")));
const texts = inSync.flatMap(({ data = {} }) => Object.values(data));
const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
const hashing = cpuOf(() => texts.map((text) => hashBytes(text)));
const unchanged = cpuOf(() => compareAll(services, inSync));
const reformatted = cpuOf(() => compareAll(services, rewritten));
const ratio = unchanged / hashing;
console.log(`${services.length} configs, ${configMaps.length} ConfigMaps, ${(bytes / 1e6).toFixed(1)} MB of data`);
console.log(`hash of every byte, once           ${hashing.toFixed(1)} ms CPU`);
console.log(`comparison, nothing differs        ${unchanged.toFixed(1)} ms CPU, ${ratio.toFixed(2)}x (at most ${CEILING}x)`);
console.log(`comparison, every file rewritten   ${reformatted.toFixed(1)} ms CPU, ${(reformatted / hashing).toFixed(2)}x`);
process.exitCode = ratio <= CEILING ? 0 : 1;

/** As an API server sends it: texts of their own, and metadata that is nobody's business. `change` rewrites the JSON files. */
function asServed(object: ExpectedConfigMap, change: (text: string) => string): ConfigMap {
  const isConfig = Object.hasOwn(object.data, "config.json");
  const data = Object.fromEntries(Object.entries(object.data).map(([name, text]) => [name, isConfig ? change(text) : text]));
  const managed = { manager: "kubectl", operation: "Apply", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:data": {} } };
  const metadata = { ...object.metadata, uid: object.metadata.name, resourceVersion: "1", managedFields: [managed] };
  return JSON.parse(JSON.stringify({ ...object, data, metadata })) as ConfigMap;
}

/** The whole work of one look, after the lists have arrived. */
function compareAll(expected: readonly ExpectedService[], objects: readonly ConfigMap[]): void {
  // Workloads are compared by one annotation each, and are left out on both sides.
  const plain = expected.map(({ workload: _workload, ...service }) => service);
  const live = new LiveObjects(plain);
  live.replace("ConfigMap", objects, () => true);
  const findings = plain.flatMap((service) => compareService(service, live.of(service)));
  if (findings.length > 0) throw new Error(`nothing differs, and ${findings.length} differences are found`);
}

/** CPU milliseconds of the fastest round. */
function cpuOf(work: () => unknown): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    fastest = Math.min(fastest, (user + system) / 1000);
  }
  return fastest;
}
