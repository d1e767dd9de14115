// What `build --check` says of stale files. A value that changed in schemas/ makes many files stale at once: it is told
// once, by its key. A file that is not as the last build wrote it was edited, and is told by itself.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { CONFIG_FILE, canonicalize, HASHES_FILE, isJsonObject, type JsonObject, type JsonValue, leavesOf } from "@veltrix/protocol";
import { parse } from "yaml";
import { fileHash, INDEX_FILE } from "../emit/index-file.ts";

/** One generated file that is not what the schemas give. */
export interface StaleFile {
  /** Relative to the generated folder. */
  readonly path: string;
  /** Undefined for a file that is missing or cannot be read. */
  readonly before: string | undefined;
  readonly after: string;
  /** What is said of the file by itself. */
  readonly diagnostic: Diagnostic;
}

/** One value of one service that is another in the schemas. */
interface ChangedValue {
  readonly service: string;
  readonly pointer: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  readonly environments: string[];
  /** The file that shows it. */
  readonly shownBy: StaleFile;
}

/** One VX7003 for each changed value, and one for each file that no value explains. `listed`: hashes of the last build. */
export function explainStale(stale: readonly StaleFile[], listed: ReadonlyMap<string, string>): readonly Diagnostic[] {
  const untouched = stale.filter(({ path, before }) => before !== undefined && listed.get(path) === fileHash(before));
  const changes = findChanges(untouched);
  if (changes.length === 0) return stale.map(({ diagnostic }) => diagnostic);
  // The index follows every change, and lists no hash of itself.
  const others = stale.filter((file) => !untouched.includes(file) && file.path !== INDEX_FILE);
  return [...changes.map((change) => describe(change, stale.length - others.length)), ...others.map(({ diagnostic }) => diagnostic)];
}

function describe({ service, pointer, before, after, environments, shownBy }: ChangedValue, files: number): Diagnostic {
  const place = { at: shownBy.diagnostic.at, service, environments, key: pointer };
  return report("VX7003", { service, environments, pointer, before, after, files }, place);
}

function findChanges(files: readonly StaleFile[]): readonly ChangedValue[] {
  const changes = new Map<string, ChangedValue>();
  for (const file of files) {
    const [old, young] = [deliveredIn(file.before ?? ""), deliveredIn(file.after)];
    if (old === undefined || young === undefined || old.service !== young.service) continue;
    const [had, has] = [valuesOf(old.config), valuesOf(young.config)];
    for (const pointer of new Set([...had.keys(), ...has.keys()])) {
      const [before, after] = [had.get(pointer), has.get(pointer)];
      const id = canonicalize([old.service, pointer, before === undefined ? [] : [before], after === undefined ? [] : [after]]);
      if (before !== undefined && after !== undefined && canonicalize(before) === canonicalize(after)) continue;
      const known = changes.get(id);
      if (known === undefined)
        changes.set(id, { service: old.service, pointer, before, after, environments: [young.environment], shownBy: file });
      else if (!known.environments.includes(young.environment)) known.environments.push(young.environment);
    }
  }
  return [...changes.values()];
}

function valuesOf(config: JsonObject): ReadonlyMap<string, JsonValue> {
  return new Map(leavesOf(config).map(({ pointer, value }) => [pointer, value]));
}

interface DeliveredConfig {
  readonly service: string;
  readonly environment: string;
  readonly config: JsonObject;
}

/** What an object that carries both delivered files holds; undefined for any other text. */
function deliveredIn(text: string): DeliveredConfig | undefined {
  if (!text.includes(CONFIG_FILE) || !text.includes(HASHES_FILE)) return undefined;
  try {
    const data = memberOf(parse(text, { logLevel: "silent" }) as JsonValue, "data");
    const [config, hashes] = [CONFIG_FILE, HASHES_FILE].map((name) => JSON.parse(String(memberOf(data, name))) as JsonValue);
    const [service, environment] = [memberOf(hashes, "service"), memberOf(hashes, "environment")];
    if (!isJsonObject(config) || typeof service !== "string" || typeof environment !== "string") return undefined;
    return { service, environment, config };
  } catch {
    // No YAML, or no JSON in it: the file is told by itself.
    return undefined;
  }
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
