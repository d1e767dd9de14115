// Stores on every engine, for tests of what is written over them.
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { openEtcdStore } from "../store/etcd/open-etcd.ts";
import { openMemoryStore, openSqliteStore } from "../store/open.ts";
import type { Store } from "../store/store.ts";
import { EtcdCluster } from "./etcd-server.ts";
import { makeFolder } from "./folder.ts";
import { etcdPrograms, MISSING_ETCD } from "./programs.ts";

/** An engine, and how to open an empty store on it. */
export interface TestedEngine {
  readonly name: string;
  readonly isHere: boolean;
  readonly open: () => Promise<Store>;
}

/** All engines; called while a test file is collected. */
export function testedEngines(): readonly TestedEngine[] {
  const folder = makeFolder();
  let stores = 0;
  let cluster: EtcdCluster | undefined;
  const path = etcdPrograms().findLast((program) => program.path !== undefined)?.path;
  beforeAll(async () => {
    if (path !== undefined) cluster = await EtcdCluster.start(path);
  });
  afterAll(() => cluster?.stop());
  return [
    { name: "memory", isHere: true, open: async () => openMemoryStore() },
    { name: "SQLite", isHere: true, open: async () => openSqliteStore({ path: join(folder, `${stores++}.db`) }) },
    {
      name: path === undefined ? `etcd: ${MISSING_ETCD}` : "etcd",
      isHere: path !== undefined,
      open: () => openEtcdStore({ endpoints: cluster?.endpoints ?? [], root: `/engines/${stores++}/` }),
    },
  ];
}
