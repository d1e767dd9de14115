import { expectedServices } from "@veltrix/kubernetes";
import { type Cluster, type ClusterError, type DriftEvent, openCluster, watchDrift, type WatchDriftOptions } from "@veltrix/cluster";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { sharedTestCluster, type TestCluster } from "../cluster.ts";
import { apply, brief, deploy, type Deployed } from "../deployed.ts";
import { objectsOf } from "../platform.ts";
import { Proxy } from "../proxy.ts";
import { reason, skipped } from "../skip.ts";
import { PATIENCE } from "./patience.ts";

describe.skipIf(skipped !== undefined)(`veltrix drift watch against a real API server${reason}`, () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await sharedTestCluster();
  });

  interface Watching {
    readonly events: DriftEvent[];
    /** When each event arrived, in milliseconds of the epoch. */
    readonly arrivals: number[];
    readonly lost: ClusterError[];
    readonly restored: () => number;
    /** How often ConfigMaps were listed. */
    readonly lists: () => number;
    /** Events as `opened|closed <finding>`. */
    readonly told: () => readonly string[];
    readonly until: (text: string) => Promise<void>;
  }

  async function watch(deployed: Deployed, options: Partial<WatchDriftOptions> & { readonly server?: string } = {}): Promise<Watching> {
    const [events, arrivals, lost]: [DriftEvent[], number[], ClusterError[]] = [[], [], []];
    let [restored, lists, isReady] = [0, 0, false];
    const stop = new AbortController();
    const client = await openCluster({ kubeconfig: cluster.server.kubeconfig(cluster.server.admin, options.server) });
    const counting: Cluster = {
      ...client,
      list: (kind, scope) => {
        if (kind === "ConfigMap") lists++;
        return client.list(kind, scope);
      },
    };
    const ended = watchDrift(counting, expectedServices(deployed.model, deployed.environment), {
      signal: stop.signal,
      onEvent: (event) => {
        arrivals.push(Date.now());
        events.push(event);
      },
      onReady: () => (isReady = true),
      onLost: (error) => lost.push(error),
      onRestored: () => restored++,
      follow: { backoff: { first: 20, longest: 200 } },
      ...options,
    });
    onTestFinished(async () => {
      stop.abort();
      await ended;
    });
    await vi.waitUntil(() => isReady, PATIENCE);
    const told = (): readonly string[] => events.map(({ type, finding }) => `${type} ${brief([finding])[0]}`);
    const until = (text: string): Promise<void> =>
      vi.waitFor(() => {
        if (!told().includes(text)) throw new Error(`no ${text} among ${JSON.stringify(told())}`);
      }, PATIENCE);
    return { events, arrivals, lost, restored: () => restored, lists: () => lists, told, until };
  }

  async function setKeepAlive({ namespace }: Deployed, from: string, to: string): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/configmaps/gateway-config`;
    const { body } = await cluster.call("GET", path);
    const data = { "config.json": body.data["config.json"].replace(`"keepAlive": "${from}"`, `"keepAlive": "${to}"`) };
    const { status } = await cluster.call(
      "PATCH",
      `${path}?fieldManager=by-hand`,
      { data },
      { contentType: "application/merge-patch+json" },
    );
    expect(status).toBe(200);
  }

  const EDIT = "edited-in-cluster changed gateway /mqtt/keepAlive";

  it("tells an edit when it opens, again when it becomes another one, and when it is over", async () => {
    const deployed = await deploy(cluster);
    const watching = await watch(deployed);
    await setKeepAlive(deployed, "30s", "5m");
    await watching.until(`opened ${EDIT}`);
    await setKeepAlive(deployed, "5m", "6m");
    await vi.waitUntil(() => watching.events.length >= 3, PATIENCE);
    await setKeepAlive(deployed, "6m", "30s");
    await vi.waitUntil(() => watching.events.length >= 4, PATIENCE);
    expect(watching.told()).toEqual([`opened ${EDIT}`, `closed ${EDIT}`, `opened ${EDIT}`, `closed ${EDIT}`]);
    expect(watching.events.map(({ finding }) => finding.actual.value)).toEqual(["5m", "5m", "6m", "6m"]);
    expect(watching.events[0]?.finding.by?.manager).toBe("by-hand");
  });

  it("tells edits soon after they are written", async () => {
    const deployed = await deploy(cluster);
    const watching = await watch(deployed);
    const latencies: number[] = [];
    for (let round = 0; round < 25; round++) {
      const [from, to] = round % 2 === 0 ? ["30s", "5m"] : ["5m", "30s"];
      const start = Date.now();
      await setKeepAlive(deployed, from, to);
      await vi.waitUntil(() => watching.events.length > round, { ...PATIENCE, interval: 1 });
      latencies.push((watching.arrivals[round] ?? 0) - start);
    }
    expect(watching.events).toHaveLength(25);
    latencies.sort((a, b) => a - b);
    console.log(`write to event: median ${latencies[12]} ms, slowest ${latencies[24]} ms of ${latencies.length}`);
  });

  it("tells of deleted and relabelled objects, and of their return", async () => {
    const deployed = await deploy(cluster);
    const watching = await watch(deployed, { recheckMs: 200 });
    const path = `/api/v1/namespaces/${deployed.namespace}/configmaps`;
    await cluster.call("DELETE", `${path}/router-config`);
    await watching.until("opened edited-in-cluster object-missing router router-config");
    const labels = { metadata: { labels: { "veltrix.dev/service": null, "veltrix.dev/environment": null } } };
    await cluster.call("PATCH", `${path}/gateway-env`, labels, { contentType: "application/merge-patch+json" });
    await watching.until("opened edited-in-cluster missing gateway /metadata/labels/veltrix.dev~1service");
    await cluster.call("DELETE", `${path}/gateway-env`);
    await watching.until("opened edited-in-cluster object-missing gateway gateway-env");
    apply(cluster, objectsOf(deployed.model, deployed.environment));
    await watching.until("closed edited-in-cluster object-missing router router-config");
    await watching.until("closed edited-in-cluster object-missing gateway gateway-env");
    // The labels went before the object did: that was told, and is over.
    expect(watching.told()).toContain("closed edited-in-cluster missing gateway /metadata/labels/veltrix.dev~1service");
  });

  it("calls a rollout late only after its deadline", async () => {
    const deployed = await deploy(cluster);
    cluster.kubectl(["annotate", "--overwrite", "configmap", "router-config", "-n", deployed.namespace, "veltrix.dev/fingerprint=x"]);
    await cluster.call("DELETE", `/apis/apps/v1/namespaces/${deployed.namespace}/deployments/gateway`);
    const watching = await watch(deployed, { deadlineMs: 1_500 });
    expect(watching.told()[0]).toBe("opened edited-in-cluster changed router /metadata/annotations/veltrix.dev~1fingerprint");
    await watching.until("opened not-applied object-missing gateway gateway");
    const [first, second] = watching.events;
    expect(Date.parse(second?.at ?? "") - Date.parse(first?.at ?? "")).toBeGreaterThanOrEqual(1_400);
  });

  it("calls a rollout late while other objects change all the time", async () => {
    const deployed = await deploy(cluster);
    await cluster.call("DELETE", `/apis/apps/v1/namespaces/${deployed.namespace}/deployments/gateway`);
    const watching = await watch(deployed, { deadlineMs: 1_000, recheckMs: 3_600_000 });
    const over = new AbortController();
    const noise = (async (): Promise<void> => {
      for (let round = 0; !over.signal.aborted; round++) {
        const path = `/api/v1/namespaces/${deployed.namespace}/configmaps/router-config`;
        const change = { metadata: { annotations: { noise: String(round) } } };
        await cluster.call("PATCH", path, change, { contentType: "application/merge-patch+json" });
      }
    })();
    onTestFinished(async () => {
      over.abort();
      await noise;
    });
    await watching.until("opened not-applied object-missing gateway gateway");
    expect(watching.told()).toHaveLength(1);
  });

  it("goes on after a cut connection where it was, and misses nothing", async () => {
    const deployed = await deploy(cluster);
    const proxy = await Proxy.start(cluster.server.url);
    onTestFinished(() => proxy.stop());
    const watching = await watch(deployed, { server: proxy.url });
    proxy.cut();
    await vi.waitUntil(() => watching.lost.length > 0, PATIENCE);
    await setKeepAlive(deployed, "30s", "5m");
    proxy.open();
    await watching.until(`opened ${EDIT}`);
    await vi.waitUntil(() => watching.restored() === 1, PATIENCE);
    expect(watching.lost).toHaveLength(1);
    expect(watching.lists()).toBe(1);
  });

  it("notices a connection that is silent", async () => {
    const deployed = await deploy(cluster);
    const proxy = await Proxy.start(cluster.server.url);
    onTestFinished(() => proxy.stop());
    const watching = await watch(deployed, { server: proxy.url, follow: { idleMs: 1_000, backoff: { first: 20, longest: 200 } } });
    proxy.silence();
    await setKeepAlive(deployed, "30s", "5m");
    await vi.waitUntil(() => watching.lost.length > 0, PATIENCE);
    proxy.open();
    await watching.until(`opened ${EDIT}`);
    expect(watching.lost[0]?.kind).toBe("unreachable");
  });

  it("lists again where its version is gone: the server was restarted and etcd compacted", async () => {
    const deployed = await deploy(cluster);
    const proxy = await Proxy.start(cluster.server.url);
    onTestFinished(() => proxy.stop());
    const watching = await watch(deployed, { server: proxy.url });
    proxy.cut();
    await setKeepAlive(deployed, "30s", "5m");
    await cluster.call("DELETE", `/api/v1/namespaces/${deployed.namespace}/configmaps/router-config`);
    await cluster.server.restart(() => cluster.server.compact());
    proxy.open();
    await watching.until(`opened ${EDIT}`);
    await watching.until("opened edited-in-cluster object-missing router router-config");
    // More than once where the server is busy with its own start.
    expect(watching.lists()).toBeGreaterThanOrEqual(2);
    await setKeepAlive(deployed, "5m", "30s");
    await watching.until(`closed ${EDIT}`);
  });
});
