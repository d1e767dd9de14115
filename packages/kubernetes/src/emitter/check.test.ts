import { emitAll, type Model, type ResolvedConfig, type Service } from "@veltrix/compiler";
import type { Diagnostic } from "@veltrix/diagnostics";
import { expect, it } from "vitest";
import type { ExpectedConfigMap } from "@veltrix/protocol/kubernetes";
import { annotationBytes, checkObject, checkPod, ClashFinder, MAX_ANNOTATION_BYTES, MAX_DATA_BYTES, type Placed } from "./check-objects.ts";
import { checkVariables } from "./check-variables.ts";
import { kubernetesEmitter } from "./emitter.ts";
import { objectsFor } from "../objects/service-objects.ts";
import { compileContract, compileFiles, only, sampleFiles, withService, withValue } from "../testing/sample.ts";

const model = compileFiles(sampleFiles);
const { service, config } = only(model, "dev");

/** Code, place and name in one line each. */
function lines(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(
    ({ code, severity, message, at, environments }) =>
      `${code} ${severity} ${at.file}#${at.pointer ?? ""} [${environments.join()}] ${message}`,
  );
}

async function diagnose(changed: Model): Promise<readonly Diagnostic[]> {
  return (await emitAll(kubernetesEmitter, changed)).diagnostics;
}

function clashesOf(objects: readonly Placed[]): readonly Diagnostic[] {
  const finder = new ClashFinder();
  return objects.flatMap((placed) => finder.add(placed));
}

function withData(data: { readonly [key: string]: string }): Placed & { readonly object: ExpectedConfigMap } {
  const [object] = objectsFor(service, config);
  if (object === undefined) throw new Error("dev has a namespace");
  return { service, config, object: { ...object, data }, path: "generated/gateway/k8s/dev/configmap.yaml" };
}

function withVariable(variable: string): Service {
  const keys = service.contract.keys.map((key) => (key.pointer === "/host" ? { ...key, variable } : key));
  return { ...service, contract: { ...service.contract, keys } };
}

it("reports nothing for a model that Kubernetes takes", async () => {
  expect(await diagnose(model)).toEqual([]);
});

it("S14: reports VX4001 when two keys have one variable, naming both", async () => {
  const clash = compileContract(({ properties, ...contract }) => ({
    ...contract,
    properties: { ...properties, text: { type: "string", contentMediaType: "text/plain", "x-env": "PORT" } },
  }));
  const diagnostics = await diagnose(clash);
  expect(lines(diagnostics)).toEqual([
    "VX4001 error schemas/gateway/config.schema.json#/properties/text [] /port and /text are both rendered as the environment variable `PORT`",
  ]);
  expect(diagnostics[0]?.related).toEqual([
    {
      at: { file: "schemas/gateway/config.schema.json", pointer: "/properties/port", on: "key" },
      message: "/port takes the name `PORT` at",
    },
  ]);
});

it.each(["1PORT", "MY-PORT", "A B", "", "É", "A".repeat(254)])("M2: reports VX4002 for the variable name %j", (name) => {
  expect(lines(checkVariables(withVariable(name)))).toEqual([
    `VX4002 error schemas/gateway/config.schema.json#/properties/host [] \`${name}\` cannot be the name of an environment variable`,
  ]);
});

it("accepts the longest and the shortest variable name", () => {
  for (const name of ["_", "A".repeat(253)]) expect(checkVariables(withVariable(name))).toEqual([]);
});

it("reports VX4002 for a variable that is Veltrix's own", () => {
  expect(lines(checkVariables(withVariable("VELTRIX_SOURCE")))).toHaveLength(1);
});

function withHost(host: string): Model {
  const change = (old: ResolvedConfig): ResolvedConfig => withValue(old, { ...old.value, host });
  return withService(model, (old) => ({ ...old, configs: old.configs.map(change) }));
}

it("reports VX4002 once for a value with a NUL in a variable, naming its environments", async () => {
  const diagnostics = await diagnose(withHost("a\0b"));
  expect(lines(diagnostics)).toEqual([
    "VX4002 error schemas/gateway/config.schema.json#/properties/host [local,dev,prod] `NO` cannot be an environment variable",
  ]);
  expect(diagnostics[0]?.hint).toContain("NUL");
});

