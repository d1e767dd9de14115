// The shared fragments that every contract references.

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** File name below schemas/shared to schema. */
export const fragments: { readonly [file: string]: object } = {
  "network.schema.json": {
    $schema: DIALECT,
    title: "Addresses and ports",
    $defs: {
      host: { description: "Host name under which others reach the listener.", type: "string", format: "hostname", maxLength: 253 },
      bindAddress: { description: "IPv4 address of the interface to listen on.", type: "string", format: "ipv4" },
      port: { description: "TCP port above the privileged ones.", type: "integer", minimum: 1024, maximum: 65535 },
    },
  },
  "topics.schema.json": {
    $schema: DIALECT,
    title: "Topics",
    $defs: {
      topic: { description: "Topic to publish to: no wildcards.", type: "string", pattern: "^[a-z0-9-]+(/[a-z0-9-]+)*$", maxLength: 128 },
      qos: { description: "Quality of service: 0 at most once, 1 at least once, 2 exactly once.", type: "integer", enum: [0, 1, 2] },
    },
  },
  "logging.schema.json": closed("Logging", "What the service writes about itself.", {
    level: { description: "Least important level that is written.", type: "string", enum: ["debug", "info", "warn", "error"] },
    format: { description: "One JSON object per line, or text for people.", type: "string", enum: ["json", "text"] },
  }),
  "health.schema.json": closed("Health endpoint", "Where the cluster asks whether the service is ready.", {
    bind: { $ref: "network.schema.json#/$defs/bindAddress" },
    port: { $ref: "network.schema.json#/$defs/port", "x-env": "HEALTH_PORT" },
    path: { description: "Path that answers 200 when the service is ready.", type: "string", pattern: "^/[a-z0-9/-]*$" },
  }),
  "tls.schema.json": closed("TLS", "TLS of a client: whom it trusts.", {
    serverName: { description: "Name that the server's certificate must carry.", $ref: "network.schema.json#/$defs/host" },
    minVersion: { description: "Oldest TLS version that is spoken.", type: "string", enum: ["TLSv1.2", "TLSv1.3"] },
  }),
  "mqtt-client.schema.json": {
    ...closed("MQTT client", "Connection to the broker.", {
      host: { description: "Host name of the broker.", $ref: "network.schema.json#/$defs/host", "x-env": "MQTT_HOST" },
      port: { description: "Port of the broker.", $ref: "network.schema.json#/$defs/port", "x-env": "MQTT_PORT" },
      clientId: {
        description: "Client id of this service.",
        type: "string",
        pattern: "^[a-z][a-z0-9-]{2,62}$",
        "x-env": "MQTT_CLIENT_ID",
      },
      username: { description: "Account of this service at the broker.", type: "string", minLength: 3, maxLength: 64 },
      password: { description: "Password of the account.", type: "string", minLength: 12, maxLength: 128, "x-secret": true },
      keepAlive: { description: "Time between two pings on an idle connection.", type: "string", "x-type": "duration" },
      qos: { $ref: "topics.schema.json#/$defs/qos" },
      tls: { $ref: "tls.schema.json", "x-required-in": ["staging", "prod"] },
    }),
    required: ["host", "port", "clientId", "username", "password", "keepAlive", "qos"],
  },
  "database.schema.json": closed("Database", "Connection to the database.", {
    host: { description: "Host name of the database.", $ref: "network.schema.json#/$defs/host", "x-env": "DATABASE_HOST" },
    port: { description: "Port of the database.", $ref: "network.schema.json#/$defs/port", "x-env": "DATABASE_PORT" },
    name: { description: "Name of the database.", type: "string", pattern: "^[a-z][a-z0-9_]{0,62}$" },
    username: { description: "Account of this service.", type: "string", minLength: 3, maxLength: 63 },
    password: { description: "Password of the account.", type: "string", minLength: 12, maxLength: 128, "x-secret": true },
    poolSize: { description: "Connections that are kept open.", type: "integer", minimum: 1, maximum: 200 },
  }),
};

/** A closed object schema that requires all its properties. */
export function closed(title: string, description: string, properties: { readonly [key: string]: object }): object {
  return { $schema: DIALECT, title, ...closedObject(description, properties) };
}

/** The same for an object inside a contract. */
export function closedObject(description: string, properties: { readonly [key: string]: object }): object {
  return { description, type: "object", additionalProperties: false, required: Object.keys(properties), properties };
}
