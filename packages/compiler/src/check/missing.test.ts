import { reportPretty } from "@veltrix/diagnostics";
import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

const object = (properties: object, required: readonly string[] = Object.keys(properties)): object => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});
const contract = {
  "x-veltrix": { version: "1.0.0" },
  ...object({
    kafka: object({ brokers: { type: "array", items: { type: "string" } }, group: { type: "string" }, retries: { type: "integer" } }),
    routes: { type: "array", items: object({ name: { type: "string" }, to: { type: "string" } }) },
  }),
};
const kafka = "kafka:\n  brokers: [a]\n  retries: 3\n";
const routes = "routes:\n  - { name: a, to: b }\n";

/** What is printed for a service `orders` with these values files, in the environments dev and prod. */
function printed(values: { readonly [file: string]: string }): string {
  const files = Object.entries(values).map(([file, text]) => [`schemas/orders/values/${file}`, text] as const);
  const { diagnostics, documents } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {}, prod: {} }\n",
      "schemas/orders/config.schema.json": JSON.stringify(contract),
      ...Object.fromEntries(files),
    }),
  );
  return reportPretty({ diagnostics, readText: (file) => documents.get(file)?.text });
}

describe("a key that one environment lacks", () => {
  it("reports VX2001 in base.yaml and names the new file when the environment has none", () => {
    const text = printed({ "base.yaml": kafka + routes, "dev.yaml": "kafka: { group: a }\n" });
    expect(text).toContain("orders has no value for /kafka/group in prod");
    expect(text).toContain("group is missing here, and there is no prod.yaml");
    expect(text).toContain("dev sets it at schemas/orders/values/dev.yaml:1:10");
    expect(text).toContain("under kafka in schemas/orders/values/prod.yaml, a new file, or in");
  });

  it("reports VX2001 in the file of the environment, empty as it may be", () => {
    const text = printed({ "base.yaml": kafka + routes, "dev.yaml": "kafka: { group: a }\n", "prod.yaml": "# later\n" });
    expect(text).toContain("--> schemas/orders/values/prod.yaml:1:1");
    expect(text).toContain("group is missing here, and base.yaml does not set it");
  });

  it.each(["prd.yaml", "prod.yml", "production.yaml", "Prod.yaml"])("reports VX1011 alone when its file is called %s", (file) => {
    const text = printed({ "base.yaml": kafka + routes, "dev.yaml": "kafka: { group: a }\n", [file]: "kafka: { group: b }\n" });
    expect(text).toContain("VX1011");
    expect(text).toContain("did you mean `prod.yaml`?");
    expect(text.trimEnd().endsWith("\n1 error")).toBe(true);
  });
});

describe("several keys that one object lacks", () => {
  it("are one VX2001, with what to write for each", () => {
    const text = printed({ "base.yaml": `kafka:\n  group: a\n${routes}` });
    expect(text).toContain("orders has no value for 2 keys of /kafka in any environment");
    expect(text).toContain("brokers and retries are missing here");
    expect(text).toContain("write `brokers: [<string>]` and `retries: <integer>` under kafka in schemas/orders/values/base.yaml");
    expect(text.trimEnd().endsWith("\n1 error")).toBe(true);
  });

  it("are spelt out where the object itself is missing", () => {
    expect(printed({ "base.yaml": routes })).toContain("write `kafka: { brokers: [ ... ], group: <string>, retries: <integer> }` in");
  });

  it("are told apart where they concern different environments", () => {
    const text = printed({ "base.yaml": `kafka: { brokers: [a] }\n${routes}`, "dev.yaml": "kafka: { group: a }\n" });
    expect(text).toContain("no value for /kafka/retries in any environment");
    expect(text).toContain("no value for /kafka/group in prod");
  });

  it("are shown in the file that holds the list where an item lacks them", () => {
    const text = printed({
      "base.yaml": kafka.replace("retries", "group: a\n  retries"),
      "dev.yaml": "routes: [{ name: a }]\n",
      "prod.yaml": routes,
    });
    expect(text).toContain("--> schemas/orders/values/dev.yaml:1:");
    expect(text).toContain("write `to: <string>` under routes/0 in schemas/orders/values/dev.yaml\n");
  });
});

describe("a folder that nearly is a service", () => {
  it("reports VX1010 alone when another service depends on what was meant", () => {
    const dependent = { ...contract, "x-veltrix": { version: "1.0.0", dependsOn: { "key-store": "^1.0.0" } } };
    const { diagnostics } = compile(
      new MemoryHost({
        "schemas/veltrix.yaml": "environments: { dev: {} }\n",
        "schemas/orders/config.schema.json": JSON.stringify(dependent),
        "schemas/orders/values/base.yaml": `${kafka.replace("retries", "group: !ref key-store#/group\n  retries")}${routes}`,
        "schemas/Key_Store/config.schema.json": JSON.stringify(contract),
      }),
    );
    expect(diagnostics.map(({ code, hint }) => `${code} ${hint?.slice(0, 33)}`)).toEqual(["VX1010 rename the folder to `key-store`:"]);
  });
});
