import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import type { Cluster } from "@veltrix/cluster";
import { type Deleter, deleteRemovable, type Deletion } from "@veltrix/cluster/delete";
import { ListFailed, lookAt } from "../prune/list-objects.ts";
import { type JudgedObject, planPrune } from "@veltrix/analysis/prune";
import { renderPlan } from "../render/prune.ts";
import { runMain } from "../testing/run-main.ts";

const workspace = (): string =>
  temporaryWorkspace({
    ...shop,
    "bad.json": '[{ "id": 1 }]',
    "text.json": "{",
    "schemas/veltrix.yaml": `${shop["schemas/veltrix.yaml"]}  local: {}\n`,
  }).root;

// What prune reads and deletes against a real API server is in tools/envtest; these are the questions that reach none.
describe("veltrix prune", () => {
  it.each([
    [["--env", "prod"], "say how far back a rollback must be possible"],
    [["--env", "prod", "--keep-for", "soon"], "--keep-for takes a duration"],
    [["--env", "prod", "--keep-count=-1"], "--keep-count takes a number"],
    [["--env", "prd", "--keep-count", "1"], "did you mean `prod`?"],
    [["--env", "local", "--keep-count", "1"], "error[VX7009]"],
    [["--env", "prod", "--keep-count", "1", "--instances", "nowhere.json"], "error[VX7011]"],
    [["--env", "prod", "--keep-count", "1", "--instances", "text.json"], "error[VX7011]"],
    [["--env", "prod", "--keep-count", "1", "--instances", "bad.json"], "has no id, service, environment and root at /0"],
  ])("reports what is wrong with %j, and deletes nothing", async (args, says) => {
    const { code, stdout, stderr } = await runMain(["prune", ...args], { cwd: workspace() });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(says);
  });

  it.each([
    [["--env", "prod", "--keep-count", "1", "--kubeconfig", "nowhere"], "error[VX7017]"],
    [["--env", "prod", "--keep-count", "1", "--delete"], "there is no kubeconfig"],
  ])("exits 2 with %j where no cluster can be asked, and deletes nothing", async (args, says) => {
    const { code, stdout, stderr } = await runMain(["prune", ...args], { cwd: workspace() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).toContain("error[VX7017]");
  });
});

describe("lookAt", () => {
  it("stops at the first list that fails, whichever it is, and says which", async () => {
    const asked: string[] = [];
    const listing = (failing: string | undefined): Pick<Cluster, "list"> => ({
      list: (kind) => {
        asked.push(kind);
        return kind === failing ? Promise.reject(new Error("forbidden")) : Promise.resolve({ items: [], resourceVersion: "1" });
      },
    });
    await lookAt(listing(undefined), "iot");
    const kinds = [...asked];
    expect(kinds).toEqual([
      "ConfigMap",
      "Pod",
      "Deployment",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "CronJob",
      "ReplicaSet",
      "ControllerRevision",
      "ReplicationController",
      "PodTemplate",
    ]);
    for (const kind of kinds) {
      const failure = await lookAt(listing(kind), "iot").catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(ListFailed);
      expect(failure).toMatchObject({ what: `the ${kind}s of the namespace iot could not be listed`, message: "forbidden" });
    }
  });
});

describe("deleteRemovable", () => {
  const judged = (name: string, metadata: object = { uid: `uid-${name}`, resourceVersion: "7" }): JudgedObject => ({
    service: "a",
    name,
    created: null,
    reasons: [],
    object: { metadata: { name, ...metadata } },
  });

  it("names uid and version of each, and goes no further than the first that is not as it was judged", async () => {
    const asked: unknown[] = [];
    const answers: Deletion[] = [{ kind: "deleted" }, { kind: "gone" }, { kind: "changed", reason: "the object has been modified" }];
    const deleter: Deleter = {
      deleteConfigMap: (condemned) => {
        asked.push(condemned);
        return Promise.resolve(answers[asked.length - 1] ?? { kind: "deleted" });
      },
    };
    const pruned = await deleteRemovable(
      ["a", "b", "c", "d"].map((name) => judged(name)),
      deleter,
      "iot",
    );
    expect(asked).toEqual(["a", "b", "c"].map((name) => ({ namespace: "iot", name, uid: `uid-${name}`, resourceVersion: "7" })));
    expect(pruned).toEqual({
      deleted: ["a"],
      stopped: {
        what: "the ConfigMap `c` in iot was not deleted",
        detail: "it was changed after it was judged (the object has been modified)",
      },
    });
  });

  it("deletes nothing that says neither uid nor version, and stops when the server refuses", async () => {
    const refusing: Deleter = { deleteConfigMap: () => Promise.reject(new Error("forbidden")) };
    expect((await deleteRemovable([judged("a", {})], refusing, "iot")).stopped?.detail).toBe("it says neither its uid nor its version");
    expect((await deleteRemovable([judged("a")], refusing, "iot")).stopped?.detail).toBe("forbidden");
  });
});

describe("renderPlan", () => {
  it("shows what is kept with its reasons, and what may go or went", () => {
    const object = { metadata: { name: "x" } };
    const plan = {
      kept: [
        { service: "a", name: "a-config-1", created: "2026-01-01T00:00:00Z", reasons: ["built now", "Pod a", "Pod b", "Pod c"], object },
      ],
      removable: [
        { service: "a", name: "a-config-2", created: null, reasons: [], object },
        { service: "a", name: "a-config-3", created: null, reasons: [], object },
      ],
    };
    expect(renderPlan(plan, new Set(["a-config-3"]))).toBe(
      "  keep     a-config-1  2026-01-01T00:00:00Z  built now, Pod a, Pod b and 1 more\n  may go   a-config-2\n  deleted  a-config-3\n",
    );
    expect(
      renderPlan(
        planPrune({ environment: "prod", configMaps: [], holders: [], instances: [], built: new Set(), window: {}, now: 0 }),
        new Set(),
      ),
    ).toBe("");
  });
});
