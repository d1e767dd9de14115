// A secret with `x-env`: pods are told where it is, per environment, and nothing that is written says more.
import { emitAll, type Model } from "@veltrix/compiler";
import { describe, expect, it } from "vitest";
import { kubernetesEmitter } from "../emitter/emitter.ts";
import { outputsOf } from "../options.ts";
import { serviceObjects } from "./service-objects.ts";
import { podNamesOf, podPartsFor } from "../pod/pod-parts.ts";
import { compileContract, only, sampleFiles } from "../testing/sample.ts";
import { variablesByKind } from "../admission/variable-kinds.ts";
import { checkWorkloads } from "../emitter/manifests/check.ts";

const EXTERNAL = "outputs: { externalSecrets: { store: { name: vault, kind: SecretStore }, refreshInterval: 1h } }\n";
const SETTINGS = sampleFiles["schemas/veltrix.yaml"] ?? "";

interface Changes {
  /** More of veltrix.yaml. */
  readonly settings?: string;
  /** A layer of values. */
  readonly dev?: string;
  /** Variable of the second secret. */
  readonly token?: string;
  readonly files?: { readonly [path: string]: string };
}

/** The sample with variables for its secrets. */
function sample({ settings = "", dev = "", token = "TOKEN", files = {} }: Changes = {}): Model {
  return compileContract(
    ({ properties, ...contract }) => ({
      ...contract,
      properties: {
        ...properties,
        password: { ...properties.password, "x-env": "PASSWORD" },
        token: { ...properties.token, "x-env": token },
      },
    }),
    { "schemas/veltrix.yaml": SETTINGS + settings, "schemas/gateway/values/dev.yaml": dev, ...files },
  );
}

function podsIn(model: Model, environment: string): ReturnType<typeof podPartsFor> {
  const { service, config } = only(model, environment);
  const objects = serviceObjects(service, config, outputsOf(model));
  if (objects === undefined) throw new Error(`${environment} has no namespace`);
  return podPartsFor(config, objects, podNamesOf(model, service));
}

const reference = (variable: string, name: string, key: string): object => ({
  name: variable,
  valueFrom: { secretKeyRef: { name, key, optional: false } },
});

describe("a secret with x-env", () => {
  it("becomes a reference in env, beside the mount and the other variables", () => {
    const { env, volumes } = podsIn(sample(), "prod");
    expect(env.slice(-3)).toEqual([
      { name: "TAGS", valueFrom: { configMapKeyRef: { name: "gateway-env", key: "TAGS", optional: false } } },
      reference("PASSWORD", "mqtt-credentials", "password"),
      reference("TOKEN", "api.tokens", "main"),
    ]);
    expect(volumes[1]).toMatchObject({ name: "veltrix-secrets", projected: { sources: [{}, {}] } });
  });

  it("follows the reference of each environment, and is absent where there is none", () => {
    const model = sample({ dev: "password: !secret elsewhere/pass\n" });
    expect(podsIn(model, "dev").env).toContainEqual(reference("PASSWORD", "elsewhere", "pass"));
    const { "schemas/gateway/values/base.yaml": base = "" } = sampleFiles;
    const without = compileContract(
      ({ properties, ...contract }) => ({
        ...contract,
        properties: { ...properties, token: { ...properties.token, "x-env": "TOKEN" } },
      }),
      {
        "schemas/gateway/values/base.yaml": base.replace(/token: .*\n/, ""),
        "schemas/gateway/values/prod.yaml": "token: !secret api.tokens/main\n",
      },
    );
    expect(podsIn(without, "prod").env).toContainEqual(reference("TOKEN", "api.tokens", "main"));
    expect(JSON.stringify(podsIn(without, "dev").env)).not.toContain("TOKEN");
  });

  it("takes the service's own Secret where an ExternalSecret makes it", () => {
    const model = sample({ settings: EXTERNAL });
    const { env } = podsIn(model, "prod");
    expect(env).toContainEqual(reference("PASSWORD", "gateway-mqtt-credentials", "password"));
    expect(env).toContainEqual(reference("TOKEN", "gateway-api.tokens", "main"));
  });

  it("M4: is in no ConfigMap, in no policy, and everywhere by reference only", async () => {
    const model = sample({ settings: 'outputs: { admission: { mode: deny, deployers: ["a"] } }\n' });
    const { files, diagnostics } = await emitAll(kubernetesEmitter, model);
    expect(diagnostics).toEqual([]);
    const naming = files.filter(({ contents }) => /\b(PASSWORD|TOKEN)\b/.test(contents)).map(({ path }) => path);
    expect(naming.toSorted()).toEqual([
      "gateway/chart/templates/_helpers.tpl",
      "gateway/k8s/dev/component/patch.yaml",
      "gateway/k8s/prod/component/patch.yaml",
    ]);
    expect(JSON.stringify(variablesByKind(model).map(([, byService]) => [...byService]))).not.toMatch(/PASSWORD|TOKEN/);
    for (const { config, service } of ["dev", "prod"].map((environment) => only(model, environment)))
      expect(Object.keys(serviceObjects(service, config, {})?.variables?.data ?? {})).toEqual(["FLAG", "NO", "PORT", "TAGS"]);
  });

  it.each(["", EXTERNAL])("is known to the check of the team's own manifests (%s)", (settings) => {
    const { env, volumes, annotations } = podsIn(sample({ settings }), "prod");
    const problems = (entries: unknown): readonly string[] => {
      const spec = { containers: [{ name: "gateway", image: "a:1", env: entries }], volumes };
      const workload = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "gateway", namespace: "iot" } };
      const manifest = { ...workload, spec: { template: { metadata: { annotations }, spec } } };
      const files = { "schemas/veltrix.yaml": `${SETTINGS}${settings}workloads: ["deploy/*.json"]\n` };
      return checkWorkloads(sample({ files: { ...files, "deploy/a.json": JSON.stringify(manifest) } })).map(({ code }) => code);
    };
    expect(problems(env)).toEqual([]);
    const slip = JSON.parse(JSON.stringify(env).replace('"key":"password"', '"key":"pasword"')) as unknown;
    expect(problems(slip)).toEqual(["VX3011"]);
  });

  it("gives no `<service>-env` where it is the only variable", () => {
    const model = compileContract(
      ({ properties, ...contract }) => ({
        ...contract,
        required: ["password"],
        properties: { password: { ...properties.password, "x-env": "PASSWORD" } },
      }),
      { "schemas/gateway/values/base.yaml": "password: !secret mqtt-credentials/password\n" },
    );
    const { service, config } = only(model, "prod");
    expect(serviceObjects(service, config, {})?.variables).toBeUndefined();
    expect(podsIn(model, "prod").env.slice(-1)).toEqual([reference("PASSWORD", "mqtt-credentials", "password")]);
  });

  it("reports VX4001 where a value and a secret have one variable", async () => {
    const { diagnostics } = await emitAll(kubernetesEmitter, sample({ token: "PORT" }));
    expect(diagnostics).toMatchObject([{ code: "VX4001", key: "/token" }]);
  });
});
