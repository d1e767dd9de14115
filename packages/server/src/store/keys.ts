// Keys are printable ASCII, so that JavaScript, SQLite and etcd sort them alike; their first segment is the family.
import { StoreError } from "./errors.ts";

const KEY = /^[a-z]+(?:\/[A-Za-z0-9._~:@=-]+)+$/;
const PREFIX = /^(?:[a-z]+\/(?:[A-Za-z0-9._~:@=-]+\/)*)?$/;

/** Bytes of the longest key. */
export const LONGEST_KEY = 512;

/** Refuses a key that is not `family/segment/...` of `[A-Za-z0-9._~:@=-]`, or is longer than {@link LONGEST_KEY}. */
export function checkKey(key: string): void {
  if (key.length > LONGEST_KEY || !KEY.test(key)) {
    throw new StoreError("invalid", `a key is family/segment/..., at most ${LONGEST_KEY} characters: ${JSON.stringify(key.slice(0, 80))}`);
  }
}

/** Refuses a prefix that is neither empty nor ends in a slash: `releases/a` would also find `releases/ab`. */
export function checkPrefix(prefix: string): void {
  if (prefix.length > LONGEST_KEY || !PREFIX.test(prefix)) {
    throw new StoreError("invalid", `a prefix is empty or ends in "/": ${JSON.stringify(prefix.slice(0, 80))}`);
  }
}

/** `releases` of `releases/a/b`. */
export function familyOf(key: string): string {
  return key.slice(0, key.indexOf("/"));
}

/** The first key after all keys of a prefix: `[prefix, endOf(prefix))` holds them. Of the empty prefix, one above all keys. */
export function endOf(prefix: string): string {
  // A slash is the last character of every other prefix, and "0" comes next in ASCII.
  return prefix === "" ? "\u007f" : `${prefix.slice(0, -1)}0`;
}

/** The family whose records say which blobs there are. */
export const BLOB_FAMILY = "blobs";

/** The family whose records remember idempotency keys. */
export const RECEIPT_FAMILY = "receipts";

/** The record of a blob: name it in a comparison, so that a commit never names bytes that are gone. */
export function blobKey(hash: string): string {
  return `${BLOB_FAMILY}/${hash}`;
}

/** The record that remembers an idempotency key. */
export function receiptKey(id: string): string {
  return `${RECEIPT_FAMILY}/${id}`;
}
