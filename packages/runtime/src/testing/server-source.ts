// A service over a config service, and all that the tests of the source `server` look at.
import { join } from "node:path";
import type { InstanceReport } from "@veltrix/protocol";
import { onTestFinished, vi } from "vitest";
import { BACKOFF_CAP_MS } from "../machine/backoff.ts";
import { readSaved } from "../sources/server/saved-release.ts";
import type { ConfigEvents } from "../held/events.ts";
import type { LoadOptions } from "../start/load-options.ts";
import { type ConfigService, startConfigService } from "./config-service.ts";
import { values, withValue } from "./gateway.ts";
import { loadGateway, mountGateway, temporaryFolder } from "./mount.ts";
import { Follower } from "../follow/follower.ts";

/** Waits for what a process does by itself: after an outage it asks again within the widest pause between two tries, and a little. */
export const until = <Value>(check: () => Value): Promise<Value> => vi.waitFor(check, { timeout: 2 * BACKOFF_CAP_MS, interval: 5 });
/** Values with one hot key changed. */
export const warn = withValue("/log/level", "warn");

/** A config service that has published values. */
export async function startService(value = values): Promise<ConfigService> {
  const service = await startConfigService();
  onTestFinished(() => service.close());
  service.publish(value);
  return service;
}

/** The variables of a process, and where it keeps its state. */
export interface Where {
  readonly variables: { readonly [name: string]: string };
  readonly stateDir: string;
}

/** The variables of a process that asks the config service at `url`. */
export async function prepare(url: string, extra: { readonly [name: string]: string } = {}): Promise<Where> {
  const { secretsDir } = await mountGateway();
  const stateDir = join(await temporaryFolder(), "state");
  const variables = {
    VELTRIX_SOURCE: "server",
    VELTRIX_SERVER: url,
    VELTRIX_ENVIRONMENT: "prod",
    VELTRIX_SECRETS_DIR: secretsDir,
    VELTRIX_STATE_DIR: stateDir,
    ...extra,
  };
  return { variables, stateDir };
}

/** Loads and follows, stream included. */
export async function follow(where: Where, options: LoadOptions = {}) {
  const lines: { details: object; message: string }[] = [];
  const logger = { warn: (details: object, message: string) => void lines.push({ details, message }) };
  const instance = await loadGateway(where.variables, { logger, ...options });
  onTestFinished(() => instance.close());
  const events: { name: string; event: unknown }[] = [];
  const record = (name: keyof ConfigEvents): void => void instance.on(name, (event) => void events.push({ name, event }));
  const { followed } = instance.input;
  if (followed === undefined) throw new Error("a loaded instance has a source to follow");
  const follower = new Follower(instance, followed);
  return { instance, lines, events, record, follower, begin: () => follower.start() };
}

/** What is saved in a state folder. */
export const savedIn = (dir: string) => readSaved({ dir, service: "device-gateway", environment: "prod" });
/** The results that were reported to a config service. */
export const reportsOf = (service: ConfigService): readonly InstanceReport["result"][] =>
  service.reports.map(({ report }) => report.result);
