// Writes a copy into an empty root of etcd. A mark stands there until all is written and compared; with it, no store is
// opened, and the same import can be run again: it writes what is missing or differs.
import { Buffer } from "node:buffer";
import type { Import } from "../copy/copy.ts";
import { StoreError } from "../errors.ts";
import { parseHead, renderHead } from "../head.ts";
import { LARGEST_COMMIT, MOST_OPERATIONS } from "../limits.ts";
import { extendChain, hashBytes, renderLogEntry } from "../record.ts";
import type { Head } from "../store.ts";
import { toStoreError } from "./channel.ts";
import { type KeyValue, type RequestOp, unchanged } from "./messages.ts";
import { connect, type EtcdOptions } from "./open-etcd.ts";
import { readLogEntry, type State } from "./state.ts";
import { renderStored } from "./stored.ts";

/**
 * Writes a copy; returns where the store in etcd stands. `source` is the head before the import's own commit: by it, an
 * import that was finished before its answer was lost is known, and not made again. Fails with `unfit` where another
 * store is there.
 */
export async function importIntoEtcd(options: EtcdOptions, copy: Import, source?: Head): Promise<Head> {
  const state = await connect(options);
  try {
    const { names, channel } = state;
    const [present] = (await channel.range({ key: names.head })).kvs;
    if (present !== undefined) return await knownHead(state, present, source);
    await change(state, [{ requestPut: { key: names.unfinished, value: Buffer.from("1") } }]);
    await writeRecords(state, copy);
    await writeBodies(state, copy);
    await compare(state, copy);
    await change(state, [
      { requestPut: { key: names.entry(copy.entry.revision), value: Buffer.from(renderLogEntry(copy.entry)) } },
      { requestPut: { key: names.head, value: Buffer.from(renderHead(copy.head)) } },
      { requestDeleteRange: { key: names.unfinished } },
    ]);
    return copy.head;
  } catch (error) {
    throw toStoreError(error);
  } finally {
    state.channel.close();
  }
}

async function knownHead(state: State, present: KeyValue, source: Head | undefined): Promise<Head> {
  const head = parseHead(present.value.toString());
  if (source !== undefined && head !== undefined) {
    const [kv] = (await state.channel.range({ key: state.names.entry(source.revision + 1) })).kvs;
    const entry = kv === undefined ? undefined : readLogEntry(kv.value);
    if (entry !== undefined && entry.chain === extendChain(source.chain, entry)) return head;
  }
  throw new StoreError("unfit", `etcd ${state.names.root} holds another store already: choose another root`);
}

/** Changes that nobody needs to see together, as long as nobody has opened a store here. */
async function change({ channel, names }: State, operations: readonly RequestOp[]): Promise<void> {
  const { succeeded } = await channel.txn({ compare: [unchanged(names.head, 0)], success: operations });
  if (!succeeded) throw new StoreError("unfit", `somebody opened a store in etcd ${names.root} during the import`);
}

/** In groups that etcd takes. */
async function changeAll(state: State, operations: Iterable<RequestOp>): Promise<void> {
  let group: RequestOp[] = [];
  let bytes = 0;
  for (const operation of operations) {
    const size = "requestPut" in operation ? operation.requestPut.value.length : 0;
    if (group.length === MOST_OPERATIONS || (group.length > 0 && bytes + size > LARGEST_COMMIT)) {
      await change(state, group);
      group = [];
      bytes = 0;
    }
    group.push(operation);
    bytes += size;
  }
  if (group.length > 0) await change(state, group);
}

async function listNow(state: State, part: "records/" | "bodies/", keysOnly: boolean): Promise<readonly KeyValue[]> {
  const { header } = await state.channel.range({ key: state.names.unfinished });
  return state.list({ ...state.names.range(part), keysOnly }, header.revision, 0);
}

async function writeRecords(state: State, { records }: Import): Promise<void> {
  const { names } = state;
  const present = new Map((await listNow(state, "records/", false)).map(({ key, value }) => [key.toString(), value.toString()]));
  const wanted = new Map(records.map((record) => [names.record(record.key).toString(), renderStored(record)]));
  const missing = [...wanted].filter(([key, value]) => present.get(key) !== value);
  const extra = [...present.keys()].filter((key) => !wanted.has(key));
  await changeAll(state, [
    ...missing.map(([key, value]): RequestOp => ({ requestPut: { key: Buffer.from(key), value: Buffer.from(value) } })),
    ...extra.map((key): RequestOp => ({ requestDeleteRange: { key: Buffer.from(key) } })),
  ]);
}

async function writeBodies(state: State, copy: Import): Promise<void> {
  const { names } = state;
  const present = new Set((await listNow(state, "bodies/", true)).map(({ key }) => key.toString()));
  for await (const { hash, bytes } of copy.blobs()) {
    const key = names.body(hash);
    if (!present.delete(key.toString())) await change(state, [{ requestPut: { key, value: Buffer.from(bytes) } }]);
  }
  await changeAll(
    state,
    [...present].map((key): RequestOp => ({ requestDeleteRange: { key: Buffer.from(key) } })),
  );
}

/** Reads everything back. */
async function compare(state: State, copy: Import): Promise<void> {
  const { names } = state;
  const written = await listNow(state, "records/", false);
  const isEqual = ({ key, value }: KeyValue, index: number): boolean => {
    const record = copy.records[index];
    return record !== undefined && names.within("records/", key) === record.key && value.toString() === renderStored(record);
  };
  if (written.length !== copy.records.length || !written.every(isEqual)) {
    throw new StoreError("corrupt", "what was written to etcd is not what was read: run it again");
  }
  const bodies = new Set((await listNow(state, "bodies/", true)).map(({ key }) => names.within("bodies/", key)));
  for await (const { hash } of copy.blobs()) {
    const [kv] = (await state.channel.range({ key: names.body(hash) })).kvs;
    if (!bodies.delete(hash) || kv === undefined || hashBytes(kv.value) !== hash) {
      throw new StoreError("corrupt", `blob ${hash} did not arrive in etcd: run it again`);
    }
  }
  if (bodies.size > 0) throw new StoreError("corrupt", "etcd holds blobs that were not copied: run it again");
}
