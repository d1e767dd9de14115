// What the demo shows, one function per step. Each fails when the expected thing is not observed.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { publish, readMount } from "./mount.ts";
import type { Platform, Status } from "./platform.ts";
import { edit, exportFiles, valuesFile, veltrix, veltrixOk } from "./workspace.ts";

/** Says one line about what was seen. */
export type Say = (line: string) => void;

const CRITICAL = "/evaluation/thresholds/temperature/critical";

/** Telemetry comes in by HTTP and MQTT; only what passes the threshold comes out as an alert. */
export async function showTelemetry(platform: Platform, say: Say): Promise<void> {
  await platform.sendByHttp("oven-1", 50);
  await platform.sendByMqtt("oven-2", 91);
  const alert = await platform.waitForAlert("oven-2");
  expect(!platform.hasAlert("oven-1"), "50 degrees raise no alert");
  say("oven-1 sent 50 degrees by HTTP: no alert");
  say(`oven-2 sent ${alert.value} degrees by MQTT: ${alert.severity} alert, threshold ${alert.threshold}`);
}

/** A value edited by hand in the mount is drift, named by service and key. */
export async function showDrift(platform: Platform, say: Say): Promise<void> {
  const mount = platform.mount("alert-engine");
  const built = await readMount(mount);
  const child = platform.child("alert-engine");
  const from = child.lines.length;
  await publish(mount, { ...built, "config.json": replace(built["config.json"], '"critical": 80', '"critical": 120') });
  say("somebody edits the mounted config.json: critical 80 becomes 120");
  const line = await child.waitForLine("drift", ({ text }) => text.includes("VX5010") && text.includes(CRITICAL), from);
  const said = parseReport(line.text);
  const finding = said.findings?.[0];
  expect(
    said.service === "alert-engine" && finding?.expected.value === 80 && finding.actual.value === 120,
    `the report is precise\n${line.text}`,
  );
  say(`alert-engine says on stderr: ${said.code} ${said.message}, ${CRITICAL}: expected 80, actual 120`);

  const { code, stdout, stderr } = await veltrix("drift", "mount", mount, "--workspace", platform.workspace);
  const report = stdout + stderr;
  expect(code === 1, `veltrix drift exits 1 (it exited ${code})\n${report}`);
  expect(report.includes("alert-engine") && report.includes(CRITICAL), `veltrix drift names service and key\n${report}`);
  say("veltrix drift mount exits 1 and says:");
  for (const text of firstParagraph(report)) say(`  ${text}`);

  await publish(mount, built);
  await waitForStatus(platform, "no drift", ({ drift }) => drift?.findings.length === 0);
  const repaired = await veltrix("drift", "mount", mount, "--workspace", platform.workspace);
  expect(repaired.code === 0, `the built files are in sync again\n${repaired.stdout}${repaired.stderr}`);
  say("the built files are back: the process sees no drift, and veltrix drift exits 0");
}

/** A hot key changes the proper way: in schemas/, built, delivered, and taken without a restart. */
export async function showReload(platform: Platform, say: Say): Promise<void> {
  const { workspace } = platform;
  const child = platform.child("alert-engine");
  const { pid } = child;
  const before = await platform.status();
  await edit(join(workspace, valuesFile("alert-engine")), (text) =>
    text.replace("evaluation:\n", "evaluation:\n  thresholds:\n    temperature: { warning: 30, critical: 40 }\n"),
  );
  await veltrixOk("build", "--workspace", workspace);
  await publish(platform.mount("alert-engine"), await exportFiles(workspace, "alert-engine"));
  say("local.yaml says critical: 40 now; veltrix build, and the mount is swapped");
  const after = await waitForStatus(platform, "a newer revision", (status) => status.revision > before.revision);
  await platform.sendByHttp("oven-3", 50);
  const alert = await platform.waitForAlert("oven-3");
  expect(alert.threshold === 40, `the alert's threshold is 40 (it is ${alert.threshold})`);
  expect(child.isRunning && child.pid === pid, "the process is the same");
  say(`50 degrees are a ${alert.severity} alert now, threshold ${alert.threshold}: revision ${after.revision}, same pid ${pid}`);
  // The services import generated/ of the repository; what is mounted is another release of the same contract.
  expect(after.release === "differs" && after.drift?.findings.length === 0, `another release is no drift\n${JSON.stringify(after)}`);
  say("the mounted values are not those of the imported package: release differs, no drift");
}