it("R13: reports VX4002 for an empty text in a variable, which the runtime reads as missing", async () => {
  const [found, ...others] = await diagnose(withHost(""));
  expect(others).toEqual([]);
  expect(found?.code).toBe("VX4002");
  expect(found?.hint).toContain("empty");
});

it("M1: reports VX4002 for a value that Kustomize would break, and not for its neighbours", async () => {
  for (const code of [0x7f, 0x80, 0x85, 0x9f, 0x2028, 0x2029, 0xfffe, 0xffff]) {
    const [found, ...others] = await diagnose(withHost(`a${String.fromCharCode(code)}b`));
    expect(others).toEqual([]);
    expect(found?.code).toBe("VX4002");
    expect(found?.hint).toContain(`U+${code.toString(16).toUpperCase().padStart(4, "0")}`);
  }
  expect(await diagnose(withHost("\u0001\t\n\r~\u00a0\u2027\u202f\ufeff\ufffd😀"))).toEqual([]);
});

it("reports VX4002 for a value that no Linux process can be started with", async () => {
  const fitting = 131_071 - "NO=".length;
  expect(lines(await diagnose(withHost("x".repeat(fitting)))).filter((line) => line.includes("VX4002"))).toEqual([]);
  expect(lines(await diagnose(withHost("x".repeat(fitting + 1))))[0]).toContain("VX4002");
});

it("M2: reports VX4001 when two services render one object, and not across environments", () => {
  const [object] = objectsFor(service, config);
  if (object === undefined) throw new Error("dev has a namespace");
  const other: Service = { ...service, id: "other", contract: { ...service.contract, file: "schemas/other/config.schema.json" } };
  const first: Placed = { service, config, object, path: "a" };
  expect(lines(clashesOf([first, { ...first, service: other }]))).toEqual([
    "VX4001 error schemas/other/config.schema.json# [dev] gateway and other are both rendered as the ConfigMap `gateway-config`",
  ]);
  expect(clashesOf([first, { ...first, service: other, config: only(model, "prod").config }])).toEqual([]);
});

it("M2: finds no clash between services whose ids end like our objects", async () => {
  const files: { [path: string]: string } = { "schemas/veltrix.yaml": "environments: { dev: { namespace: iot } }\n" };
  for (const id of ["x", "x-config", "x-env", "x-config-env", "x-env-config"]) {
    files[`schemas/${id}/config.schema.json`] = JSON.stringify({
      "x-veltrix": { version: "1.0.0" },
      type: "object",
      required: ["a"],
      additionalProperties: false,
      properties: { a: { type: "string", "x-env": "A" } },
    });
    files[`schemas/${id}/values/base.yaml`] = "a: b\n";
  }
  expect(await diagnose(compileFiles(files))).toEqual([]);
});

it.each(["", "a b", "a/b", "..", "..data", ".", "a".repeat(254)])("M2: reports VX4002 for the data key %j", (key) => {
  expect(lines(checkObject(withData({ [key]: "x" })))).toEqual([
    `VX4002 error schemas/gateway/config.schema.json# [dev] \`${key}\` cannot be a key of a ConfigMap`,
  ]);
});

it("M2: reports VX4002 for names of objects, namespaces and labels, where each was written", () => {
  const placed = withData({ a: "b" });
  const environment = { ...config.environment, name: `e${"x".repeat(63)}`, namespace: "Iot" };
  const object = { ...placed.object, metadata: { ...placed.object.metadata, name: "Gateway", namespace: "Iot" } };
  const found = checkObject({ ...placed, object, service: { ...service, id: "-a" }, config: { ...config, environment } });
  expect(found.map(({ at, message }) => [at.file, at.pointer, message])).toEqual([
    ["schemas/gateway/config.schema.json", undefined, "`Gateway` cannot be the name of a ConfigMap"],
    ["schemas/veltrix.yaml", `/environments/${environment.name}/namespace`, "`Iot` cannot be a namespace"],
    ["schemas/gateway/config.schema.json", undefined, "`-a` cannot be the value of a label"],
    ["schemas/veltrix.yaml", `/environments/${environment.name}`, `\`${environment.name}\` cannot be the value of a label`],
  ]);
});

