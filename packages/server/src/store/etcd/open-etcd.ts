// Opening a store in etcd.
import { Buffer } from "node:buffer";
import { StoreError } from "../errors.ts";
import { FIRST_HEAD, renderHead } from "../head.ts";
import { refuseFaults } from "../open.ts";
import { EMPTY_CHAIN, renderLogEntry } from "../record.ts";
import { RecordStore, type StoreOptions } from "../record-store.ts";
import type { Store } from "../store.ts";
import { Channel, type EtcdConnection, toStoreError } from "./channel.ts";
import { EtcdEngine } from "./etcd-engine.ts";
import { Names, unchanged } from "./messages.ts";
import { State } from "./state.ts";
import { warningsOf } from "./version.ts";

/** What a store in etcd takes. */
export interface EtcdOptions extends StoreOptions, EtcdConnection {
  /** All keys of the store begin with it; it ends in a slash. `/veltrix/` by default. Several stores may share a cluster, but they are compacted together. */
  readonly root?: string;
  /** Told what is wrong with the cluster though it can be used, a line each. */
  readonly warn?: (warning: string) => void;
}

/** Opens, makes the head of a new store, and verifies. Fails with `unavailable`, `unfit` or `corrupt`. */
export async function openEtcdStore(options: EtcdOptions): Promise<Store> {
  const state = await connect(options);
  try {
    await makeHead(state);
    const engine = new EtcdEngine(state);
    refuseFaults(await engine.verify(), `etcd ${state.names.root}`);
    return new RecordStore(engine, options);
  } catch (error) {
    state.channel.close();
    throw toStoreError(error);
  }
}

/** A channel to a store, with warnings told. */
export async function connect({ root = "/veltrix/", warn = () => undefined, ...connection }: EtcdOptions): Promise<State> {
  if (!/^\/(?:[A-Za-z0-9._-]+\/)+$/.test(root))
    throw new StoreError("invalid", `the root in etcd is like /veltrix/, not ${JSON.stringify(root)}`);
  const channel = await Channel.open(connection);
  try {
    for (const warning of warningsOf(await channel.status())) warn(warning);
    return new State(channel, new Names(root));
  } catch (error) {
    channel.close();
    throw toStoreError(error);
  }
}

async function makeHead({ channel, names }: State): Promise<void> {
  const [unfinished] = (await channel.range({ key: names.unfinished })).kvs;
  if (unfinished !== undefined) {
    throw new StoreError("unfit", `a copy into etcd ${names.root} is unfinished: run it again`);
  }
  // Asked first: an etcd without space refuses every write, and what it holds can still be read.
  if ((await channel.range({ key: names.head })).kvs.length > 0) return;
  const entry = renderLogEntry({ revision: 0, nonce: "", changes: [], chain: EMPTY_CHAIN });
  // Where somebody was faster this does nothing.
  await channel.repeat({
    compare: [unchanged(names.head, 0), unchanged(names.unfinished, 0)],
    success: [
      { requestPut: { key: names.head, value: Buffer.from(renderHead(FIRST_HEAD)) } },
      { requestPut: { key: names.entry(0), value: Buffer.from(entry) } },
    ],
  });
}
