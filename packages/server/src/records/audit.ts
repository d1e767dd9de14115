// The audit: one entry for each change, in the commit of the change, each chained to the one before it.
import type { JsonValue } from "@veltrix/protocol";
import type { Comparison, Operation, Store, StoredRecord } from "../store/store.ts";
import { isSealed, seal, valueOf } from "./hash.ts";
import { AUDIT_HEAD_KEY, auditKey } from "./keys.ts";

/** Who does something, and from where. */
export interface Actor {
  /** A token's name, a subject of OIDC, a ServiceAccount. */
  readonly subject: string;
  /** Address of the caller, where there is one. */
  readonly address?: string;
}

/** What is done, for the audit. Holds no values. */
export interface Deed {
  readonly action: string;
  /** The record that it is about. */
  readonly target: string;
  readonly actor: Actor;
  readonly reason?: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** An entry as it is stored. */
export type AuditEntry = {
  readonly number: number;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly action: string;
  readonly target: string;
  readonly subject: string;
  readonly address: string | null;
  readonly reason: string | null;
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** Hash of the entry before; null in the first. */
  readonly previous: string | null;
  readonly hash: string;
};

/** The end of the chain. Whoever keeps it elsewhere sees a cut tail. */
export interface AuditHead {
  readonly number: number;
  readonly hash: string;
}

/** What a commit must compare with, and how to write its entry. */
export interface AuditStep {
  readonly comparison: Comparison;
  readonly write: (revision: number, at: number, deed: Deed) => readonly Operation[];
}

/** The step after the head that a record holds. */
export function nextAuditStep(head: StoredRecord | undefined): AuditStep {
  const last = head === undefined ? undefined : valueOf<AuditHead>(head);
  return {
    comparison: { key: AUDIT_HEAD_KEY, revision: head?.revision ?? 0 },
    write: (revision, at, { action, target, actor, reason, before, after }) => {
      const number = (last?.number ?? 0) + 1;
      const entry: AuditEntry = seal({
        number,
        revision,
        at,
        action,
        target,
        subject: actor.subject,
        address: actor.address ?? null,
        reason: reason ?? null,
        before,
        after,
        previous: last?.hash ?? null,
      });
      return [
        { kind: "put", key: auditKey(number), value: JSON.stringify(entry) },
        { kind: "put", key: AUDIT_HEAD_KEY, value: JSON.stringify({ number, hash: entry.hash } satisfies AuditHead) },
      ];
    },
  };
}

/** All entries, oldest first, and what is wrong with their chain, a line each. */
export async function readAudit(store: Store): Promise<{ readonly entries: readonly AuditEntry[]; readonly wrong: readonly string[] }> {
  const { revision, records } = await store.read({ prefix: "audit/" });
  const [head] = (await store.read({ key: AUDIT_HEAD_KEY }, revision)).records;
  const entries = records.map((record) => valueOf<AuditEntry>(record));
  const wrong: string[] = [];
  let previous: AuditEntry | undefined;
  for (const [index, entry] of entries.entries()) {
    if (!isSealed(entry)) wrong.push(`audit entry ${entry.number} does not have its hash`);
    if (entry.number !== (previous?.number ?? 0) + 1) wrong.push(`audit entry ${(previous?.number ?? 0) + 1} is not there`);
    else if (entry.previous !== (previous?.hash ?? null)) wrong.push(`audit entry ${entry.number} does not follow the one before it`);
    if (records[index]?.revision !== entry.revision) wrong.push(`audit entry ${entry.number} was not written with its change`);
    previous = entry;
  }
  const end = head === undefined ? undefined : valueOf<AuditHead>(head);
  if (end?.number !== previous?.number || end?.hash !== previous?.hash) wrong.push("the audit does not end where its head says");
  return { entries, wrong };
}
