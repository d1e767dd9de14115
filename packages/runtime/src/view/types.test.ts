import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWorkspace, checkTypes, removeWorkspace } from "../testing/child.ts";

let workspace: string;
beforeAll(async () => {
  workspace = await buildWorkspace();
});
afterAll(() => removeWorkspace(workspace));

/** What a generated index.d.ts looks like. */
const declarations = `
import type { Live, LoadedConfig, LoadOptions, Milliseconds, Secret, TestOptions } from "@veltrix/runtime";
export interface GatewayValues {
  readonly limits: { readonly window: string };
  readonly features?: { readonly dark?: boolean };
  readonly mqtt: { readonly password: string; readonly topics: readonly string[] };
}
export interface GatewayConfig {
  readonly limits: Live<{ readonly window: Milliseconds }>;
  readonly features: Live<{ readonly dark?: boolean } | undefined>;
  readonly mqtt: { readonly password: Secret<string>; readonly topics: readonly string[] };
}
export declare function loadConfig(options?: LoadOptions): Promise<LoadedConfig<GatewayConfig>>;
export declare function createTestConfig(values: GatewayValues, options?: TestOptions): LoadedConfig<GatewayConfig>;
`;

const use = `
import { createTestConfig, loadConfig } from "./index.js";
import type { Bytes, ConfigStatus, DriftReport } from "@veltrix/runtime";
const gateway = await loadConfig({ logger: console, pollInterval: 5_000 });
const { config } = gateway;
const window: number = config.limits.current.window;
const dark: boolean | undefined = config.features.current?.dark;
const password: string = config.mqtt.password.reveal();
const status: ConfigStatus = gateway.status();
const remove: () => void = gateway.on("drift", (report: DriftReport) => report.findings.length);
gateway.on("reload", ({ keys, revision }) => [keys.join(), revision.toFixed()]);
const stop: () => void = config.limits.subscribe((now, before) => now.window - before.window);
const snapshot = gateway.snapshot();
const now: number = snapshot.limits.window;
const topic: string | undefined = snapshot.mqtt.topics[0];
const later: boolean | undefined = snapshot.features?.dark;
const kept: string = snapshot.mqtt.password.reveal();
await using test = createTestConfig({ limits: { window: "1s" }, mqtt: { password: "x", topics: [] } });
// @ts-expect-error: readonly to the bottom
config.mqtt.topics.push("x");
// @ts-expect-error: readonly to the bottom
config.limits.current.window = window;
// @ts-expect-error: a Live is not its value
config.limits.window;
// @ts-expect-error: a Secret is not its text
const text: string = config.mqtt.password;
// @ts-expect-error: it may not be there
config.features.current.dark;
// @ts-expect-error: milliseconds are no bytes
const bytes: Bytes = config.limits.current.window;
// @ts-expect-error: nothing is called so
gateway.on("change", () => {});
// @ts-expect-error: raw values are texts
createTestConfig({ limits: { window: 1 }, mqtt: { password: "x", topics: [] } });
export { bytes, dark, kept, later, now, password, remove, status, stop, test, text, topic };
`;

describe("the types that services see", () => {
  it("allow what is right and refuse what is not", async () => {
    expect(await checkTypes(workspace, declarations, use)).toBe("");
  });

  it("are really checked", async () => {
    const said = await checkTypes(workspace, declarations, `${use}\ngateway.on("drift", (report) => report.nothing);\n`);
    expect(said).toMatch(/Property 'nothing' does not exist on type 'DriftReport'/);
  });
});