/** A broken value is refused by the build; past the build, the process keeps what it has. */
export async function showRejection(platform: Platform, say: Say): Promise<void> {
  const { workspace } = platform;
  const values = join(workspace, valuesFile("alert-engine"));
  await edit(values, (text) => text.replace("mqtt:\n", "mqtt:\n  qos: 7\n"));
  const build = await veltrix("build", "--workspace", workspace);
  expect(build.code === 1 && build.stderr.includes("qos"), `veltrix build refuses qos 7\n${build.stderr}`);
  say("local.yaml says qos: 7; veltrix build exits 1 and writes nothing:");
  for (const text of firstParagraph(build.stderr)) say(`  ${text}`);
  await edit(values, (text) => text.replace("  qos: 7\n", ""));

  const mount = platform.mount("alert-engine");
  const built = await readMount(mount);
  const child = platform.child("alert-engine");
  const from = child.lines.length;
  await publish(mount, { ...built, "config.json": replace(built["config.json"], '"qos": 1,', '"qos": 7,') });
  const line = await child.waitForLine("rejected", ({ text }) => text.includes("VX5013") && text.includes("/mqtt/qos"), from);
  const { code, message, problems = [] } = parseReport(line.text);
  say("somebody writes qos 7 past the build, into the mount");
  say(`alert-engine says on stderr: ${code} ${message}`);
  for (const problem of problems) say(`  ${problem.code} ${problem.message}`);
  await platform.sendByMqtt("oven-4", 50);
  const alert = await platform.waitForAlert("oven-4");
  expect(alert.threshold === 40, `the old configuration is kept (the threshold is ${alert.threshold})`);
  say(`the old configuration is kept whole: oven-4 raises an alert, threshold ${alert.threshold}`);

  await publish(mount, built);
  await waitForStatus(platform, "no longer stale", (status) => !status.stale);
  say("the built files are back: no longer stale");
}

/** The end: every process closes cleanly, and no secret was printed by any. */
export async function showEnd(platform: Platform, say: Say): Promise<void> {
  await platform.stop();
  const leaks = platform.children.filter((child) =>
    child.lines.some(({ text }) => platform.secrets.some((secret) => text.includes(secret))),
  );
  expect(leaks.length === 0, `no secret is printed (${leaks.map((child) => child.name).join(", ")} did)`);
  say("all four exited 0, and printed none of the secrets");
}

/** What the demo reads of a line that the runtime writes on stderr. */
interface Report {
  readonly code: string;
  readonly message: string;
  readonly service: string;
  readonly findings?: readonly { readonly expected: { readonly value?: unknown }; readonly actual: { readonly value?: unknown } }[];
  readonly problems?: readonly { readonly code: string; readonly message: string }[];
}

function parseReport(line: string): Report {
  // Written by our own runtime; what the demo announces of it is checked.
  return JSON.parse(line) as Report;
}

async function waitForStatus(platform: Platform, what: string, wanted: (status: Status) => boolean): Promise<Status> {
  for (const end = Date.now() + 30_000; ;) {
    const status = await platform.status();
    if (wanted(status)) return status;
    if (Date.now() > end) throw new Error(`alert-engine: not seen in 30000 ms: ${what}\n${JSON.stringify(status)}`);
    await sleep(20);
  }
}

function firstParagraph(text: string): readonly string[] {
  const [first = ""] = text.split(/\n\s*\n/);
  return first.split("\n");
}

function replace(text: string | undefined, from: string, to: string): string {
  if (text?.includes(from) !== true) throw new Error(`config.json does not hold ${from}`);
  return text.replace(from, to);
}

function expect(isSeen: boolean, what: string): void {
  if (!isSeen) throw new Error(`not observed: ${what}`);
}
