import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

function compileVersion(version: string): readonly string[] {
  const { model, diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {} }\n",
      "schemas/probe/config.schema.json": JSON.stringify({ "x-veltrix": { version }, type: "object" }),
      "schemas/probe/values/base.yaml": "{}\n",
    }),
  );
  return model === undefined ? diagnostics.map(({ code }) => code) : [model.services[0]?.contract.version ?? ""];
}

describe("version of a contract", () => {
  it.each(["1.2.3", "2.0.0-rc.1", "1.2.3+build.5", "1.0.0-rc.1+0x"])("%s is one", (version) => {
    expect(compileVersion(version)).toEqual([version]);
  });

  it.each(["v1.2.3", "v1.2.3+build", "1.2", "1.2.3+", "1.2.3+a+b", " 1.2.3", "latest"])("reports VX3009 when it is %s", (version) => {
    expect(compileVersion(version)).toEqual(["VX3009"]);
  });
});
