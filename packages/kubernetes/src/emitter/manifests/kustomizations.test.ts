import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { codes, modelWith, problems, workload } from "../../testing/manifests.ts";
import { checkWorkloads } from "./check.ts";

describe("a kustomization that uses the Component", () => {
  const using = {
    "deploy/kustomization.yaml": stringify({ resources: ["a.yaml"], components: ["../generated/gateway/k8s/prod/component"] }),
  };
  const gateway = (spec: object): string => workload({ spec }).replace("name: team", "name: gateway");
  const called = (name: string): object => ({ name, image: "a:1" });

  it("reports VX3024 where no container is called like the service, in the base or in any patch of it", () => {
    const [only, ...others] = checkWorkloads(modelWith({ ...using, "deploy/a.yaml": gateway({ containers: [called("gatewey")] }) }));
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      code: "VX3024",
      hint: expect.stringContaining("it has gatewey") as string,
      at: { pointer: "/spec/template/spec/containers" },
    });
    const sidecar = gateway({ containers: [called("proxy")] });
    const main = gateway({ containers: [called("gateway")] });
    expect(codes({ ...using, "deploy/a.yaml": main, "deploy/patch.yaml": sidecar })).toEqual([]);
    expect(
      codes({
        ...using,
        "deploy/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gateway }\nspec: { replicas: 3 }\n",
      }),
    ).toEqual([]);
    // Nobody uses the Component: `veltrix patch` and the chart look for themselves.
    expect(codes({ "deploy/a.yaml": gateway({ containers: [called("main")] }) })).toEqual([]);
  });

  it("reports VX3024 where a volume has our name and another source", () => {
    const volumes = (...list: readonly object[]): { readonly [path: string]: string } => ({
      ...using,
      "deploy/a.yaml": gateway({ containers: [called("gateway")], volumes: list }),
    });
    expect(problems(volumes({ name: "veltrix-config", emptyDir: {} })).map((text) => text.split(" ").slice(0, 2))).toEqual([
      ["VX3024", "/spec/template/spec/volumes/0/name"],
    ]);
    expect(codes(volumes({ name: "veltrix-secrets", secret: { secretName: "mqtt-credentials" } }))).toEqual(["VX3024"]);
    expect(codes(volumes({ name: "data", emptyDir: {} }, { name: "veltrix-config", configMap: { name: "gateway-config" } }))).toEqual([]);
  });
});

describe("a kustomization on top of ours", () => {
  const on = (over: object, resources: readonly string[] = ["../generated/gateway/k8s/prod"]): { readonly [path: string]: string } => ({
    "deploy/kustomization.yaml": stringify({ resources, ...over }),
  });

  it.each([
    [
      "a prefix",
      { namePrefix: "eu-" },
      "VX3023 /namePrefix [prod] the namePrefix `eu-` renames generated objects in prod: nobody looks for them by that name",
    ],
    [
      "a suffix",
      { nameSuffix: "-2" },
      "VX3023 /nameSuffix [prod] the nameSuffix `-2` renames generated objects in prod: nobody looks for them by that name",
    ],
    [
      "another namespace",
      { namespace: "iot-dev" },
      "VX3023 /namespace [prod] this kustomization moves generated objects in prod to the namespace `iot-dev`, where nobody looks for them",
    ],
  ])("reports VX3023 for %s", (_what, over, message) => {
    expect(problems(on(over))).toEqual([message]);
    for (const path of ["../generated/cluster/prod/", "../generated/gateway/k8s/prod/configmap.yaml", "./../generated/gateway/k8s/prod"])
      expect(problems(on(over, [path]))).toEqual([message]);
  });

  it("reports VX3023 where another kustomization stands between, and once for each environment", () => {
    const files = {
      "deploy/base/kustomization.yml": stringify({ resources: ["../../generated/gateway/k8s/prod", "../../generated/cluster/dev"] }),
      "deploy/over/kustomization.yaml": stringify({ kind: "Kustomization", namePrefix: "a-", namespace: "iot", resources: ["../base"] }),
    };
    expect(problems(files, ["deploy/**/*.yml", "deploy/**/*.yaml"])).toEqual([
      "VX3023 /namePrefix [dev prod] the namePrefix `a-` renames generated objects: nobody looks for them by that name",
      "VX3023 /namespace [dev] this kustomization moves generated objects in dev to the namespace `iot`, where nobody looks for them",
    ]);
  });

  it("reports VX3023 as an error where production is concerned, and as a warning elsewhere", () => {
    const severities = (resources: readonly string[]): readonly string[] =>
      checkWorkloads(modelWith(on({ namePrefix: "eu-" }, resources))).map(({ severity }) => severity);
    expect(severities(["../generated/gateway/k8s/prod"])).toEqual(["error"]);
    expect(severities(["../generated/gateway/k8s/dev"])).toEqual(["warning"]);
    expect(severities(["../generated/gateway/k8s/dev", "../generated/gateway/k8s/prod"])).toEqual(["error"]);
  });

  it("says nothing where it keeps their names, lists none of them, or lists itself", () => {
    expect(problems(on({ namespace: "iot", namePrefix: "", commonLabels: { a: "b" } }))).toEqual([]);
    expect(problems(on({ namespace: "other", namePrefix: "a-" }, ["service.yaml", "https://example.test/x", ".."]))).toEqual([]);
    expect(problems(on({ namespace: "other", components: ["../generated/gateway/k8s/prod/component"] }, ["."]))).toEqual([]);
  });
});
