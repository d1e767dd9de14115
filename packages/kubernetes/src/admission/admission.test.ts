import { emitAll, type Model } from "@veltrix/compiler";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { admissionFor, renderAdmission } from "./admission.ts";
import { kubernetesEmitter } from "../emitter/emitter.ts";
import { compileContract, compileFiles, sampleFiles } from "../testing/sample.ts";
import { variableKinds, variablesByKind } from "./variable-kinds.ts";
import { variablesOf } from "../objects/variables.ts";

function settings(admission: string): { readonly [path: string]: string } {
  return { "schemas/veltrix.yaml": `${sampleFiles["schemas/veltrix.yaml"]}outputs: { admission: ${admission} }\n` };
}

interface Policy {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly matchConstraints: unknown;
    readonly matchConditions: readonly { readonly expression: string }[];
    readonly variables: readonly { readonly name: string; readonly expression: string }[];
    readonly validations: readonly { readonly expression: string; readonly message?: string; readonly messageExpression?: string }[];
    readonly policyName: string;
    readonly validationActions: readonly string[];
  };
}

/** The policy and the binding of dev, as they stand in the file. */
function policyOf(model: Model): readonly [Policy, Policy] {
  const file = renderAdmission(model).find(({ path }) => path === "cluster/dev/admission.yaml");
  const [policy, binding, ...others] = parseAllDocuments(file?.contents ?? "", { version: "1.1" }).map((each) => each.toJS() as Policy);
  if (policy === undefined || binding === undefined) throw new Error("the file holds two objects");
  expect(others).toEqual([]);
  const environment = model.settings.environments.find(({ name }) => name === "dev");
  expect([policy, binding]).toEqual(environment === undefined ? [] : admissionFor(model, environment));
  return [policy, binding];
}

const model = compileFiles({ ...sampleFiles, ...settings('{ mode: warn, deployers: ["system:serviceaccount:ci:deployer"] }') });

describe("the admission policy", () => {
  it("is written where the workspace asks for it, for every environment that has a namespace", async () => {
    const paths = async (of: Model): Promise<readonly string[]> =>
      (await emitAll(kubernetesEmitter, of)).files.map(({ path }) => path).filter((path) => path.endsWith("admission.yaml"));
    expect(await paths(model)).toEqual(["cluster/dev/admission.yaml", "cluster/prod/admission.yaml"]);
    expect(await paths(compileFiles(sampleFiles))).toEqual([]);
  });

  it.each([
    ["warn", ["Warn", "Audit"]],
    ["deny", ["Deny"]],
    ["audit", ["Audit"]],
  ])("with mode %s does %j", (mode, expected) => {
    const [policy, binding] = policyOf(compileFiles({ ...sampleFiles, ...settings(`{ mode: ${mode}, deployers: [ci] }`) }));
    expect(binding).toMatchObject({
      kind: "ValidatingAdmissionPolicyBinding",
      spec: { policyName: policy.metadata.name, validationActions: expected },
    });
    expect(policy).toMatchObject({
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "veltrix.dev.iot-dev" },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "iot-dev" } } },
      },
    });
  });

  it("lets the control plane clean up, and knows objects by labels or by name", () => {
    const [policy] = policyOf(model);
    const [controlPlane, ours] = policy.spec.matchConditions.map(({ expression }) => expression);
    expect(controlPlane).toContain('"system:serviceaccount:kube-system:namespace-controller"');
    expect(controlPlane).toContain('"system:serviceaccount:kube-system:generic-garbage-collector"');
    expect(ours).toContain('request.name.matches("-(config|env)(-[0-9a-f]{10})?$")');
    const expressionOf = (of: Policy, name: string): string => of.spec.variables.find((each) => each.name === name)?.expression ?? "";
    expect(expressionOf(policy, "mutable_1")).toBe('variables.isImmutable == false && variables.stem in ["gateway"]');
    expect(expressionOf(policy, "isOurs")).toContain('(request.resource.resource == "configmaps" && (variables.mutable_1))');
    for (const { expression } of policy.spec.validations) expect(expression).toMatch(/^!variables\.isOurs \|\|\n/);
    const [immutable] = policyOf(
      compileContract(
        ({ properties, ...contract }) => ({
          ...contract,
          "x-veltrix": { ...contract["x-veltrix"], delivery: "immutable" },
          properties: { ...properties, limit: { type: "integer" } },
        }),
        settings("{ mode: warn, deployers: [ci] }"),
      ),
    );
    expect(expressionOf(immutable, "immutable_1")).toBe('variables.isImmutable == true && variables.stem in ["gateway"]');
  });

  it("M7: takes the name of a deployer as a text, whatever is in it", () => {
    const hostile = ['"] || true || ["', "\\", "a\nb", "'", "{{ .Values.x }}", "é😀"];
    const [policy] = policyOf(compileFiles({ ...sampleFiles, ...settings(`{ mode: deny, deployers: ${JSON.stringify(hostile)} }`) }));
    const expression = policy.spec.validations[0]?.expression ?? "";
    // The list is one literal of JSON, which CEL reads the same way.
    const [, list = ""] = /^request\.userInfo\.username in (\[.*\]) \|\|$/m.exec(expression) ?? [];
    expect(JSON.parse(list)).toEqual(hostile);
    for (const { message = "", messageExpression = "" } of policy.spec.validations)
      expect(message + messageExpression).not.toMatch(/[\r\n]/);
  });

  it("asks for types of the variables that have one", () => {
    const [policy] = policyOf(model);
    const faulty = policy.spec.variables.filter(({ name }) => name.startsWith("faulty_"));
    expect(faulty.map(({ name }) => name)).toEqual(["faulty_array_1", "faulty_boolean_1", "faulty_integer_1"]);
    expect(faulty[2]?.expression).toContain('{"gateway": ["PORT"]}[?variables.service]');
    expect(policy.spec.validations.slice(-3).map(({ expression }) => expression)).toEqual(
      ["array", "boolean", "integer"].map((kind) => `!variables.isOurs ||\nvariables.faulty_${kind}_1.size() == 0`),
    );
  });

  it("holds no expression that the API server would not compile, however many services there are", () => {
    const properties = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`key${index}`, { type: "integer", "x-env": `SOME_VARIABLE_${index}` }]),
    );
    const contract = JSON.stringify({ "x-veltrix": { version: "1.0.0" }, type: "object", properties, additionalProperties: false });
    const ids = Array.from({ length: 4_000 }, (_, index) => `some-service-with-a-long-name-${index}`);
    const [one, ...others] = compileFiles({
      ...sampleFiles,
      ...settings("{ mode: warn, deployers: [ci] }"),
      [`schemas/${ids[0]}/config.schema.json`]: contract,
    }).services.filter(({ id }) => id !== "gateway");
    if (one === undefined) throw new Error("the model has one service");
    expect(others).toEqual([]);
    const many = { ...model, services: ids.map((id) => ({ ...one, id })) };
    const [policy] = policyOf(many);
    const all = [...policy.spec.matchConditions, ...policy.spec.variables, ...policy.spec.validations];
    expect(Math.max(...all.map(({ expression }) => expression.length))).toBeLessThan(100_000);
    const lists = policy.spec.variables.filter(({ name }) => name.startsWith("mutable_"));
    expect(lists.length).toBeGreaterThan(1);
    const listed = lists.flatMap(({ expression }) => JSON.parse(expression.slice(expression.indexOf("["))) as string[]);
    expect(listed).toEqual(ids);
    for (const { name } of lists)
      expect(policy.spec.variables.find((each) => each.name === "isOurs")?.expression).toContain(`variables.${name}`);
  });
});

