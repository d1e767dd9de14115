// The admission policy and the chart against a real API server: what it refuses, and what Helm leaves behind.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile, emitAll, MemoryHost, type Model } from "@veltrix/compiler";
import { kubernetesEmitter, objectsFor, renderAdmission } from "@veltrix/kubernetes";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Said, startTestCluster, type TestCluster } from "./cluster.ts";
import { externalSecretKind } from "./external-secret-kind.ts";
import { reason, skipped } from "./skip.ts";
import { PATIENCE } from "./suites/patience.ts";

const contract = {
  type: "object",
  additionalProperties: false,
  required: ["host", "port"],
  properties: {
    host: { type: "string", "x-env": "HOST" },
    port: { type: "integer", "x-env": "PORT" },
    tls: { type: "boolean", "x-env": "TLS" },
    listen: { type: "string", "x-type": "port", "x-env": "LISTEN" },
    topics: { type: "array", items: { type: "string" }, "x-env": "TOPICS" },
    password: { type: "string", "x-secret": true },
  },
};

function modelWith(mode: string, host: string): Model {
  const values = `host: ${host}\nport: 8883\ntls: true\nlisten: "8080"\ntopics: [a]\npassword: !secret broker/password\n`;
  const head = (delivery: string): string => JSON.stringify({ "x-veltrix": { version: "1.0.0", delivery }, ...contract });
  // The second name would let everybody in, were it not taken as a text.
  const deployers = JSON.stringify(["admin", '"] || true || ["', "release-managers"]);
  const externalSecrets = "externalSecrets: { store: { name: vault, kind: SecretStore }, refreshInterval: 1h }";
  const { model, diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": `environments: { prod: { namespace: iot } }\noutputs: { admission: { mode: ${mode}, deployers: ${deployers} }, ${externalSecrets} }\n`,
      "schemas/gateway/config.schema.json": head("mutable"),
      "schemas/gateway/values/base.yaml": values,
      "schemas/frozen/config.schema.json": head("immutable"),
      "schemas/frozen/values/base.yaml": values,
    }),
  );
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return model;
}

const models = { deny: modelWith("deny", "a.example"), warn: modelWith("warn", "a.example"), next: modelWith("deny", "b.example") };

