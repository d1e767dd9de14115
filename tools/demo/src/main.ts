// The demo: runs the example platform on this machine and shows what happens when configuration changes.
// Exits 0 when everything was observed, 1 when anything was not.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Platform } from "./platform.ts";
import { showDrift, showEnd, showRejection, showReload, showTelemetry } from "./steps.ts";

const DEADLINE = 180_000;

const workspace = await mkdtemp(join(tmpdir(), "veltrix-demo-"));
const platform = new Platform(workspace);
// Whatever ends this process, no service outlives it.
process.once("exit", () => platform.kill());
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const timer = setTimeout(() => fail(new Error(`not done in ${DEADLINE / 1000} s`)), DEADLINE);

let steps = 0;
let current = "";
try {
  await step("Build a copy of schemas/ with free ports, and mount what each service is delivered", () => platform.prepare());
  await step("Start broker, device-gateway, event-router and alert-engine", async () => {
    await platform.start();
    for (const child of platform.children) say(`${child.name} is ready, pid ${child.pid}`);
  });
  await step("Send telemetry", () => showTelemetry(platform, say));
  await step("Edit a deployed value by hand", () => showDrift(platform, say));
  await step("Change a hot key", () => showReload(platform, say));
  await step("Break a value", () => showRejection(platform, say));
  await step("Stop", () => showEnd(platform, say));
} catch (error) {
  fail(error);
}
clearTimeout(timer);
await rm(workspace, { recursive: true });
process.stdout.write("\nEverything was observed as expected.\n");

async function step(title: string, run: () => Promise<void>): Promise<void> {
  steps += 1;
  current = title;
  process.stdout.write(`\n${steps}. ${title}\n`);
  await run();
}

function say(line: string): void {
  process.stdout.write(`   ${line}\n`);
}

function fail(error: unknown): never {
  process.stdout.write(`\nFAILED at "${current}": ${error instanceof Error ? error.message : String(error)}\n`);
  for (const child of platform.children) {
    process.stdout.write(`\nlast lines of ${child.name}:\n`);
    for (const line of child.lines.slice(-12)) process.stdout.write(`   ${line.stream}: ${line.text}\n`);
  }
  process.stdout.write(`\nthe workspace is kept: ${workspace}\n`);
  process.exit(1);
}
