// Every hop that the table says a cluster shows is produced by a comparison, and no other one.
import { clusterHops, hops } from "@veltrix/protocol";
import { RESTART_ANNOTATION } from "@veltrix/protocol/kubernetes";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compareService, type LiveService } from "./compare.ts";
import { applied, noParts, built, edited } from "./testing/built.ts";

const expected = { ...built(), workload: { kind: "Deployment", name: "gateway", annotation: RESTART_ANNOTATION, pod: noParts } } as const;
const own = applied(expected.config);
const nothing: LiveService = { config: undefined, variables: undefined, strays: [], workload: undefined, wasDeleted: () => false };
const inSync: LiveService = {
  ...nothing,
  config: own,
  variables: expected.variables === undefined ? undefined : applied(expected.variables),
  workload: {
    object: {
      metadata: { name: "gateway" },
      spec: { template: { metadata: { annotations: { [RESTART_ANNOTATION]: expected.hashes.restart } } } },
    },
    replicaSets: [],
    pods: [],
  },
};

/** What is there, by the hop that it shows. */
const states: { readonly [hop: string]: LiveService } = {
  "not-applied": nothing,
  "edited-in-cluster": { ...inSync, config: edited(own, { "config.json": '{"port":81,"mqtt":{"keepAlive":"30s"}}' }) },
  "deployed-inconsistent": { ...inSync, config: edited(own, { "veltrix.json": "{}" }) },
  overridden: {
    ...inSync,
    workload: {
      object: {
        metadata: { name: "gateway" },
        spec: {
          template: {
            metadata: { annotations: { [RESTART_ANNOTATION]: expected.hashes.restart } },
            spec: { containers: [{ name: "gateway", env: [{ name: "VELTRIX_OVERRIDE_PORT", value: "81" }] }] },
          },
        },
      },
      replicaSets: [],
      pods: [],
    },
  },
  "restart-pending": { ...inSync, workload: { object: { metadata: { name: "gateway" } }, replicaSets: [], pods: [] } },
};

describe("the hops that a cluster shows", () => {
  it("have a state each, which shows that hop alone", () => {
    expect(compareService(expected, inSync)).toEqual([]);
    const shown = Object.entries(states).map(([hop, state]) => [hop, new Set(compareService(expected, state).map((each) => each.hop))]);
    expect(new Map(shown as never)).toEqual(new Map(clusterHops.map((hop) => [hop, new Set([hop])])));
  });

  it("stand in the table of the README, each with when it is told", () => {
    const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const rows = [...text.matchAll(/^\| .+ \| `([a-z-]+)` +\| ([a-z ]+?) +\|$/gm)].map(([, hop = "", told = ""]) => [hop, told] as const);
    expect(new Set(rows.map(([hop]) => hop))).toEqual(new Set(clusterHops));
    expect(rows).toEqual(rows.map(([hop]) => [hop, hops[hop as keyof typeof hops].told]));
  });
});
