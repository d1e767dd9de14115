// Reads of a store in etcd: the head, records at one revision, and which revision of etcd is which of ours.
import { Buffer } from "node:buffer";
import { StoreError } from "../errors.ts";
import { parseHead } from "../head.ts";
import { type LogEntry, parseLogEntry } from "../record.ts";
import type { Head, Range, Snapshot, StoredRecord } from "../store.ts";
import { CallError, type Channel, toStoreError } from "./channel.ts";
import type { KeyValue, Names, RangeRequest, TxnResponse } from "./messages.ts";
import { proveStored } from "./stored.ts";

/** A head and the revisions of etcd at which it was written and read. */
export interface SeenHead {
  readonly head: Head;
  readonly modRevision: number;
  readonly readAt: number;
}

/** Ranges of one transaction; etcd takes 128 operations, and answers stay below what is comfortable to hold. */
const RANGES = 100;
const PAGE = 500;

/** Reads a store through a channel. */
export class State {
  readonly channel: Channel;
  readonly names: Names;

  constructor(channel: Channel, names: Names) {
    this.channel = channel;
    this.names = names;
  }

  async readHead(): Promise<SeenHead> {
    return (await this.readKeys([])).seen;
  }

  /** The head and the newest versions of some keys, all at one revision. */
  async readKeys(keys: readonly string[]): Promise<{ readonly seen: SeenHead; readonly records: ReadonlyMap<string, StoredRecord> }> {
    const ranges = (of: readonly string[], revision?: number): RangeRequest[] =>
      of.map((key) => ({ key: this.names.record(key), ...(revision === undefined ? {} : { revision }) }));
    const first = await this.#ranges([{ key: this.names.head }, ...ranges(keys.slice(0, RANGES))]);
    const seen = seenHead(first);
    const found = first.responses.slice(1).flatMap(kvsOf);
    for (let at = RANGES; at < keys.length; at += RANGES) {
      found.push(...(await this.#ranges(ranges(keys.slice(at, at + RANGES), seen.readAt))).responses.flatMap(kvsOf));
    }
    const records = found.map((kv) => this.#record(kv));
    return { seen, records: new Map(records.map((record) => [record.key, record])) };
  }

  async read(range: Range, asked: number | undefined): Promise<Snapshot> {
    // The newest of some keys comes with the head.
    const { seen, records } = await this.readKeys("keys" in range && asked === undefined ? range.keys : []);
    const { head, readAt } = seen;
    const revision = asked ?? head.revision;
    if ("keys" in range && asked === undefined) return { revision, records: range.keys.flatMap((key) => records.get(key) ?? []) };
    const place = revision === head.revision ? readAt : await this.placeOf(revision, head);
    const ranges =
      "keys" in range ? range.keys.map((key) => ({ key: this.names.record(key) })) : [this.names.range(`records/${range.prefix}`)];
    const found: KeyValue[] = [];
    for (const one of ranges) found.push(...(await this.list(one, place, revision)));
    return { revision, records: found.map((kv) => this.#record(kv)) };
  }

  /** All of a range at one revision of etcd; `revision` is ours, for the error where it is gone. */
  async list(range: Pick<RangeRequest, "key" | "rangeEnd" | "keysOnly">, place: number, revision: number): Promise<readonly KeyValue[]> {
    const found: KeyValue[] = [];
    for (let { key } = range; ;) {
      const page = await this.#orTooOld(revision, () => this.channel.range({ ...range, key, revision: place, limit: PAGE }));
      found.push(...page.kvs);
      const last = page.kvs.at(-1);
      if (!page.more || last === undefined) return found;
      key = Buffer.concat([last.key, Buffer.from([0])]);
    }
  }

  /** The revision of etcd at which a revision of ours was written. */
  async placeOf(revision: number, head: Head): Promise<number> {
    if (revision < head.compacted) throw new StoreError("too-old", `revision ${revision} is gone, the oldest is ${head.compacted}`);
    if (revision > head.revision) throw new StoreError("ahead", `revision ${revision} is not reached, the newest is ${head.revision}`);
    const [kv] = (await this.#orTooOld(revision, () => this.channel.range({ key: this.names.entry(revision) }))).kvs;
    // Compacted between the two reads.
    if (kv === undefined) throw new StoreError("too-old", `revision ${revision} is gone`);
    return kv.modRevision;
  }

  async readEntry(revision: number): Promise<LogEntry | undefined> {
    const [kv] = (await this.#orTooOld(revision, () => this.channel.range({ key: this.names.entry(revision) }))).kvs;
    return kv === undefined ? undefined : readLogEntry(kv.value);
  }

  async #ranges(ranges: readonly RangeRequest[]): Promise<TxnResponse> {
    try {
      return await this.channel.ranges(ranges);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  async #orTooOld<T>(revision: number, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof CallError && error.reason === "compacted")
        throw new StoreError("too-old", `revision ${revision} is gone`, error);
      throw toStoreError(error);
    }
  }

  #record({ key, value }: KeyValue): StoredRecord {
    return proveStored(this.names.within("records/", key) ?? "", value);
  }
}

/** A log entry from its bytes; fails with `corrupt`. */
export function readLogEntry(bytes: Buffer): LogEntry {
  try {
    return parseLogEntry(bytes.toString());
  } catch (error) {
    throw new StoreError("corrupt", "a log entry in etcd is damaged", error);
  }
}

function kvsOf({ responseRange }: TxnResponse["responses"][number]): readonly KeyValue[] {
  return responseRange?.kvs ?? [];
}

function seenHead({ responses, header }: TxnResponse): SeenHead {
  const [kv] = responses.slice(0, 1).flatMap(kvsOf);
  const head = kv === undefined ? undefined : parseHead(kv.value.toString());
  if (kv === undefined) throw new StoreError("corrupt", "the head record in etcd is gone");
  if (head === undefined) throw new StoreError("corrupt", "the head record in etcd does not have its hash");
  return { head, modRevision: kv.modRevision, readAt: header.revision };
}
