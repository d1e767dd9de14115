// How a record of the service is changed: read, decide, commit with the audit entry, and again when somebody came first.
import { createHash } from "node:crypto";
import { canonicalize, type JsonValue } from "@veltrix/protocol";
import { StoreError } from "../store/errors.ts";
import { receiptKey } from "../store/keys.ts";
import { readReceipt } from "../store/plan.ts";
import type { Comparison, Operation, Receipt, Store, StoredRecord } from "../store/store.ts";
import { EPOCH_KEY, epochOf, FROZEN_KEY } from "../store/system.ts";
import { type Deed, nextAuditStep } from "./audit.ts";
import { AUDIT_HEAD_KEY } from "./keys.ts";

/** Rounds until we say that the store is too busy. */
const MOST_ROUNDS = 100;

/** What a change sees: records by key, all of one revision. */
export interface View {
  readonly epoch: number;
  readonly isFrozen: boolean;
  get(key: string): StoredRecord | undefined;
}

/** What to write, and what the audit says of it. */
export interface Change {
  readonly operations: readonly Operation[];
  readonly deed: Deed;
}

/** What to do: a refusal is the answer as it is; a change is committed with its audit entry. */
export type Decision<Refusal> =
  | { readonly kind: "refuse"; readonly refusal: Refusal }
  | { readonly kind: "change"; readonly write: (revision: number) => Change };

/** A change that is asked for. */
export interface ChangeRequest<Refusal> {
  readonly store: Store;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Records that decide; the change happens only if they are still as they were seen. */
  readonly keys: readonly string[];
  /** Records that must be there, or not, as they were; their contents do not matter. */
  readonly present?: readonly string[];
  /** The caller's idempotency key, for what, and what was asked under it. */
  readonly idempotency?: { readonly key: string; readonly scope: string; readonly request: JsonValue };
  readonly decide: (view: View) => Decision<Refusal>;
}

/** What became of it. */
export type ChangeAnswer<Refusal> =
  | { readonly kind: "done"; readonly revision: number; readonly repeated: boolean }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Makes a change; fails with a StoreError, `unavailable` also when others always come first. */
export async function makeChange<Refusal>(request: ChangeRequest<Refusal>): Promise<ChangeAnswer<Refusal>> {
  const { store, now, keys, present = [], decide } = request;
  const receipt = receiptOf(request);
  const receiptKeys = receipt === undefined ? [] : [receiptKey(receipt.id)];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { records } = await store.read({ keys: [...keys, ...present, EPOCH_KEY, FROZEN_KEY, AUDIT_HEAD_KEY, ...receiptKeys] });
    const seen = new Map(records.map((record) => [record.key, record]));
    const get = (key: string): StoredRecord | undefined => seen.get(key);
    const earlier = receipt === undefined ? undefined : get(receiptKey(receipt.id));
    if (receipt !== undefined && earlier !== undefined) return { kind: "done", revision: readReceipt(receipt, earlier), repeated: true };
    const decision = decide({ epoch: epochOf(get(EPOCH_KEY)), isFrozen: get(FROZEN_KEY) !== undefined, get });
    if (decision.kind === "refuse") return { kind: "refused", refusal: decision.refusal };
    const audit = nextAuditStep(get(AUDIT_HEAD_KEY));
    const same: readonly Comparison[] = [
      ...[...keys, EPOCH_KEY, FROZEN_KEY].map((key) => ({ key, revision: get(key)?.revision ?? 0 })),
      ...present.map((key) => ({ key, exists: get(key) !== undefined })),
      audit.comparison,
    ];
    const answer = await store.commit({
      compare: same,
      write: (revision) => {
        const { operations, deed } = decision.write(revision);
        return [...operations, ...audit.write(revision, now, deed)];
      },
      ...(receipt === undefined ? {} : { receipt }),
    });
    if (answer.kind === "committed") return { kind: "done", revision: answer.revision, repeated: answer.repeated };
  }
  throw new StoreError("unavailable", `others changed the same records ${MOST_ROUNDS} times`);
}

/** Keys of callers are any text: what is stored is a hash of them, with what they are for. */
function receiptOf<Refusal>({ idempotency }: ChangeRequest<Refusal>): Receipt | undefined {
  if (idempotency === undefined) return undefined;
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  return {
    id: sha256(JSON.stringify([idempotency.scope, idempotency.key])),
    digest: sha256(canonicalize(idempotency.request)),
  };
}
