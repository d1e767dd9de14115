// Commands that read a workspace, in this process and over folders on the disk: each ends with a verdict of its own,
// never with a fault of ours, whatever stands in the files and on the command line.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "@veltrix/cli";
import { catalogue } from "@veltrix/diagnostics";
import { isJsonObject, type JsonValue } from "@veltrix/protocol";
import { caseOf } from "./case.ts";
import { CANARY } from "./features.ts";
import { Chance } from "./random.ts";
import { DOCUMENTS, NAMES } from "./words.ts";

/** Command lines for one workspace. */
const LINES = 4;
const FORMATS = ["pretty", "json", "github", "sarif", "junit"];

/** How the command lines of a run ended. */
export interface CommandOutcome {
  readonly ok: number;
  readonly problems: number;
  /** Seed, command line and words of each fault. */
  readonly faults: readonly string[];
}

/** Runs command lines over the workspaces of `runs` seeds from `seed` on. */
export async function fuzzCommands({ seed: first, runs }: { readonly seed: number; readonly runs: number }): Promise<CommandOutcome> {
  const faults: string[] = [];
  const codes = [0, 0];
  for (let seed = first; seed < first + runs; seed++) {
    const root = mkdtempSync(join(tmpdir(), "veltrix-fuzz-"));
    try {
      const files = caseOf(seed);
      for (const [path, contents] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), contents);
      }
      const chance = new Chance(seed ^ 0x5eed);
      for (let count = 0; count < LINES; count++) {
        const line = randomLine(chance, wordsOf(files));
        const { code, fault } = await runLine(line, root, files["deploy/app.yaml"] ?? MANIFEST);
        codes[code] = (codes[code] ?? 0) + 1;
        if (fault !== undefined) faults.push(`seed ${seed}: ${JSON.stringify(line)} ${fault}`);
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  }
  return { ok: codes[0] ?? 0, problems: codes[1] ?? 0, faults };
}

const MANIFEST = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: probe }\nspec: { template: { spec: { containers: [] } } }\n";

interface Words {
  readonly services: readonly string[];
  readonly environments: readonly string[];
  /** `<service>#<pointer>`. */
  readonly keys: readonly string[];
}

/** What can be asked for in a workspace; where its files cannot be read, what can be asked for in others. */
function wordsOf(files: { readonly [path: string]: string | Uint8Array }): Words {
  const contracts = Object.entries(files).filter(([path]) => path.endsWith("/config.schema.json"));
  const services = contracts.map(([path]) => path.split("/")[1] ?? "");
  const keys = contracts.flatMap(([path, text]) => {
    const contract = parseOrNull(text);
    const properties = isJsonObject(contract) && isJsonObject(contract["properties"]) ? Object.keys(contract["properties"]) : [];
    return properties.map((name) => `${path.split("/")[1]}#/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  });
  const settings = parseOrNull(files["schemas/veltrix.yaml"]);
  const declared = isJsonObject(settings) && isJsonObject(settings["environments"]) ? Object.keys(settings["environments"]) : [];
  const environments = declared.length > 0 ? declared : ["dev", "staging", "prod"];
  return { services: [...services, "probe"], environments, keys: [...keys, ...services.map((id) => `${id}#/`), "probe#/a"] };
}

function parseOrNull(text: string | Uint8Array | undefined): JsonValue {
  try {
    return JSON.parse(typeof text === "string" ? text : "") as JsonValue;
  } catch {
    return null;
  }
}

function randomLine(chance: Chance, { services, environments, keys }: Words): readonly string[] {
  const odd = (): boolean => chance.chance(0.05);
  const service = (): string => (odd() ? chance.pick(DOCUMENTS) : chance.pick(services));
  const environment = (): string => (odd() ? chance.pick(NAMES) : chance.pick(environments));
  const key = (): string => (odd() ? chance.pick(DOCUMENTS) : chance.pick(keys));
  const ofService = (): readonly string[] => (chance.chance(0.4) ? ["--service", service()] : []);
  const lines: readonly (() => readonly string[])[] = [
    () => ["why", key(), "--env", environment()],
    () => ["diff", "--env", environment(), environment(), ...ofService()],
    () => ["graph", ...(chance.chance(0.5) ? ["--key", key()] : ofService())],
    () => ["graph", "--format", chance.pick(["text", "mermaid", "dot"])],
    () => ["parity", ...ofService()],
    () => ["explain", odd() ? chance.pick(DOCUMENTS) : chance.pick(Object.keys(catalogue))],
    () => ["export", "--service", service(), "--env", environment(), "--out", "exported"],
    () => ["patch", "--env", environment(), ...ofService()],
    () => ["build", "--check"],
  ];
  const line = chance.pick(lines)();
  return line.includes("--format") ? line : [...line, "--format", chance.pick(FORMATS)];
}

async function runLine(
  line: readonly string[],
  root: string,
  stdin: string | Uint8Array,
): Promise<{ readonly code: number; readonly fault?: string }> {
  let printed = "";
  let stdout = "";
  const io = {
    stdout: (text: string): void => void (stdout += text),
    stderr: (text: string): void => void (printed += text),
    stdin: async (): Promise<Uint8Array> => Buffer.from(stdin),
    cwd: root,
    env: {},
    isTerminal: false,
  };
  const code = await main(line, io);
  printed += stdout;
  if (code !== 0 && code !== 1) return { code, fault: `ended with ${code}: ${printed.slice(0, 600)}` };
  if (/VX9\d{3}/.test(printed) && line[0] !== "explain") return { code, fault: `says that it is at fault: ${printed.slice(0, 600)}` };
  if (printed.includes("VX2010") && printed.includes(CANARY)) return { code, fault: "shows a secret" };
  const format = line[line.indexOf("--format") + 1];
  if (format === "json" || format === "sarif") {
    try {
      JSON.parse(stdout);
    } catch {
      return { code, fault: `prints no JSON: ${stdout.slice(0, 200)}` };
    }
  }
  return { code };
}
