// A small platform to deploy: a gateway with a secret, variables and hot keys, and a router without any.
import { compile, MemoryHost, type Model } from "@veltrix/compiler";
import { listObjects, podNamesOf, podPartsFor, serviceObjects, outputsOf } from "@veltrix/kubernetes";

/** A workspace's files by path. */
export type Files = { readonly [path: string]: string };

const gateway = {
  "x-veltrix": { version: "1.0.0", workload: { kind: "Deployment", name: "gateway" } },
  type: "object",
  additionalProperties: false,
  required: ["mqtt", "http", "limits"],
  properties: {
    mqtt: {
      type: "object",
      additionalProperties: false,
      required: ["host", "keepAlive", "password"],
      properties: {
        host: { type: "string" },
        keepAlive: { type: "string", "x-type": "duration" },
        password: { type: "string", "x-secret": true },
        qos: { type: "integer" },
      },
    },
    http: {
      type: "object",
      additionalProperties: false,
      required: ["port"],
      properties: { port: { type: "integer", "x-env": "HTTP_PORT" }, path: { type: "string", "x-env": "HTTP_PATH" } },
    },
    limits: { type: "object", additionalProperties: false, "x-reload": "hot", properties: { burst: { type: "integer" } } },
    tags: { type: "array", items: { type: "string" } },
  },
};

const router = {
  "x-veltrix": { version: "1.0.0" },
  type: "object",
  additionalProperties: false,
  required: ["topic"],
  properties: { topic: { type: "string" }, retries: { type: "integer" } },
};

/** The platform with one environment of its own: tests share a server, and objects carry the environment's name. */
export const platformIn = (environment: string, namespace: string): Files => ({
  "schemas/veltrix.yaml": `environments:\n  local: {}\n  ${environment}: { namespace: ${namespace} }\n`,
  "schemas/gateway/config.schema.json": JSON.stringify(gateway, undefined, 2),
  "schemas/gateway/values/base.yaml":
    "mqtt:\n  host: broker.iot\n  keepAlive: 30s\n  qos: 1\n  password: !secret mqtt/password\nhttp:\n  port: 8080\n  path: /v1\nlimits:\n  burst: 100\ntags: [edge, mqtt]\n",
  "schemas/router/config.schema.json": JSON.stringify(router, undefined, 2),
  "schemas/router/values/base.yaml": "topic: telemetry\nretries: 3\n",
});

/** The model of a workspace. @throws when it does not compile. */
export function modelOf(files: Files): Model {
  const { model, diagnostics } = compile(new MemoryHost(files));
  if (model === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return model;
}

/** Every object that is delivered to `environment`. */
export function objectsOf(model: Model, environment: string): readonly object[] {
  return model.services.flatMap((service) =>
    service.configs
      .filter((config) => config.environment.name === environment)
      .flatMap((config): readonly object[] => {
        const objects = serviceObjects(service, config, outputsOf(model));
        return objects === undefined ? [] : listObjects(objects);
      }),
  );
}

/** A Deployment of the team's own with our parts in it. */
export function deploymentOf(model: Model, id: string, environment: string): Manifest {
  const service = model.services.find((candidate) => candidate.id === id);
  const config = service?.configs.find((candidate) => candidate.environment.name === environment);
  const objects = service === undefined || config === undefined ? undefined : serviceObjects(service, config, outputsOf(model));
  if (service === undefined || config === undefined || objects === undefined) throw new Error(`${id} is not delivered to ${environment}`);
  const { annotations, volumes, volumeMounts, env } = podPartsFor(config, objects, podNamesOf(model, service));
  const labels = { app: id };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: id, namespace: objects.config.metadata.namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations }, spec: { containers: [{ name: id, image: `${id}:1`, env, volumeMounts }], volumes } },
    },
  };
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly replicas: number;
    readonly selector: object;
    readonly template: { readonly metadata: object; readonly spec: object };
  };
}
