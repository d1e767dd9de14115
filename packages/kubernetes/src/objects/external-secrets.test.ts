import { emitAll, type Model } from "@veltrix/compiler";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { kubernetesEmitter } from "../emitter/emitter.ts";
import { outputsOf } from "../options.ts";
import { objectsFor, serviceObjects } from "./service-objects.ts";
import { podNamesOf, podPartsFor } from "../pod/pod-parts.ts";
import { compileFiles, only, sampleFiles } from "../testing/sample.ts";

function compileWith(externalSecrets: string, files: { readonly [path: string]: string } = {}): Model {
  return compileFiles({
    ...sampleFiles,
    "schemas/veltrix.yaml": `${sampleFiles["schemas/veltrix.yaml"]}outputs: { externalSecrets: { ${externalSecrets} } }\n`,
    ...files,
  });
}

const store = "store: { name: vault, kind: ClusterSecretStore }, refreshInterval: 1h";

async function emit(model: Model): Promise<ReadonlyMap<string, string>> {
  const { files, diagnostics } = await emitAll(kubernetesEmitter, model);
  expect(diagnostics).toEqual([]);
  return new Map(files.map(({ path, contents }) => [path, contents]));
}

it("writes one ExternalSecret per Secret, with the names of its keys, and the same text in the chart", async () => {
  const model = compileWith(store);
  const files = await emit(model);
  const text = files.get("gateway/k8s/dev/external-secrets.yaml") ?? "";
  const { service, config } = only(model, "dev");
  const objects = parseAllDocuments(text, { version: "1.1" }).map((document) => document.toJS() as unknown);
  expect(objects).toEqual(serviceObjects(service, config, outputsOf(model))?.externalSecrets);
  expect(objects).toMatchObject([
    {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: "gateway-api.tokens", namespace: "iot-dev", labels: { "veltrix.dev/service": "gateway" } },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: "vault", kind: "ClusterSecretStore" },
        target: { name: "gateway-api.tokens", creationPolicy: "Owner" },
        data: [{ secretKey: "main", remoteRef: { key: "api.tokens", property: "main" } }],
      },
    },
    { metadata: { name: "gateway-mqtt-credentials" } },
  ]);
  expect(files.get("gateway/k8s/dev/kustomization.yaml")).toContain("  - external-secrets.yaml\n");
  expect(files.get("gateway/chart/files/dev/objects.yaml")).toContain(text);
  expect([...(await emit(compileFiles(sampleFiles))).keys()].filter((path) => path.includes("external"))).toEqual([]);
});

it("lets pods mount the Secret that the ExternalSecret makes, at the path that the process reads", () => {
  const model = compileWith(store);
  const { service, config } = only(model, "prod");
  const objects = serviceObjects(service, config, outputsOf(model));
  if (objects === undefined) throw new Error("prod has a namespace");
  expect(podPartsFor(config, objects, podNamesOf(model, service)).volumes[1]).toEqual({
    name: "veltrix-secrets",
    projected: {
      sources: [
        { secret: { name: "gateway-api.tokens", items: [{ key: "main", path: "api.tokens/main" }], optional: false } },
        { secret: { name: "gateway-mqtt-credentials", items: [{ key: "password", path: "mqtt-credentials/password" }], optional: false } },
      ],
    },
  });
});

it.each([
  ['remoteKey: "{environment}/{namespace}/{service}/{secret}"', { key: "dev/iot-dev/gateway/api.tokens", property: "main" }],
  ['remoteKey: "kv/{secret}/{key}"', { key: "kv/api.tokens/main" }],
])("asks the store for what %s names", (remoteKey, remoteRef) => {
  const model = compileWith(`${store}, ${remoteKey}`);
  const { service, config } = only(model, "dev");
  const [first] = serviceObjects(service, config, outputsOf(model))?.externalSecrets ?? [];
  expect(first?.spec.data).toEqual([{ secretKey: "main", remoteRef }]);
});

it("M4, M5: carries no value, and no hash of one", async () => {
  const canary = "hunter2-canary";
  const files = await emit(compileWith(store, { "schemas/gateway/values/dev.yaml": `password: !secret ${canary}/password\n` }));
  for (const [path, text] of files) if (path.endsWith("configmap-env.yaml")) expect(text).not.toContain(canary);
  const text = files.get("gateway/k8s/dev/external-secrets.yaml") ?? "";
  expect(text).toContain(`name: gateway-${canary}\n`);
  expect(text).not.toMatch(/^ {2}(data|stringData):\n {4}[a-z]+: /m);
});

it("leaves what drift compares as it is", () => {
  const { service, config } = only(compileWith(store), "dev");
  const plain = only(compileFiles(sampleFiles), "dev");
  expect(objectsFor(service, config)).toEqual(objectsFor(plain.service, plain.config));
});

it("M2: reports VX4001 for two services whose ExternalSecrets would have one name", async () => {
  const contract = sampleFiles["schemas/gateway/config.schema.json"] ?? "";
  const values = sampleFiles["schemas/gateway/values/base.yaml"] ?? "";
  const model = compileWith(store, {
    "schemas/gateway-mqtt/config.schema.json": contract,
    "schemas/gateway-mqtt/values/base.yaml": values.replace("mqtt-credentials/", "credentials/"),
  });
  const { diagnostics } = await emitAll(kubernetesEmitter, model);
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toContain(
    "VX4001 gateway and gateway-mqtt are both rendered as the ExternalSecret `gateway-mqtt-credentials`",
  );
});
