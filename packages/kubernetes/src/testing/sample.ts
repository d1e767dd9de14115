// A small workspace, compiled by the real compiler, and the helpers that tests share.
import { compile, MemoryHost, type Model, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { fingerprintConfig, hashBytes } from "@veltrix/protocol/fingerprint";
import { kubernetesOptions } from "../options.ts";
import { type JsonObject, renderDelivered } from "@veltrix/protocol";

const contract = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  "x-veltrix": { version: "1.2.0", owner: "team-edge", workload: { kind: "Deployment", name: "gateway" } },
  type: "object",
  additionalProperties: false,
  required: ["host", "port", "flag", "text", "password"],
  properties: {
    host: { type: "string", "x-env": "NO" },
    port: { type: "integer", "x-env": "PORT" },
    flag: { type: "boolean", "x-env": "FLAG" },
    tags: { type: "array", items: { type: "string" }, "x-env": "TAGS" },
    absent: { type: "string", "x-env": "ABSENT" },
    text: { type: "string", contentMediaType: "text/plain" },
    limit: { type: "integer", "x-reload": "hot" },
    password: { type: "string", "x-secret": true },
    token: { type: "string", "x-secret": true },
  },
};

/** Files of the sample workspace. */
export const sampleFiles: { readonly [path: string]: string } = {
  "schemas/veltrix.yaml":
    "environments:\n  local: {}\n  dev: { namespace: iot-dev }\n  prod: { namespace: iot, production: true, policy: { onDrift: refuse } }\n",
  "schemas/gateway/config.schema.json": JSON.stringify(contract),
  "schemas/gateway/values/base.yaml":
    'host: broker.example\nport: 8883\nflag: true\ntags: [a, "b c"]\ntext: "{{ .Values.x }}"\nlimit: 5\npassword: !secret mqtt-credentials/password\ntoken: !secret api.tokens/main\n',
};

/** The model of `files`; throws with every diagnostic where there is an error. */
export function compileFiles(files: { readonly [path: string]: string }): Model {
  const { model, diagnostics } = compile(new MemoryHost(files), { emitters: [kubernetesOptions] });
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return model;
}

/** The sample with changed members of its contract. */
export function compileContract(
  change: (draft: typeof contract & JsonObject) => JsonObject,
  files: { readonly [path: string]: string } = {},
): Model {
  return compileFiles({
    ...sampleFiles,
    "schemas/gateway/config.schema.json": JSON.stringify(change(structuredClone(contract))),
    ...files,
  });
}

/** The service and config of `environment` in a model of one service. */
export function only(model: Model, environment: string): { readonly service: Service; readonly config: ResolvedConfig } {
  const service = model.services[0];
  const config = service?.configs.find((candidate) => candidate.environment.name === environment);
  if (service === undefined || config === undefined) throw new Error(`the model has no service in ${environment}`);
  return { service, config };
}

/** `config` with another value, text and hashes to match: for what the compiler itself refuses earlier. */
export function withValue(config: ResolvedConfig, value: JsonObject): ResolvedConfig {
  const text = renderDelivered(value);
  return { ...config, value, text, bytes: hashBytes(text), fingerprints: fingerprintConfig(value, { secrets: config.secrets }) };
}

/** `model` with its first service changed. */
export function withService(model: Model, change: (service: Service) => Service): Model {
  return { ...model, services: model.services.map((service, index) => (index === 0 ? change(service) : service)) };
}
