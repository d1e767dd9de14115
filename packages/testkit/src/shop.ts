// A small workspace with one of everything: a reference, a secret, a variable, a hot key, a default, two layers.
const dialect = "https://json-schema.org/draft/2020-12/schema";

const catalog = {
  $schema: dialect,
  "x-veltrix": { version: "1.2.0" },
  type: "object",
  additionalProperties: false,
  required: ["endpoint"],
  properties: {
    endpoint: {
      type: "object",
      additionalProperties: false,
      required: ["host", "port"],
      properties: {
        host: { type: "string", description: "Where others reach the catalog.", "x-exported": true },
        port: { type: "integer" },
      },
    },
  },
};

const checkout = {
  $schema: dialect,
  "x-veltrix": { version: "0.3.0", dependsOn: { catalog: "^1.0.0" } },
  type: "object",
  additionalProperties: false,
  required: ["http", "catalog", "database", "logging"],
  properties: {
    http: {
      type: "object",
      additionalProperties: false,
      required: ["port"],
      properties: {
        port: { type: "integer", minimum: 1024, maximum: 65535, description: "Port of the checkout.", "x-env": "HTTP_PORT" },
        retries: { type: "integer", default: 3 },
      },
    },
    catalog: { type: "object", additionalProperties: false, required: ["host"], properties: { host: { type: "string" } } },
    database: {
      type: "object",
      additionalProperties: false,
      required: ["password"],
      properties: { password: { type: "string", "x-secret": true } },
    },
    logging: {
      type: "object",
      "x-reload": "hot",
      additionalProperties: false,
      required: ["level"],
      properties: { level: { type: "string", enum: ["debug", "info", "warn", "error"] } },
    },
  },
};

/** Two services, two environments. `catalog` provides a host that `checkout` refers to. */
export const shop: { readonly [path: string]: string } = {
  "schemas/veltrix.yaml": "environments:\n  dev: { namespace: shop-dev }\n  prod: { namespace: shop, production: true }\n",
  "schemas/catalog/config.schema.json": `${JSON.stringify(catalog, undefined, 2)}\n`,
  "schemas/catalog/values/base.yaml": "endpoint:\n  host: catalog.dev.example\n  port: 80\n",
  "schemas/catalog/values/prod.yaml": "endpoint:\n  host: catalog.example\n",
  "schemas/checkout/config.schema.json": `${JSON.stringify(checkout, undefined, 2)}\n`,
  "schemas/checkout/values/base.yaml":
    "http:\n  port: 8080\ncatalog:\n  host: !ref catalog#/endpoint/host\ndatabase:\n  password: !secret shop-db/password\nlogging:\n  level: info\n",
  "schemas/checkout/values/prod.yaml": "http:\n  port: 9090\n  retries: 5\nlogging:\n  level: warn\n",
};
