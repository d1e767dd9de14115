import { describe, expect, it } from "vitest";
import { contentHash, type ExpectedService, type KubernetesObject, RESTART_ANNOTATION } from "@veltrix/protocol/kubernetes";
import { compareService } from "./compare.ts";
import { LiveObjects } from "./live.ts";
import { applied, noParts, built } from "./testing/built.ts";

const service: ExpectedService = {
  ...built(),
  workload: { kind: "Deployment", name: "gateway", annotation: RESTART_ANNOTATION, pod: noParts },
};
const { restart } = service.hashes;
const template = (annotation: string): object => ({ metadata: { annotations: { [RESTART_ANNOTATION]: annotation } } });

function owned(name: string, owner: readonly [kind: string, name: string], over: object = {}): KubernetesObject {
  const [kind, ownerName] = owner;
  const ownerReferences = [{ apiVersion: "apps/v1", kind, name: ownerName, uid: ownerName, controller: true }];
  return {
    metadata: {
      name,
      namespace: "iot",
      uid: name,
      ownerReferences,
      ...("annotations" in over ? { annotations: over.annotations as never } : {}),
    },
    ...over,
  };
}

function known(): LiveObjects {
  const live = new LiveObjects([service]);
  live.put("ConfigMap", applied(service.config));
  if (service.variables !== undefined) live.put("ConfigMap", applied(service.variables));
  live.put("Deployment", {
    metadata: { name: "gateway", namespace: "iot", uid: "gateway" },
    spec: { template: template(restart) },
  } as KubernetesObject);
  return live;
}

const told = (live: LiveObjects): readonly string[] =>
  compareService(service, live.of(service)).map(({ hop, kind, object }) => `${hop} ${kind} ${object.name}`);

describe("LiveObjects", () => {
  it("ties pods to their Deployment through the ReplicaSet, in whatever order they are seen", () => {
    const pod = owned("gateway-1-a", ["ReplicaSet", "gateway-1"], { annotations: { [RESTART_ANNOTATION]: "old" } });
    const set = owned("gateway-1", ["Deployment", "gateway"], { spec: { replicas: 0, template: template("old") } });
    const live = known();
    expect(live.put("Pod", pod)).toEqual([]);
    expect(live.put("ReplicaSet", set)).toEqual([service]);
    expect(told(live)).toEqual(["restart-pending changed gateway"]);
    expect(live.remove("Pod", pod)).toEqual([service]);
    expect(told(live)).toEqual([]);
  });

  it("forgets what a new list of the same scope no longer holds, and nothing else", () => {
    const live = known();
    expect(live.replace("ConfigMap", [applied(service.config)], () => true)).toContain(service);
    expect(told(live)).toEqual(["edited-in-cluster object-missing gateway-env"]);
    live.replace("Deployment", [], ({ metadata }) => metadata.namespace === "other");
    expect(told(live)).toEqual(["edited-in-cluster object-missing gateway-env"]);
  });

  it("calls neither an older immutable release a stray, nor another service's object", () => {
    const live = known();
    const named = (name: string): KubernetesObject => ({
      ...applied(service.config),
      metadata: { ...applied(service.config).metadata, name },
    });
    live.put("ConfigMap", { ...named(`gateway-config-${contentHash(service.config.data)}`), immutable: true } as KubernetesObject);
    const { labels = {}, ...metadata } = named("router-config").metadata;
    live.put("ConfigMap", { ...named("router-config"), metadata: { ...metadata, labels: { ...labels, "veltrix.dev/service": "router" } } });
    expect(told(live)).toEqual([]);
    live.put("ConfigMap", named("gateway-old"));
    expect(told(live)).toEqual(["edited-in-cluster added gateway-old"]);
  });

  it("calls an immutable object a stray whose name is not the hash of what it holds", () => {
    const live = known();
    const release = (name: string, data: object = service.config.data): KubernetesObject =>
      ({ ...applied(service.config), metadata: { ...applied(service.config).metadata, name }, data, immutable: true }) as KubernetesObject;
    const name = `gateway-config-${contentHash(service.config.data)}`;
    for (const [called, data] of [["gateway-other"], ["gateway-config-0123456789"], [name, { "config.json": "{}" }]] as const) {
      live.put("ConfigMap", release(called, data));
      expect(told(live)).toEqual([`edited-in-cluster added ${called}`]);
      live.remove("ConfigMap", release(called));
    }
    live.put("ConfigMap", release(name));
    expect(told(live)).toEqual([]);
  });

  it("finds the template of a CronJob, and lets its running jobs end", () => {
    const cron: ExpectedService = {
      ...built(),
      workload: { kind: "CronJob", name: "nightly", annotation: RESTART_ANNOTATION, pod: noParts },
    };
    const live = new LiveObjects([cron]);
    const object = (annotation: string): KubernetesObject =>
      ({
        metadata: { name: "nightly", namespace: "iot", uid: "nightly" },
        spec: { jobTemplate: { spec: { template: template(annotation) } } },
      }) as KubernetesObject;
    live.put("CronJob", object("old"));
    const fields = (): readonly (string | undefined)[] =>
      compareService(cron, live.of(cron))
        .filter(({ object: { kind } }) => kind === "CronJob")
        .map(({ field }) => field);
    expect(fields()).toEqual(["/spec/jobTemplate/spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint"]);
    live.put("CronJob", object(restart));
    expect(fields()).toEqual([]);
  });
});
