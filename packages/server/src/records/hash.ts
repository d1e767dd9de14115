// Hashes of records that are chained: SHA-256 over the canonical JSON of everything but the hash itself.
import { createHash } from "node:crypto";
import { canonicalize, type JsonObject } from "@veltrix/protocol";
import type { StoredRecord } from "../store/store.ts";

/** In hex. */
export function hashOf(body: JsonObject): string {
  return createHash("sha256").update(canonicalize(body)).digest("hex");
}

/** A record's value with its own hash beside it. */
export function seal<T extends JsonObject>(body: T): T & { readonly hash: string } {
  return { ...body, hash: hashOf(body) };
}

/** Whether a sealed value is as it was. */
export function isSealed({ hash, ...body }: JsonObject & { readonly hash: string }): boolean {
  return hashOf(body) === hash;
}

/** The value of a record that this package wrote. */
export function valueOf<T>(record: StoredRecord): T {
  // The store proved by its hash that the record is what was written, and only the module of its family writes it.
  return JSON.parse(record.value) as T;
}