it("M3: reports VX4003 over 1 MiB of data, and not at 1 MiB, counting bytes", () => {
  const full = "😀".repeat(MAX_DATA_BYTES / 4);
  expect(lines(checkObject(withData({ a: full }))).join()).not.toContain("VX4003");
  expect(lines(checkObject(withData({ a: full, b: "x" })))).toEqual([
    "VX4003 error schemas/gateway/config.schema.json# [dev] ConfigMap gateway-config in dev has 1048577 bytes of data; Kubernetes refuses more than 1048576",
  ]);
});

it("M3: reports VX4004 with the command where client-side apply would be refused, and not one byte below", () => {
  const spare = MAX_ANNOTATION_BYTES - annotationBytes(withData({ a: "" }).object);
  expect(checkObject(withData({ a: "x".repeat(spare) }))).toEqual([]);
  // A line break takes two bytes in JSON, and Go's encoder makes six of `<`.
  expect(checkObject(withData({ a: "\n".repeat(Math.floor(spare / 2)) }))).toEqual([]);
  expect(checkObject(withData({ a: "<".repeat(Math.floor(spare / 6)) }))).toEqual([]);
  for (const text of [
    "x".repeat(spare + 1),
    "\n".repeat(Math.floor(spare / 2) + 1),
    "<".repeat(Math.floor(spare / 6) + 1),
    "x".repeat(257 * 1024),
  ]) {
    const [warning, ...others] = checkObject(withData({ a: text }));
    expect(others).toEqual([]);
    expect(warning).toMatchObject({
      code: "VX4004",
      severity: "warning",
      hint: "apply it with `kubectl apply --server-side -f generated/gateway/k8s/dev/configmap.yaml`",
    });
  }
});

it("M3: still writes an object that client-side apply would refuse", async () => {
  const large = withService(model, (old) => ({
    ...old,
    configs: old.configs.map((each) => withValue(each, { ...each.value, text: "x".repeat(300_000) })),
  }));
  const { files, diagnostics } = await emitAll(kubernetesEmitter, large);
  expect(diagnostics.map(({ code, environments }) => [code, environments])).toEqual([
    ["VX4004", ["dev"]],
    ["VX4004", ["prod"]],
  ]);
  expect(diagnostics[1]?.hint).toContain("kubectl apply --server-side -f generated/gateway/k8s/prod/configmap.yaml");
  expect(files.find(({ path }) => path === "gateway/k8s/prod/configmap.yaml")?.contents).toContain("x".repeat(300_000));
});

it("M3: names helm's command where helm alone delivers the object", async () => {
  const settings = `${sampleFiles["schemas/veltrix.yaml"]}outputs: { targets: [helm] }\n`;
  const large = withService(compileFiles({ ...sampleFiles, "schemas/veltrix.yaml": settings }), (old) => ({
    ...old,
    configs: old.configs.map((each) => withValue(each, { ...each.value, text: "x".repeat(300_000) })),
  }));
  const [warning] = await diagnose(large);
  expect(warning).toMatchObject({ code: "VX4004", hint: "apply it with `helm upgrade --install --server-side=true`" });
});

it("reports VX4002 for a workload that no patch can name", () => {
  const contract = { ...service.contract, workload: { kind: "Rollout", name: "Gate_way" } };
  expect(lines(checkPod({ ...service, contract }))).toEqual([
    "VX4002 error schemas/gateway/config.schema.json#/x-veltrix/workload/kind [] `Rollout` cannot be the kind of a workload",
    "VX4002 error schemas/gateway/config.schema.json#/x-veltrix/workload/name [] `Gate_way` cannot be the name of a workload",
  ]);
});

it("M2: reports VX4002 for a Secret that cannot be mounted, where it was written", () => {
  const configs = [{ ...config, secrets: { "/password": "Mqtt/..data", "/token": "a/b/c" } }];
  expect(lines(checkPod({ ...service, configs }))).toEqual([
    "VX4002 error schemas/gateway/values/base.yaml#/password [dev] `Mqtt` cannot be the name of a Secret",
    "VX4002 error schemas/gateway/values/base.yaml#/password [dev] `..data` cannot be a key of a Secret",
    "VX4002 error schemas/gateway/values/base.yaml#/token [dev] `b/c` cannot be a key of a Secret",
  ]);
});
