import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

describe("freezeConfig", () => {
  it("G5: names secrets in one order, whatever the order of the values", () => {
    const secretsOf = (values: string): string => {
      const secret = { type: "string", "x-secret": true };
      const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", properties: { a: secret, b: secret } };
      const { model } = compile(
        new MemoryHost({
          "schemas/veltrix.yaml": "environments: { dev: {} }\n",
          "schemas/probe/config.schema.json": JSON.stringify(contract),
          "schemas/probe/values/base.yaml": values,
        }),
      );
      return JSON.stringify(model?.services[0]?.configs[0]?.secrets);
    };
    expect(secretsOf("b: !secret s/b\na: !secret s/a\n")).toBe('{"/a":"s/a","/b":"s/b"}');
    expect(secretsOf("a: !secret s/a\nb: !secret s/b\n")).toBe('{"/a":"s/a","/b":"s/b"}');
  });
});
