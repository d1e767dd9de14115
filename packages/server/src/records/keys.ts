// Where each noun of the service has its records. Numbers are padded, so that the order of keys is theirs.
//
//   contracts/<hash>                                 a contract: its text is a blob
//   heads/<service>/<environment>                    the newest release
//   releases/<service>/<environment>/<release>       a release; never changed
//   sets/<set>/<service>                             a member, prepared; sets/<set>/set makes all of them visible
//   rollouts/<service>/<environment>/<number>        a rollout, by the revision that opened it
//   assignments/<service>/<environment>/<uid>        what an instance should hold
//   instances/<service>/<environment>/<uid>          what it last said that it holds
//   attempts/<service>/<environment>/<uid>/<number>  what became of each assignment
//   slots/<service>/<environment>/<slot>             who had the slot last
//   overrides/<environment>/<service>/<number>       a value with an end
//   settings/<environment>                           production, approvals, stages, gates
//   tokens/<id>                                      who may what
//   findings/<environment>/<id>, outbox/<number>     what is wrong, and whom to tell
//   liveness/<server>                                last-seen times
//   audit/<number>                                   who did what; system/audit is the end of its chain
//   system/epoch, system/frozen                      the service as a whole
import type { ReleaseId } from "@veltrix/protocol";

/** A service in an environment. */
export type Place = {
  readonly service: string;
  readonly environment: string;
};

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether services and environments may be called so: a DNS-1123 label. What comes from outside is asked this first. */
export function isLabel(name: string): boolean {
  return LABEL.test(name);
}

export function headKey({ service, environment }: Place): string {
  return `heads/${service}/${environment}`;
}

export function releasesPrefix({ service, environment }: Place): string {
  return `releases/${service}/${environment}/`;
}

export function releaseKey(place: Place, { epoch, revision }: ReleaseId): string {
  return `${releasesPrefix(place)}${pad(epoch)}.${pad(revision)}`;
}

export function contractKey(hash: string): string {
  return `contracts/${hash}`;
}

export function auditKey(number: number): string {
  return `audit/${pad(number)}`;
}

/** The number and hash of the last audit entry. */
export const AUDIT_HEAD_KEY = "system/audit";

function pad(number: number): string {
  return String(number).padStart(16, "0");
}