const units = {
  duration: "1h30m",
  bytes: "64MiB",
  port: "65535",
  "host-port": "[::1]:1883",
  url: "mqtts://a.b:1/c",
  cron: "*/5 0 1 1 *",
};

const wrong: { readonly [kind in keyof typeof variableKinds]: readonly string[] } = {
  integer: ["", "1.0", "1e3", "017", "+1", " 1", "1\n", "0x1F", "one"],
  number: ["", "1.", ".5", "NaN", "Infinity", "1,5", "0x1", "1 "],
  boolean: ["", "yes", "True", "1", "true "],
  array: ["", "{}", "a,b", "[", "[]x"],
  object: ["", "[]", "{", "a"],
  port: ["", "0", "65536", "99999", "080", "8e3"],
  host_port: ["", "broker", ":1883", "broker:0", "broker:65536", " a:1"],
  duration: ["", "30", "s", "30 s", "1y", "-1s"],
  bytes: ["", "64", "64mb", "MiB", "1.5GiB"],
  url: ["", "broker", "http:/a", "http://", "HTTP://a", "http://a b"],
  cron: ["", "* * * *", "* * * * * *", "*  * * * *"],
};

/** As RE2 reads it: `$` is the end of the text, and `(?s)` lets a dot be a line break. */
const asRegExp = (pattern: string): RegExp => (pattern.startsWith("(?s)") ? new RegExp(pattern.slice(4), "s") : new RegExp(pattern));

describe("the patterns of variables", () => {
  it("refuse what breaks the type", () => {
    for (const [kind, texts] of Object.entries(wrong))
      for (const text of texts)
        expect([kind, text, asRegExp(variableKinds[kind as keyof typeof wrong].pattern).test(text)]).toEqual([kind, text, false]);
  });

  it("accept whatever a build delivers", () => {
    const prefixed = Object.fromEntries(Object.entries(units).map(([unit, text]) => [`u-${unit}`, text]));
    const own = compileContract(
      (contract) => ({
        ...contract,
        properties: {
          ...contract.properties,
          ...Object.fromEntries(
            Object.keys(units).map((unit) => [`u-${unit}`, { type: "string", "x-type": unit, "x-env": `U_${unit.replace("-", "_")}` }]),
          ),
          ratio: { type: "number", "x-env": "RATIO" },
          tiny: { type: "number", "x-env": "TINY" },
          zero: { type: "number", "x-env": "ZERO" },
          open: { type: "object", "x-env": "OPEN" },
        },
      }),
      {
        "schemas/gateway/values/dev.yaml": `${JSON.stringify({ ...prefixed, ratio: 1e21, tiny: 5e-324, zero: -0, open: { a: ["\n"] } })}\n`,
      },
    );
    const [service] = own.services;
    const config = service?.configs.find(({ environment }) => environment.name === "dev");
    const delivered = service === undefined || config === undefined ? [] : variablesOf(service, config);
    const kinds = new Map(
      variablesByKind(own).flatMap(([kind, byService]) => (byService.get("gateway") ?? []).map((name) => [name, kind])),
    );
    const checked = delivered.flatMap(({ name, text }) => {
      const kind = kinds.get(name);
      if (kind !== undefined) expect([name, text, asRegExp(variableKinds[kind].pattern).test(text)]).toEqual([name, text, true]);
      return kind === undefined ? [] : [kind];
    });
    expect(new Set(checked)).toEqual(new Set(Object.keys(variableKinds)));
  });
});
