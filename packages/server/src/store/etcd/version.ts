// Which etcd this is, and whether its known faults concern us.
import type { StatusResponse } from "./messages.ts";

/** Oldest releases that have the fixes of lost and repeated watch events; the store finds those gaps itself, later. */
export const OLDEST_ETCD: readonly string[] = ["3.5.22", "3.6.2"];

/** What to warn of about a member, a line each. */
export function warningsOf({ version, errors }: StatusResponse): readonly string[] {
  const old = isOld(version)
    ? [`etcd ${version} is older than ${OLDEST_ETCD.join(" and ")}: it can lose or repeat watch events; the store notices, and reads again`]
    : [];
  return [...old, ...errors.map((error) => `etcd reports ${error}`)];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const line = OLDEST_ETCD.map((text) => text.split(".").map(Number)).find(([a, b]) => a === major && b === minor);
  if (line !== undefined) return patch < (line[2] ?? 0);
  return major < 3 || (major === 3 && minor < 5);
}
