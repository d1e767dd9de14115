// Golden cases of running processes: the generated accessor of the case loads what is mounted for it.
import { createServer } from "node:http";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, compile, DiskHost, hashesFileOf } from "@veltrix/compiler";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { renderDelivered } from "@veltrix/protocol";
import { ConfigError, type LoadedConfig, type LoadOptions } from "@veltrix/runtime";
import { LeapingClock } from "@veltrix/runtime/testing";
import { expect, it, onTestFinished } from "vitest";
import { casesWith, copyCase, layOver, readJson } from "./cases.ts";
import { root } from "./repository.ts";

/** `process.json` of a case. */
interface ProcessCase {
  readonly service: string;
  /** The environment whose config is mounted. */
  readonly environment: string;
  readonly variables: { readonly [name: string]: string };
  /** Files that the mount does not have. */
  readonly without?: readonly string[];
  /** The status of every answer of a config service, `<server>`. */
  readonly status?: number;
}

it.each(casesWith("process.json"))("$name: prints what it printed before", async (golden) => {
  const workspace = copyCase(golden);
  const described = readJson<ProcessCase>(join(golden.folder, "process.json"));
  if (described === undefined) throw new Error("the case has no process.json");
  await generate(workspace);
  mount(existsSync(join(workspace, "delivered")) ? join(workspace, "delivered") : workspace, workspace, described);
  layOver(join(workspace, "mounted"), workspace);
  const places = {
    "<config>": join(workspace, "config"),
    "<secrets>": join(workspace, "secrets"),
    "<state>": join(workspace, "state"),
    ...(described.status === undefined ? {} : { "<server>": await answer(described.status) }),
  };
  const said = await start(workspace, { described, places }, () => {
    const later = join(workspace, "later");
    if (existsSync(join(later, "schemas"))) mount(later, workspace, described);
    layOver(join(later, "mounted"), workspace);
  });
  const text = Object.entries(places).reduce((rest, [name, place]) => rest.replaceAll(place, name), said);
  await expect(text).toMatchFileSnapshot(join(golden.folder, "expected.txt"));
  // Reasons have codes of their own, so there may be others beside it.
  expect(text).toContain(golden.code);
});

/** Builds the workspace's generated package, with the runtime of this repository in its reach. */
async function generate(workspace: string): Promise<void> {
  const { model, diagnostics } = await build(new DiskHost(workspace), { emitters: [typescriptEmitter] });
  if (model === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  mkdirSync(join(workspace, "node_modules/@veltrix"), { recursive: true });
  symlinkSync(join(root, "packages/runtime"), join(workspace, "node_modules/@veltrix/runtime"));
}

/** Writes what `veltrix build` delivers from `from` into the folder `config` of the workspace. */
function mount(from: string, workspace: string, { service: id, environment, without = [] }: ProcessCase): void {
  const service = compile(new DiskHost(from)).model?.services.find((candidate) => candidate.id === id);
  const config = service?.configs.find((candidate) => candidate.environment.name === environment);
  if (service === undefined || config === undefined) throw new Error(`${from} has no ${id} in ${environment}`);
  const hashes = hashesFileOf(service, config);
  const files = { "veltrix.json": renderDelivered({ ...hashes, policy: { ...hashes.policy } }), "config.json": config.text };
  mkdirSync(join(workspace, "config"), { recursive: true });
  for (const [name, contents] of Object.entries(files)) writeFileSync(join(workspace, "config", name), contents);
  for (const name of without) rmSync(join(workspace, "config", name));
}

/** The address of a config service that gives every request the same status. */
async function answer(status: number): Promise<string> {
  const server = createServer((_request, response) => void response.writeHead(status).end()).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

interface Started {
  readonly described: ProcessCase;
  /** What the placeholders of the case stand for. */
  readonly places: { readonly [name: string]: string };
}

/** The first thing that the process says: why it does not start, or the first line that it logs. */
async function start(workspace: string, { described, places }: Started, publishLater: () => void): Promise<string> {
  const place = (text: string): string => Object.entries(places).reduce((rest, [name, real]) => rest.replace(name, real), text);
  const variables = Object.fromEntries(Object.entries(described.variables).map(([name, text]) => [name, place(text)]));
  const accessor = pathToFileURL(join(workspace, "generated", described.service, "index.js")).href;
  // The generated accessor, whose declarations are not at hand here.
  const { loadConfig } = (await import(/* @vite-ignore */ accessor)) as {
    loadConfig: (options: LoadOptions) => Promise<LoadedConfig<unknown>>;
  };
  let hear: (line: string) => void;
  const line = new Promise<string>((resolve) => (hear = resolve));
  const logger = { warn: (details: object, message: string) => hear(`${JSON.stringify({ level: "warn", message, ...details })}\n`) };
  try {
    // A start that asks a service again for a while: nobody waits for the pauses. What is followed takes its time.
    const clock = described.status === undefined ? {} : { clock: new LeapingClock() };
    const loaded = await loadConfig({ variables, logger, pollInterval: 20, ...clock });
    onTestFinished(() => loaded.close());
  } catch (error) {
    if (error instanceof ConfigError) return `${error.message}\n`;
    throw error;
  }
  publishLater();
  return line;
}
