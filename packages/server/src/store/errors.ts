// The faults of a store. What a caller must tell apart is the code; the message is for people and holds no values.

/**
 * What happened:
 * - `invalid`: the request itself is wrong (a key, a size, a repeated key); nothing was written.
 * - `too-old`: the revision was compacted away; `ahead`: this store has not reached that revision.
 * - `receipt-reused`: the idempotency key was used for another request.
 * - `full`: no space; nothing was written, reads go on, and writes do again when there is space.
 * - `unavailable`: the engine does not answer; nothing was written.
 * - `unknown`: a commit may or may not have happened. Repeat it with the same receipt to learn which.
 * - `corrupt`: what is stored is not what was written.
 * - `locked`: another process has the store; `unfit`: this store cannot be used at all (a version, a foreign file).
 * - `closed`: the store was closed.
 */
export type StoreErrorCode =
  | "invalid"
  | "too-old"
  | "ahead"
  | "receipt-reused"
  | "full"
  | "unavailable"
  | "unknown"
  | "corrupt"
  | "locked"
  | "unfit"
  | "closed";

/** A fault of a store; see {@link StoreErrorCode}. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = "StoreError";
    this.code = code;
  }
}
