import {
  RESTART_ANNOTATION,
  type ClusterFinding,
  type ExpectedPod,
  type ExpectedService,
  type Workload,
} from "@veltrix/protocol/kubernetes";
import { describe, expect, it } from "vitest";
import { compareWorkload } from "../compare-workload.ts";
import { built } from "../testing/built.ts";

const pod: ExpectedPod = {
  container: "gateway",
  foreignContainers: [],
  volumes: [
    { name: "veltrix-config", configMap: { name: "gateway-config" } },
    {
      name: "veltrix-secrets",
      projected: { sources: [{ secret: { name: "mqtt", items: [{ key: "password", path: "mqtt/password" }], optional: false } }] },
    },
  ],
  volumeMounts: [
    { name: "veltrix-config", mountPath: "/etc/veltrix/config", readOnly: true },
    { name: "veltrix-secrets", mountPath: "/etc/veltrix/secrets", readOnly: true },
  ],
  env: [
    { name: "VELTRIX_SOURCE", value: "dir" },
    { name: "PORT", valueFrom: { configMapKeyRef: { name: "gateway-env", key: "PORT", optional: false } } },
    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "mqtt", key: "password", optional: false } } },
  ],
  undelivered: { LEVEL: "/level" },
};
const service: ExpectedService = built();
const { restart } = service.hashes;
const container = { name: "gateway", image: "gateway:1", env: pod.env, volumeMounts: pod.volumeMounts };

interface Live {
  readonly spec?: object;
  readonly annotation?: string;
  readonly managedFields?: object;
  readonly wanted?: ExpectedPod;
}

function compare({ spec, annotation = restart, managedFields, wanted = pod }: Live): readonly ClusterFinding[] {
  const object = {
    metadata: { name: "gateway", ...(managedFields === undefined ? {} : { managedFields }) },
    spec: {
      template: {
        metadata: { annotations: { [RESTART_ANNOTATION]: annotation } },
        spec: { containers: [container], volumes: pod.volumes, ...spec },
      },
    },
  };
  const workload = { kind: "Deployment", name: "gateway", annotation: RESTART_ANNOTATION, pod: wanted } as const;
  return compareWorkload(service, workload, { object: object as unknown as Workload, replicaSets: [], pods: [] }, service.hashes);
}

const told = (findings: readonly ClusterFinding[]): readonly string[] =>
  findings.map(({ hop, kind, field = "" }) => `${hop} ${kind} ${field.replace("/spec/template/spec", "")}`);
const withEnv = (...env: readonly object[]): Live => ({ spec: { containers: [{ ...container, env: [...pod.env, ...env] }] } });

