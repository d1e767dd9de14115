// What the tests of stores share.
import { expect } from "vitest";
import { StoreError, type StoreErrorCode } from "../store/errors.ts";
import type { Operation, Store, WatchMessage } from "../store/store.ts";

/** A store that is empty, and the clock that it was opened with. */
export interface ContractContext {
  readonly store: Store;
  readonly clock: { now: number };
}

/** Tests by what they say that a store does. */
export interface ContractTests {
  readonly [name: string]: (context: ContractContext) => Promise<void>;
}

/** A put. */
export function put(key: string, value: string): Operation {
  return { kind: "put", key, value };
}

/** A delete. */
export function del(key: string): Operation {
  return { kind: "delete", key };
}

/** Commits without conditions; returns the revision. */
export async function write(store: Store, ...operations: readonly Operation[]): Promise<number> {
  const answer = await store.commit({ write: () => operations });
  if (answer.kind !== "committed") throw new Error("a commit without comparisons had a conflict");
  return answer.revision;
}

/** Key to value. */
export async function valuesOf(store: Store, prefix = "", revision?: number): Promise<{ readonly [key: string]: string }> {
  const { records } = await store.read({ prefix }, revision);
  return Object.fromEntries(records.map(({ key, value }) => [key, value]));
}

/** Reads a watch until `isEnough`, or its end. */
export async function collect(
  messages: AsyncIterable<WatchMessage>,
  isEnough: (message: WatchMessage, all: readonly WatchMessage[]) => boolean,
): Promise<readonly WatchMessage[]> {
  const all: WatchMessage[] = [];
  for await (const message of messages) {
    all.push(message);
    if (isEnough(message, all)) break;
  }
  return all;
}

/** Until the watch has told all up to a revision. */
export function upTo(revision: number): (message: WatchMessage) => boolean {
  return (message) => "revision" in message && message.revision >= revision;
}

/** The changes of a watch as `revision key value`. */
export function changesOf(messages: readonly WatchMessage[]): readonly (readonly [number, string, string | null])[] {
  return messages.flatMap((message) =>
    message.kind === "changes" ? message.changes.map(({ key, value }) => [message.revision, key, value] as const) : [],
  );
}

/** That a promise fails with a StoreError of this code. */
export async function expectCode(code: StoreErrorCode, promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).code).toBe(code);
}
