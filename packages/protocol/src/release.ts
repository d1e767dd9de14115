// What the config service and the processes that read from it say to each other. Paths are below
// `{server}/v1/services/{service}/environments/{environment}`; the runtime's docs have the whole exchange.
import type { HashesFile } from "./delivered.ts";

/** The order of releases: a restore or a migration of the store starts a higher epoch. */
export interface ReleaseId {
  /** From 1 on. */
  readonly epoch: number;
  /** From 1 on in every epoch. A rollback is a new, higher revision. */
  readonly revision: number;
}

/** `GET .../release` -> 200. The ETag is the root fingerprint in quotes. */
export interface ReleaseFile extends ReleaseId {
  readonly format: 1;
  readonly service: string;
  readonly environment: string;
  /** The text of config.json, byte for byte as it was published. */
  readonly config: string;
  readonly hashes: HashesFile;
}

/** `GET .../watch`: the data of an event `release`. Its id is `<epoch>.<revision>`. */
export interface ReleaseEvent extends ReleaseId {
  readonly root: string;
}

/** Why an instance did not take a release: a key and the rule it breaks. Holds no values. */
export interface RejectionCause {
  readonly pointer: string;
  readonly rule: string;
}

/** `POST .../instances/{instance}` -> 204: what a process made of a release. */
export interface InstanceReport extends ReleaseId {
  readonly format: 1;
  /** `kept`: it is valid and needs a restart, so the process goes on with what it held. */
  readonly result: "accepted" | "rejected" | "kept";
  /** Root fingerprint of what the process holds now. */
  readonly root: string;
  readonly contract: string;
  readonly contractVersion: string;
  /** At most 20 causes: of a rejection, or the keys that wait for a restart. */
  readonly causes: readonly RejectionCause[];
}

/** Negative when `a` is older than `b`, 0 when they are the same release. */
export function compareReleases(a: ReleaseId, b: ReleaseId): number {
  return a.epoch === b.epoch ? a.revision - b.revision : a.epoch - b.epoch;
}

/** `<epoch>.<revision>`, as in `Last-Event-ID`. */
export function formatReleaseId({ epoch, revision }: ReleaseId): string {
  return `${epoch}.${revision}`;
}

/** Reads what `formatReleaseId` wrote; undefined when it is anything else. */
export function parseReleaseId(text: string): ReleaseId | undefined {
  const match = /^([1-9][0-9]{0,14})\.([1-9][0-9]{0,14})$/.exec(text);
  return match === null ? undefined : { epoch: Number(match[1]), revision: Number(match[2]) };
}
