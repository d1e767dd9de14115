// A small workspace with two workloads, and their manifests: what is patched, and what it is patched into.

/** A contract of these keys, for this workload. */
export const contract = (workload: object | undefined, properties: object): string =>
  JSON.stringify({
    "x-veltrix": { version: "1.0.0", ...(workload === undefined ? {} : { workload }) },
    type: "object",
    additionalProperties: false,
    properties,
  });

/** Two services with a workload, and one without. */
export const workloads: { readonly [path: string]: string } = {
  "schemas/veltrix.yaml": "environments:\n  local: {}\n  dev: { namespace: iot-dev }\n  prod: { namespace: iot }\n",
  "schemas/gateway/config.schema.json": contract(
    { kind: "Deployment", name: "gateway" },
    { port: { type: "integer", "x-env": "PORT" }, password: { type: "string", "x-secret": true } },
  ),
  "schemas/gateway/values/base.yaml": "port: 8883\npassword: !secret mqtt/password\n",
  "schemas/router/config.schema.json": contract({ kind: "StatefulSet", name: "router" }, { topic: { type: "string" } }),
  "schemas/router/values/base.yaml": "topic: a\n",
  "schemas/tool/config.schema.json": contract(undefined, { topic: { type: "string" } }),
  "schemas/tool/values/base.yaml": "topic: a\n",
};

/** The workload of `gateway`, with comments and blanks. */
export const gateway: string = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
spec:
  template:
    spec:
      containers:
        - name: gateway # ours
          image: "gateway:1"   # three spaces

          env: [] # none yet
      # the end
`;
/** The same of `router`. */
export const router: string = gateway.replaceAll("gateway", "router").replace("Deployment", "StatefulSet");
