// The contract suite on every engine that is here.
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { describeContract } from "../testing/contract.ts";
import { EtcdCluster } from "../testing/etcd-server.ts";
import { makeFolder } from "../testing/folder.ts";
import { etcdPrograms, MISSING_ETCD } from "../testing/programs.ts";
import { openEtcdStore } from "./etcd/open-etcd.ts";
import { openMemoryStore, openSqliteStore } from "./open.ts";

describeContract("memory", async (options) => openMemoryStore(options));

describe("in a file", () => {
  const folder = makeFolder();
  let files = 0;
  describeContract("SQLite", async (options) => openSqliteStore({ ...options, path: join(folder, `${files++}.db`) }));
});

for (const { name, path } of etcdPrograms()) {
  if (path === undefined) {
    it.skip(`${name}: ${MISSING_ETCD}`, () => undefined);
    continue;
  }
  describe("over the network", () => {
    let cluster: EtcdCluster;
    let roots = 0;
    beforeAll(async () => {
      cluster = await EtcdCluster.start(path);
    });
    afterAll(() => cluster.stop());
    describeContract(name, (options) => openEtcdStore({ ...options, endpoints: cluster.endpoints, root: `/test/${roots++}/` }));
  });
}
