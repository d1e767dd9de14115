// A watch over a cluster in memory: only the time of day is set, and nobody waits for it.
import type { ClusterFinding, KubernetesObject } from "@veltrix/protocol/kubernetes";
import { afterEach, expect, it, vi } from "vitest";
import type { Cluster, WatchEvent } from "./read.ts";
import type { Kind, Objects } from "./resources.ts";
import { applied, built } from "./testing/built.ts";
import type { DriftEvent } from "./tracker.ts";
import { watchDrift } from "./watch.ts";

afterEach(() => void vi.useRealTimers());

const service = built();

/** A cluster that holds `objects` and sends what `send` is given. */
function memoryCluster(objects: readonly KubernetesObject[]): {
  readonly cluster: Cluster;
  readonly send: (object: KubernetesObject) => void;
} {
  const waiting: ((object: KubernetesObject) => void)[] = [];
  const cluster: Cluster = {
    name: "memory",
    server: "https://cluster.test",
    list: async <K extends Kind>() => ({ items: objects as readonly Objects[K][], resourceVersion: "1" }),
    get: async () => undefined,
    async *watch<K extends Kind>(
      _kind: K,
      { signal, onOpen }: Parameters<Cluster["watch"]>[1],
    ): AsyncGenerator<WatchEvent<K>, void, undefined> {
      onOpen?.();
      while (!signal.aborted) {
        const object = await new Promise<KubernetesObject | undefined>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener("abort", () => resolve(undefined), { once: true });
        });
        if (object !== undefined) yield { type: "MODIFIED", object: object as Objects[K] };
      }
    },
  };
  return { cluster, send: (object) => waiting.splice(0).forEach((resolve) => resolve(object)) };
}

/** The service's config is not there, which is told after the deadline. */
async function watchMissing(
  deadlineMs: number,
  during: (watch: { readonly events: readonly DriftEvent[]; readonly compared: () => Promise<void> }) => Promise<void>,
): Promise<void> {
  const variables = applied(service.variables ?? service.config);
  const { cluster, send } = memoryCluster([variables]);
  const stop = new AbortController();
  const events: DriftEvent[] = [];
  let comparisons = 0;
  const isSilenced = (_finding: ClusterFinding): boolean => {
    comparisons++;
    return false;
  };
  const ended = new Promise<void>((resolve, reject) => {
    const onReady = (): void => {
      const compared = async (): Promise<void> => {
        const before = comparisons;
        send(variables);
        await vi.waitUntil(() => comparisons > before, { timeout: 60_000 });
      };
      during({ events, compared }).then(resolve, reject);
    };
    watchDrift(cluster, [service], { signal: stop.signal, deadlineMs, isSilenced, onReady, onEvent: (event) => events.push(event) }).catch(
      reject,
    );
  });
  await ended.finally(() => stop.abort());
}

it("calls nothing late because somebody set the clock forward", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-01-01T00:00:00Z") });
  await watchMissing(86_400_000, async ({ events, compared }) => {
    vi.setSystemTime(Date.parse("2026-02-01T00:00:00Z"));
    await compared();
    await compared();
    expect(events).toEqual([]);
  });
});

it("calls late what is late though somebody set the clock back, and says the time of day", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-02-01T00:00:00Z") });
  await watchMissing(300, async ({ events, compared }) => {
    vi.setSystemTime(Date.parse("2026-01-01T00:00:00Z"));
    await compared();
    await vi.waitUntil(() => events.length > 0, { timeout: 60_000 });
    expect(events).toMatchObject([
      { type: "opened", at: expect.stringMatching(/^2026-01-01T/) as string, finding: { hop: "not-applied", kind: "object-missing" } },
    ]);
  });
});