describe("comparePod", () => {
  it("finds nothing where all is as it was built", () => {
    expect(compare({})).toEqual([]);
  });

  it("A6: tells no text in the place of a secret, none of an override and none of a variable that nobody declared", () => {
    const literals = ["PASSWORD", "VELTRIX_OVERRIDE_PIN", "VELTRIX_TOKEN"].map((name) => ({ name, value: "4711" }));
    const findings = compare(withEnv(...literals));
    expect(told(findings)).toEqual([
      "edited-in-cluster changed /containers/gateway/env/PASSWORD",
      "overridden added /containers/gateway/env/VELTRIX_OVERRIDE_PIN",
      "edited-in-cluster added /containers/gateway/env/VELTRIX_TOKEN",
    ]);
    for (const { actual } of findings) expect(actual).toEqual({});
    expect(findings[0]).toMatchObject({ pointer: "/password", note: "a secret in the clear" });
  });

  it("names the key and the text where a variable of the contract is replaced or set", () => {
    expect(compare(withEnv({ name: "PORT", value: "81" }, { name: "LEVEL", value: "debug" }))).toMatchObject([
      { pointer: "/port", actual: { value: { value: "81" } } },
      { pointer: "/level", kind: "added", actual: { value: { value: "debug" } } },
    ]);
  });

  it("says of another volume only of which kind it is", () => {
    const volumes = [{ name: "veltrix-config", csi: { driver: "x", volumeAttributes: { password: "hunter2" } } }, pod.volumes[1]];
    const findings = compare({ spec: { volumes } });
    expect(findings).toMatchObject([{ field: "/spec/template/spec/volumes/veltrix-config", actual: { value: "csi" } }]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });

  describe("says by whom", () => {
    const mine = { manager: "helm", operation: "Update", time: "2026-01-01T00:00:00Z" };
    const other = { manager: "kubectl-set", operation: "Update", time: "2026-01-02T00:00:00Z" };
    const inTemplate = (members: object): object => ({ "f:spec": { "f:template": members } });
    const annotation = { "f:metadata": { "f:annotations": { [`f:${RESTART_ANNOTATION}`]: {} } } };
    const reference = { "f:name": {}, "f:valueFrom": { "f:configMapKeyRef": {} } };
    const variable = { "f:spec": { "f:containers": { 'k:{"name":"gateway"}': { "f:env": { 'k:{"name":"PORT"}': reference } } } } };
    const edited = withEnv({ name: "PORT", valueFrom: { configMapKeyRef: { name: "other-env", key: "PORT" } } });

    it("edited-in-cluster where another one wrote than the annotation's", () => {
      const managedFields = [
        { ...mine, fieldsV1: inTemplate(annotation) },
        { ...other, fieldsV1: inTemplate(variable) },
      ];
      expect(compare({ ...edited, managedFields })).toMatchObject([{ hop: "edited-in-cluster", by: { manager: "kubectl-set" } }]);
    });

    it("not-applied where the annotation's writer wrote it", () => {
      const managedFields = [{ ...mine, fieldsV1: inTemplate({ ...annotation, ...variable }) }];
      expect(compare({ ...edited, managedFields })).toMatchObject([{ hop: "not-applied", by: { manager: "helm" } }]);
    });

    it("restart-pending of what is missing where the annotation is another build's, and edited where it is not", () => {
      const spec = { containers: [{ ...container, env: pod.env.slice(0, 2) }] };
      expect(told(compare({ spec }))).toEqual(["edited-in-cluster missing /containers/gateway/env/PASSWORD"]);
      expect(told(compare({ spec, annotation: "v1:sha256:0" }))).toEqual([
        "restart-pending changed /spec/template/metadata/annotations/veltrix.dev~1restart-fingerprint",
        "restart-pending missing /containers/gateway/env/PASSWORD",
      ]);
    });
  });

  describe("takes for ours", () => {
    const sidecar = { name: "shipper", volumeMounts: [{ name: "veltrix-config", mountPath: "/in" }], env: [{ name: "PORT", value: "1" }] };

    it("the container that has our variables, whatever it is called", () => {
      expect(compare({ spec: { containers: [sidecar, { ...container, name: "app" }] } })).toEqual([]);
      const env = pod.env.slice(0, 2);
      expect(told(compare({ spec: { containers: [sidecar, { ...container, name: "app", env }] } }))).toEqual([
        "edited-in-cluster missing /containers/app/env/PASSWORD",
      ]);
    });

    it("the one that is called like the service where it has nothing, and says so once", () => {
      const spec = { containers: [sidecar, { name: "gateway", image: "gateway:1" }], volumes: [] };
      expect(told(compare({ spec }))).toEqual(["edited-in-cluster missing /containers/gateway"]);
    });

    it("nothing of a container that another service of the same workload has", () => {
      const foreign = {
        name: "router",
        env: [
          { name: "VELTRIX_ENVIRONMENT", value: "x" },
          { name: "VELTRIX_OVERRIDE_A", value: "1" },
        ],
      };
      const wanted = { ...pod, foreignContainers: ["router"] };
      expect(compare({ spec: { containers: [foreign, container] }, wanted })).toEqual([]);
      expect(told(compare({ spec: { containers: [foreign, container] } }))).toEqual([
        "overridden added /containers/router/env/VELTRIX_OVERRIDE_A",
      ]);
    });
  });

  it.each<[mode: number, security: object, isDrift: boolean]>([
    [0o644, {}, false],
    [0o400, {}, false],
    [0o400, { runAsUser: 0 }, false],
    [0o400, { runAsNonRoot: true }, true],
    [0o440, { runAsUser: 1000 }, true],
    [0o440, { runAsUser: 1000, fsGroup: 2000 }, false],
    [0o444, { runAsUser: 1000 }, false],
    [0o200, {}, true],
  ])("calls the mode %o with %j drift: %s", (defaultMode, securityContext, isDrift) => {
    const volumes = [{ name: "veltrix-config", configMap: { name: "gateway-config", defaultMode } }, pod.volumes[1]];
    const fields = compare({ spec: { volumes, securityContext } }).map(({ field }) => field);
    expect(fields).toEqual(isDrift ? ["/spec/template/spec/volumes/veltrix-config/configMap/defaultMode"] : []);
  });
});