describe.skipIf(skipped !== undefined)(`the chart and the admission policy${reason}`, () => {
  let cluster: TestCluster;
  let strangers: string;

  const at = (path: string): string => join(cluster.server.folder, path);
  const inNamespace = ["--namespace", "iot"];
  const admin = (...args: readonly string[]): Said => cluster.tryKubectl([...inNamespace, ...args]);
  const stranger = (...args: readonly string[]): Said => cluster.tryKubectl([...inNamespace, ...args], { kubeconfig: strangers });
  const applyPolicy = (mode: keyof typeof models): void => expectOk(admin("apply", "-f", at(`${mode}/cluster/prod/admission.yaml`)));

  function expectOk(said: Said): void {
    expect(said).toMatchObject({ status: 0, stderr: "" });
  }

  function expectRefused({ status, stderr }: Said, why: string): void {
    expect(stderr).toContain("ValidatingAdmissionPolicy 'veltrix.prod.iot'");
    expect(stderr).toContain(why);
    expect(status).toBe(1);
  }

  /** A policy takes some seconds until it is enforced; until then, or until it knows its user, the server says something else. */
  async function until(ask: () => Said, isEnforced: (said: Said) => boolean): Promise<void> {
    await vi.waitUntil(() => isEnforced(ask()), { ...PATIENCE, interval: 250 });
  }
  const isRefused = ({ status, stderr }: Said): boolean => status !== 0 && stderr.includes("ValidatingAdmissionPolicy");

  beforeAll(async () => {
    cluster = await startTestCluster();
    strangers = cluster.server.kubeconfig(cluster.server.stranger);
    for (const [name, model] of Object.entries(models)) {
      for (const { path, contents } of (await emitAll(kubernetesEmitter, model)).files) {
        mkdirSync(dirname(at(`${name}/${path}`)), { recursive: true });
        writeFileSync(at(`${name}/${path}`), contents);
      }
    }
    expectOk(admin("create", "namespace", "iot"));
    // The strangers may do everything that RBAC can allow.
    expectOk(admin("create", "clusterrolebinding", "all", "--clusterrole=cluster-admin", "--user=stranger", "--group=release-managers"));
    expectOk(cluster.tryKubectl(["apply", "-f", "-"], { input: externalSecretKind }));
    expectOk(admin("wait", "--for=condition=Established", "--timeout=60s", "crd/externalsecrets.external-secrets.io"));
    applyPolicy("deny");
    await until(() => stranger("create", "configmap", "gateway-env", "--dry-run=server"), isRefused);
    expectOk(admin("apply", "-k", at("deny/cluster/prod")));
  });
  afterAll(() => cluster?.server.stop());

  it.each([
    ["annotates", ["annotate", "configmap", "gateway-config", "note=x"]],
    ["edits", ["patch", "configmap", "gateway-env", "-p", '{"data":{"PORT":"1"}}']],
    ["deletes", ["delete", "configmap", "gateway-config"]],
    ["takes our labels from", ["label", "configmap", "gateway-config", "veltrix.dev/service-", "veltrix.dev/environment-"]],
    ["moves to another environment", ["label", "--overwrite", "configmap", "gateway-config", "veltrix.dev/environment=dev"]],
    ["deletes by its label", ["delete", "configmap", "--selector=veltrix.dev/service=gateway"]],
    ["makes what is called like", ["create", "configmap", "frozen-config-0123456789"]],
  ])("refuses a stranger who %s an object of Veltrix", (_what, args) => {
    expectRefused(stranger(...args), "only deployers change what Veltrix delivers");
  });

  it("lets strangers do what they like with their own objects, and deployers by their group with ours", () => {
    expectOk(stranger("create", "configmap", "other", "--from-literal=PORT=x"));
    expectOk(stranger("label", "configmap", "other", "veltrix.dev/note=x"));
    expectOk(stranger("delete", "configmap", "other"));
    const as = ["--as=jane", "--as-group=release-managers", "--as-group=system:authenticated"];
    expectOk(admin("annotate", "configmap", "gateway-config", "note=x", ...as));
    expectOk(admin("annotate", "configmap", "gateway-config", "note-", ...as));
  });

  it.each([
    ["a label", ["label", "configmap", "gateway-config", "veltrix.dev/service-"], "has the labels veltrix.dev/service"],
    ["an annotation", ["annotate", "configmap", "gateway-config", "veltrix.dev/fingerprint-"], "has the annotations veltrix.dev/contract"],
    ["its own service", ["label", "--overwrite", "configmap", "gateway-config", "veltrix.dev/service=x"], "is not the service whose name"],
  ])("refuses an object without %s, even from a deployer", (_what, args, why) => {
    expectRefused(admin(...args), why);
  });

  it.each([
    ["PORT", "8883x", "PORT is not an integer"],
    ["PORT", "8_883", "PORT is not an integer"],
    ["TLS", "yes", "TLS is not true or false"],
    ["LISTEN", "65536", "LISTEN is not a port from 1 to 65535"],
    ["TOPICS", "a,b", "TOPICS is not a JSON list"],
  ])("refuses %s=%s as a variable, even from a deployer", (name, text, why) => {
    expectRefused(admin("patch", "configmap", "gateway-env", "-p", JSON.stringify({ data: { [name]: text } })), `gateway-env: ${why}`);
  });

  it("lets the control plane clean up, and no other part of it", () => {
    const deleteAs = (account: string): Said =>
      admin(
        "delete",
        "configmap",
        "gateway-env",
        "--dry-run=server",
        `--as=system:serviceaccount:kube-system:${account}`,
        "--as-group=system:masters",
      );
    expectOk(deleteAs("namespace-controller"));
    expectOk(deleteAs("generic-garbage-collector"));
    expectRefused(deleteAs("deployment-controller"), "only deployers");
  });

  it("lets an operator keep its finalizers on an ExternalSecret, and nothing else of it", () => {
    const patch = (change: object): Said =>
      stranger("patch", "externalsecret", "gateway-broker", "--type=merge", "-p", JSON.stringify(change));
    expectOk(patch({ metadata: { finalizers: ["external-secrets.io/cleanup"] } }));
    expectRefused(patch({ spec: { refreshInterval: "1s" } }), "only deployers");
    expectRefused(patch({ metadata: { annotations: { "force-sync": "1" } } }), "only deployers");
    expectRefused(stranger("delete", "externalsecret", "gateway-broker"), "only deployers");
    expectOk(patch({ metadata: { finalizers: null } }));
  });

  it("with mode warn only warns", async () => {
    applyPolicy("warn");
    const note = ["annotate", "configmap", "gateway-config", "note=x", "--overwrite", "--dry-run=server"];
    const warning = /^Warning: Validation failed for ValidatingAdmissionPolicy 'veltrix\.prod\.iot'/;
    await until(
      () => stranger(...note),
      ({ status, stderr }) => status === 0 && warning.test(stderr),
    );
    expect(stranger(...note).stderr).toMatch(warning);
    applyPolicy("deny");
    await until(() => stranger(...note), isRefused);
  });

  it("helm installs the chart as a deployer, upgrades it and back, and keeps immutable objects", () => {
    const helm = (...args: readonly string[]): void => {
      const said = cluster.tryHelm([...inNamespace, ...args]);
      expect([args, said.status, said.stderr]).toEqual([args, 0, ""]);
    };
    const names = (): readonly string[] =>
      admin("get", "configmap", "--selector=veltrix.dev/service=frozen", "--output=name").stdout.trim().split("\n").sort();
    expectOk(admin("delete", "configmap,externalsecret", "--selector=veltrix.dev/service=frozen"));
    helm("install", "frozen", at("deny/frozen/chart"), "--set", "environment=prod");
    const service = models.deny.services.find(({ id }) => id === "frozen");
    const config = service?.configs[0];
    const [expected] = service === undefined || config === undefined ? [] : objectsFor(service, config);
    const live: unknown = JSON.parse(admin("get", "configmap", expected?.metadata.name ?? "", "--output=json").stdout);
    expect(live).toMatchObject({ immutable: true, data: expected?.data });
    const first = names();
    expect(first).toHaveLength(2);
    helm("upgrade", "frozen", at("next/frozen/chart"), "--set", "environment=prod");
    const both = names();
    expect(both).toHaveLength(4);
    expect(both).toEqual(expect.arrayContaining([...first]));
    // The way back that Helm has for kept objects: the older chart is one more upgrade.
    helm("upgrade", "frozen", at("deny/frozen/chart"), "--set", "environment=prod");
    expect(names()).toEqual(both);
    // `helm rollback` does not adopt what it kept, until it failed once.
    const rollback = (): Said => cluster.tryHelm([...inNamespace, "rollback", "frozen", "2"]);
    expect(rollback().stderr).toContain("not found");
    expect(rollback().status).toBe(0);
    // What was pruned it makes anew from the text that the release holds: its history holds no object.
    expectOk(admin("delete", ...first));
    helm("rollback", "frozen", "1");
    expect(names()).toEqual(both);
    helm("uninstall", "frozen");
    expect(names()).toEqual(both);
  });

  it("guards a thousand and a half services with one policy", async () => {
    const one = models.deny.services.find(({ id }) => id === "gateway");
    if (one === undefined) throw new Error("the model has a gateway");
    const services = Array.from({ length: 1_500 }, (_, index) => ({ ...one, id: `some-service-with-a-long-name-${index}` }));
    const environment = { name: "many", namespace: "many", production: false, policy: one.configs[0]?.environment.policy };
    const settings = { ...models.deny.settings, environments: [environment as Model["settings"]["environments"][number]] };
    const [file] = renderAdmission({ ...models.deny, services, settings });
    expectOk(admin("create", "namespace", "many"));
    // Too large to be stored a second time in an annotation.
    expectOk(cluster.tryKubectl(["apply", "--server-side", "-f", "-"], { input: file?.contents ?? "" }));
    const create = (name: string): Said =>
      cluster.tryKubectl(["--namespace", "many", "create", "configmap", name, "--dry-run=server"], { kubeconfig: strangers });
    await until(() => create("some-service-with-a-long-name-0-config"), isRefused);
    for (const name of ["0-env", "999-config", "1499-env"]) {
      const { status, stderr } = create(`some-service-with-a-long-name-${name}`);
      expect([status, stderr]).toEqual([1, expect.stringContaining("only deployers")]);
    }
    for (const name of ["some-service-with-a-long-name-1500-config", "other-config", "some-service-with-a-long-name-0"])
      expectOk(create(name));
  });

  it("takes the chart's objects by server-side apply, every field known", () => {
    const { stdout, stderr } = cluster.tryHelm(["template", "gateway", at("deny/gateway/chart"), "--set", "environment=prod"]);
    expect(stderr).toBe("");
    const args = [...inNamespace, "apply", "--server-side", "--force-conflicts", "--validate=strict", "-f", "-"];
    expectOk(cluster.tryKubectl(args, { input: stdout }));
  });
});
