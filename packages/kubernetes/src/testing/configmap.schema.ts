// The strict form of a ConfigMap: what the API server checks, and no member that it would drop in silence.
import { Ajv2020 } from "ajv/dist/2020.js";

const subdomain = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const label = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
const qualifiedName = "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["apiVersion", "kind", "metadata", "data"],
  properties: {
    apiVersion: { const: "v1" },
    kind: { const: "ConfigMap" },
    metadata: {
      type: "object",
      additionalProperties: false,
      required: ["name", "namespace", "labels", "annotations"],
      properties: {
        name: { type: "string", pattern: subdomain, maxLength: 253 },
        namespace: { type: "string", pattern: label, maxLength: 63 },
        labels: {
          type: "object",
          propertyNames: { pattern: qualifiedName },
          additionalProperties: { type: "string", maxLength: 63, pattern: "^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$" },
        },
        annotations: {
          type: "object",
          propertyNames: { pattern: qualifiedName },
          additionalProperties: { type: "string" },
          maxBytes: 262_144,
        },
      },
    },
    immutable: { type: "boolean" },
    data: {
      type: "object",
      propertyNames: { pattern: "^(?!\\.\\.)(?!\\.$)[-._a-zA-Z0-9]+$", maxLength: 253 },
      additionalProperties: { type: "string" },
      maxBytes: 1_048_576,
    },
  },
};

const ajv = new Ajv2020({ allErrors: true, ownProperties: true });
// JSON Schema counts characters; Kubernetes counts the bytes of all values together.
ajv.addKeyword({
  keyword: "maxBytes",
  type: "object",
  schemaType: "number",
  validate: (limit: number, texts: object) => Object.values(texts).reduce((sum, text) => sum + Buffer.byteLength(String(text)), 0) <= limit,
});
const validate = ajv.compile(schema);

/** What is wrong with `object` as a ConfigMap: `<pointer> <keyword>` each. */
export function faultsOfConfigMap(object: unknown): readonly string[] {
  return validate(object) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);
}
