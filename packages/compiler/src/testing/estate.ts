// A workspace of five services in three environments, in memory: open and closed objects, maps, lists, references, secrets and rules.

const SERVICES = ["billing", "catalog", "gateway", "ledger", "search"];

/** Every file, by path. */
export const estateFiles: { readonly [path: string]: string } = Object.fromEntries([
  [
    "schemas/veltrix.yaml",
    `environments:
  dev: { namespace: estate-dev }
  staging: { namespace: estate-staging }
  prod: { namespace: estate, production: true }
secrets:
${SERVICES.map((id) => `  ${id}-database: [user, password]\n  ${id}-api: [token]\n`).join("")}`,
  ],
  ...SERVICES.flatMap((id, index) => filesOf(id, SERVICES[index - 1])),
]);

function filesOf(id: string, provider: string | undefined): readonly (readonly [string, string])[] {
  const text = { type: "string" };
  const count = { type: "integer", minimum: 1 };
  const secret = { type: "string", "x-secret": true };
  const closed = (properties: object, more: object = {}): object => ({ type: "object", additionalProperties: false, properties, ...more });
  const endpoint = closed({ hostname: text, region: text, timeoutSeconds: count }, { "x-exported": true });
  const contract = {
    "x-veltrix": { version: "1.0.0", ...(provider === undefined ? {} : { dependsOn: { [provider]: "^1.0.0" } }) },
    type: "object",
    required: ["endpoint", "database"],
    properties: {
      endpoint,
      upstream: endpoint,
      database: closed(
        { address: text, user: secret, password: secret, poolMinimum: count, poolMaximum: count },
        { "x-kubernetes-validations": [{ rule: "self.poolMinimum <= self.poolMaximum", message: "the pool has no room" }] },
      ),
      api: closed({ token: secret, allowed: { type: "array", items: text } }),
      features: { type: "object", properties: { audit: closed({ enabled: { type: "boolean" }, destination: text }) } },
      limits: { type: "object", additionalProperties: count },
    },
  };
  const base = `endpoint: { hostname: ${id}.internal, region: eu-central, timeoutSeconds: 5 }
${provider === undefined ? "" : `upstream: !ref ${provider}#/endpoint\n`}database:
  address: ${id}-db:5432
  user: !secret ${id}-database/user
  password: !secret ${id}-database/password
  poolMinimum: 2
  poolMaximum: 10
api: { token: !secret ${id}-api/token, allowed: [reader, writer] }
features: { audit: { enabled: true, destination: ${id}-audit }, sampling: { interval: 30, sink: ${id}-samples } }
limits: { requests: 100, connections: 50 }
`;
  const prod = `endpoint: { region: eu-west }
${provider === undefined ? "" : "upstream: { timeoutSeconds: 9 }\n"}database: { poolMaximum: 40 }
features: { sampling: { interval: 60 } }
limits: { requests: 1000 }
`;
  return [
    [`schemas/${id}/config.schema.json`, JSON.stringify(contract)],
    [`schemas/${id}/values/base.yaml`, base],
    [`schemas/${id}/values/staging.yaml`, `limits: { requests: 500 }\n`],
    [`schemas/${id}/values/prod.yaml`, prod],
  ];
}
