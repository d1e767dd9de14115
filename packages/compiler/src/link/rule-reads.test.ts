import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

const port = { type: "integer" };
const closed = (properties: object, more: object = {}): object => ({ type: "object", additionalProperties: false, properties, ...more });

/** The problems of a service whose key `pool` has this schema, with a rule. */
function problemsOf(schema: object, rule: string, pool: object = {}): readonly string[] {
  const contract = {
    "x-veltrix": { version: "1.0.0" },
    ...closed({ pool: { ...schema, "x-kubernetes-validations": [{ rule }] } }),
  };
  const { diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {} }\n",
      "schemas/orders/config.schema.json": JSON.stringify(contract),
      "schemas/orders/values/base.yaml": JSON.stringify({ pool }),
    }),
  );
  return diagnostics.map(({ code, message, hint }) => `${code} ${message}; ${hint}`);
}

const unknown = (path: string, hint: string): readonly string[] => [
  `VX1108 \`x-kubernetes-validations\` has a rule that reads \`self.${path}\`, which the contract does not have; ${hint}`,
];

describe("what a rule in CEL reads", () => {
  it.each([
    ["self.prot > 0", unknown("prot", "did you mean `port`?")],
    ["!has(self.prot) || self.port > 0", unknown("prot", "did you mean `port`?")],
    ["self.tls.zzzz == ''", unknown("tls.zzzz", "declare `zzzz` in the contract, or correct the rule")],
    ["!has(self.tls) || self.tls.cart.size() > 0", unknown("tls.cart", "did you mean `cert`?")],
  ])("reports VX1108 for %s", (rule, problems) => {
    expect(problemsOf(closed({ port, tls: closed({ cert: { type: "string" } }) }), rule, { port: 1 })).toEqual(problems);
  });

  it.each([
    ["self.port > 0", closed({ port })],
    ["self.hosts.size() == 1", closed({ port, hosts: { type: "array", items: { type: "string" } } })],
    ["self.hosts.all(host, host.name != '')", closed({ port, hosts: { type: "array" } })],
    ["!has(self.prot) || self.prot > 0", { type: "object", properties: { port } }],
    ["!has(self.prot) || self.prot > 0", closed({ port }, { patternProperties: { "^p": port } })],
    [
      "!has(self.prot) || self.prot > 0",
      { type: "object", properties: { port }, allOf: [{ properties: { prot: port } }], unevaluatedProperties: false },
    ],
  ])("takes %s where the key may be there", (rule, schema) => {
    expect(
      problemsOf(schema, rule, { port: 1, ...("hosts" in (schema as { properties: object }).properties ? { hosts: ["a"] } : {}) }).filter(
        (problem) => problem.startsWith("VX1108"),
      ),
    ).toEqual([]);
  });

  it("reports VX2020 with the rule to write when an optional key has no value", () => {
    expect(problemsOf(closed({ port, idle: port }), "self.idle > self.port", { port: 1 })).toEqual([
      "VX2020 orders in dev: /pool: it reads `idle`, which has no value here; write the value, or let the rule pass without it: `!has(self.idle) || (self.idle > self.port)`",
    ]);
  });
});
