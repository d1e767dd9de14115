// The state of the service as a whole, as records: the epoch, and whether it is frozen.
import type { Store, StoredRecord } from "./store.ts";

/** `{"epoch": n}`; absent in a store that was never restored or migrated, which is of epoch 1. */
export const EPOCH_KEY = "system/epoch";

/** `{"since": ms, "reason": "restored" | "migrated"}` while the service waits for an operator. */
export const FROZEN_KEY = "system/frozen";

/** Since when, in milliseconds since 1970, and why a service is frozen. */
export interface Frozen {
  readonly since: number;
  readonly reason: "restored" | "migrated";
}

/** The epoch that a record holds. */
export function epochOf(record: Pick<StoredRecord, "value"> | undefined): number {
  // Written by prepareImport alone, and proved by its hash.
  return record === undefined ? 1 : (JSON.parse(record.value) as { readonly epoch: number }).epoch;
}

/** Above the one before and, so that a backup restored twice does not give one epoch twice, not below the clock in seconds. */
export function nextEpoch(epoch: number, now: number): number {
  return Math.max(epoch + 1, Math.floor(now / 1000));
}

/** Epoch and frozen state. */
export async function readSystem(
  store: Store,
): Promise<{ readonly epoch: number; readonly frozen: Frozen | undefined; readonly revision: number }> {
  const { records, revision } = await store.read({ prefix: "system/" });
  const frozen = records.find(({ key }) => key === FROZEN_KEY);
  return {
    epoch: epochOf(records.find(({ key }) => key === EPOCH_KEY)),
    // As above.
    frozen: frozen === undefined ? undefined : (JSON.parse(frozen.value) as Frozen),
    revision,
  };
}
