// Clients that read and write at the same time, and a record of what each asked and was told.
import type { CommitAnswer, Operation, Store } from "../store/store.ts";
import { StoreError } from "../store/errors.ts";
import type { Random } from "./random.ts";

/** One call, its times in nanoseconds of one clock. */
interface Call {
  readonly client: number;
  readonly call: bigint;
  readonly return: bigint;
}

/** A read of one key as it is now; "" is absent. */
export interface ReadCall extends Call {
  readonly kind: "read";
  readonly key: string;
  readonly value: string;
  /** Of the record; 0: absent. */
  readonly revision: number;
  /** Of the snapshot. */
  readonly at: number;
}

/** A commit that replaces what was read before. */
export interface WriteCall extends Call {
  readonly kind: "write";
  /** Of each key: what was expected, and what was to be written. */
  readonly changes: readonly { readonly key: string; readonly expect: string; readonly value: string }[];
  readonly outcome: { readonly kind: "committed"; readonly revision: number } | { readonly kind: "conflict" | "unknown" };
  /** Keys whose comparison failed. */
  readonly failed: readonly string[];
  readonly receipt: string;
}

export type HistoryCall = ReadCall | WriteCall;

/** How much is asked. */
export interface HistorySize {
  readonly clients: number;
  readonly keys: number;
  readonly operations: number;
}

/** Runs clients over stores that are one (several servers over one etcd), each on its own; fails where a store says what it must not. */
export async function recordHistory(
  stores: readonly Store[],
  random: Random,
  { clients, keys, operations }: HistorySize,
): Promise<readonly HistoryCall[]> {
  const history: HistoryCall[] = [];
  let left = operations;
  const client = async (number: number): Promise<void> => {
    const store = stores[number % stores.length];
    const known = new Map<string, { value: string; revision: number }>();
    for (let count = 0; left-- > 0; count++) {
      const key = `keys/${random.below(keys)}`;
      const other = `keys/${random.below(keys)}`;
      if (store === undefined) return;
      if (!known.has(key) || random.below(3) === 0) {
        const call = await read(store, number, key);
        if (call === undefined) continue;
        history.push(call);
        known.set(key, call);
        continue;
      }
      const targets = known.has(other) && other !== key && random.below(4) === 0 ? [key, other] : [key];
      const changes = targets.map((target) => ({
        key: target,
        ...(known.get(target) ?? { value: "", revision: 0 }),
        next: random.below(8) === 0 ? "" : `${number}.${count}.${target}`,
      }));
      const call = await commit(store, { client: number, receipt: `${number}-${count}`, changes });
      if (call !== undefined) history.push(call);
      for (const target of targets) known.delete(target);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return history;
}

async function read(store: Store, client: number, key: string): Promise<ReadCall | undefined> {
  const call = process.hrtime.bigint();
  try {
    const { records, revision: at } = await store.read({ key });
    const { value = "", revision = 0 } = records[0] ?? {};
    return { kind: "read", client, key, value, revision, at, call, return: process.hrtime.bigint() };
  } catch (error) {
    expectFault(error, ["unavailable"]);
    return undefined;
  }
}

interface Attempt {
  readonly client: number;
  readonly receipt: string;
  readonly changes: readonly { readonly key: string; readonly value: string; readonly revision: number; readonly next: string }[];
}

async function commit(store: Store, { client, receipt, changes }: Attempt): Promise<WriteCall | undefined> {
  const call = process.hrtime.bigint();
  const done = (outcome: WriteCall["outcome"], failed: readonly string[] = []): WriteCall => ({
    kind: "write",
    client,
    receipt,
    changes: changes.map(({ key, value, next }) => ({ key, expect: value, value: next })),
    outcome,
    failed,
    call,
    return: process.hrtime.bigint(),
  });
  try {
    const answer: CommitAnswer = await store.commit({
      compare: changes.map(({ key, revision }) => ({ key, revision })),
      write: () => changes.map(({ key, next }): Operation => (next === "" ? { kind: "delete", key } : { kind: "put", key, value: next })),
      receipt: { id: receipt, digest: receipt },
    });
    if (answer.kind === "committed") return done({ kind: "committed", revision: answer.revision });
    return done(
      { kind: "conflict" },
      answer.failed.map(({ key }) => key),
    );
  } catch (error) {
    // All but `unknown` say that it did not happen: then there is nothing to record.
    return expectFault(error, ["unavailable", "full", "unknown"]) === "unknown" ? done({ kind: "unknown" }) : undefined;
  }
}

function expectFault(error: unknown, codes: readonly string[]): string {
  if (error instanceof StoreError && codes.includes(error.code)) return error.code;
  throw error;
}
