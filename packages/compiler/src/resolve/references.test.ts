import { describe, expect, it } from "vitest";
import type { Compilation } from "../compilation.ts";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

const IDS = ["alerts", "broker", "gateway"];

interface Written {
  readonly [service: string]: { readonly base: string; readonly dev?: string; readonly prod?: string };
}

/** Services with one open, exported subtree `shared` and any other key, each depending on all others. */
function compileValues(written: Written): Compilation {
  const files: { [path: string]: string } = { "schemas/veltrix.yaml": "environments:\n  dev: {}\n  prod: {}\n" };
  for (const [id, values] of Object.entries(written)) {
    const dependsOn = Object.fromEntries(IDS.filter((other) => other !== id && written[other] !== undefined).map((other) => [other, "*"]));
    const key = { "x-exported": true };
    const shared = {
      type: "object",
      "x-exported": true,
      properties: { host: { type: "string" }, port: { type: "integer" }, deep: { type: "object" } },
      additionalProperties: false,
    };
    const contract = {
      "x-veltrix": { version: "1.0.0", dependsOn },
      type: "object",
      properties: { a: key, b: key, c: key, list: { type: "array", "x-exported": true }, shared },
      additionalProperties: false,
    };
    files[`schemas/${id}/config.schema.json`] = JSON.stringify(contract);
    for (const [layer, text] of Object.entries(values)) files[`schemas/${id}/values/${layer}.yaml`] = text;
  }
  return compile(new MemoryHost(files));
}

/** Errors as `code file message`. */
function errorsOf({ diagnostics }: Compilation): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, at, message }) => `${code} ${at.file.replace("schemas/", "")}${at.pointer} ${message}`);
}

function valueOf(compilation: Compilation, service: string, environment = "prod"): unknown {
  return compilation.model?.services.find(({ id }) => id === service)?.configs.find((config) => config.environment.name === environment)
    ?.value;
}

describe("following references", () => {
  it("takes scalars, lists, objects, and what lies inside them", () => {
    const compilation = compileValues({
      gateway: {
        base: "a: !ref broker#/shared\nb: !ref broker#/shared/deep/x/0\nc: !ref broker#/list/1/name\nlist: [!ref broker#/shared/port, { k: !ref broker#/shared/host }]\n",
      },
      broker: { base: "list: [1, { name: two }]\nshared: { host: h, port: 1, deep: { x: [true] } }\n" },
    });
    expect(errorsOf(compilation)).toEqual([]);
    expect(valueOf(compilation, "gateway")).toEqual({
      a: { host: "h", port: 1, deep: { x: [true] } },
      b: true,
      c: "two",
      list: [1, { k: "h" }],
    });
  });

  it("follows chains over services, and each environment on its own", () => {
    const compilation = compileValues({
      alerts: { base: "a: !ref gateway#/a\n" },
      gateway: { base: "a: !ref broker#/a\n", dev: "a: local\n" },
      broker: { base: "a: 1\n", prod: "a: 2\n" },
    });
    expect(errorsOf(compilation)).toEqual([]);
    expect([valueOf(compilation, "alerts", "dev"), valueOf(compilation, "alerts", "prod")]).toEqual([{ a: "local" }, { a: 2 }]);
  });

  it("goes through a reference to reach what lies behind it", () => {
    const compilation = compileValues({
      alerts: { base: "a: !ref gateway#/shared/host\n" },
      gateway: { base: "shared: !ref broker#/shared\n" },
      broker: { base: "shared: { host: h, port: 1 }\n" },
    });
    expect(errorsOf(compilation)).toEqual([]);
    expect(valueOf(compilation, "alerts")).toEqual({ a: "h" });
  });

  it("lets a service refer to its own keys", () => {
    const compilation = compileValues({ gateway: { base: "a: x\nb: !ref gateway#/a\n" } });
    expect(errorsOf(compilation)).toEqual([]);
    expect(valueOf(compilation, "gateway")).toEqual({ a: "x", b: "x" });
  });
});

describe("VX3004: each cycle once, with the whole chain", () => {
  it.each<[string, Written, readonly string[]]>([
    [
      "a key and itself",
      { gateway: { base: "a: !ref gateway#/a\n" } },
      ["VX3004 gateway/values/base.yaml/a these references form a cycle in every environment: gateway#/a -> gateway#/a"],
    ],
    [
      "two keys of one service",
      { gateway: { base: "a: !ref gateway#/b\nb: !ref gateway#/a\n" } },
      ["VX3004 gateway/values/base.yaml/a these references form a cycle in every environment: gateway#/a -> gateway#/b -> gateway#/a"],
    ],
    [
      "two services",
      { gateway: { base: "a: !ref broker#/a\n" }, broker: { base: "a: !ref gateway#/a\n" } },
      ["VX3004 broker/values/base.yaml/a these references form a cycle in every environment: broker#/a -> gateway#/a -> broker#/a"],
    ],
    [
      "three services",
      { alerts: { base: "a: !ref broker#/a\n" }, broker: { base: "a: !ref gateway#/a\n" }, gateway: { base: "a: !ref alerts#/a\n" } },
      [
        "VX3004 alerts/values/base.yaml/a these references form a cycle in every environment: alerts#/a -> broker#/a -> gateway#/a -> alerts#/a",
      ],
    ],
    [
      "an object that holds a reference to itself",
      { gateway: { base: "shared: { deep: { x: !ref gateway#/shared } }\n" } },
      [
        "VX3004 gateway/values/base.yaml/shared/deep/x these references form a cycle in every environment: gateway#/shared/deep/x -> gateway#/shared/deep/x",
      ],
    ],
    [
      "objects of two services",
      {
        broker: { base: "shared: { deep: { x: !ref gateway#/shared } }\n" },
        gateway: { base: "shared: { deep: { y: !ref broker#/shared } }\n" },
      },
      [
        "VX3004 broker/values/base.yaml/shared/deep/x these references form a cycle in every environment: broker#/shared/deep/x -> gateway#/shared/deep/y -> broker#/shared/deep/x",
      ],
    ],
    [
      "one environment only",
      { gateway: { base: "a: 1\n", prod: "a: !ref broker#/a\n" }, broker: { base: "a: !ref gateway#/a\n" } },
      ["VX3004 broker/values/base.yaml/a these references form a cycle in prod: broker#/a -> gateway#/a -> broker#/a"],
    ],
    [
      "two cycles apart",
      { gateway: { base: "a: !ref gateway#/a\nb: !ref broker#/b\n" }, broker: { base: "b: !ref gateway#/b\n" } },
      [
        "VX3004 broker/values/base.yaml/b these references form a cycle in every environment: broker#/b -> gateway#/b -> broker#/b",
        "VX3004 gateway/values/base.yaml/a these references form a cycle in every environment: gateway#/a -> gateway#/a",
      ],
    ],
    [
      "one that others lead into",
      {
        alerts: { base: "a: !ref gateway#/a\nb: !ref broker#/a\nc: !ref alerts#/a\n" },
        gateway: { base: "a: !ref broker#/a\n" },
        broker: { base: "a: !ref gateway#/a\n" },
      },
      ["VX3004 broker/values/base.yaml/a these references form a cycle in every environment: broker#/a -> gateway#/a -> broker#/a"],
    ],
  ])("%s", (_name, written, expected) => {
    const compilation = compileValues(written);
    expect([...errorsOf(compilation)].sort()).toEqual(expected);
    expect(compilation.model).toBeUndefined();
  });
});

describe("S4: references that unfold", () => {
  it("reports VX1006 once for values that double with every step", () => {
    const keys = Array.from(
      { length: 40 },
      (_, step) => `    k${step}: [!ref gateway#/shared/deep/k${step + 1}, !ref gateway#/shared/deep/k${step + 1}]`,
    );
    const compilation = compileValues({ gateway: { base: `shared:\n  deep:\n${keys.join("\n")}\n    k40: [1, 2]\n` } });
    expect(errorsOf(compilation).map((error) => error.slice(0, 6))).toEqual(["VX1006"]);
  });

  it.each([
    [64, []],
    [65, ["VX1006"]],
  ])("lets what is delivered have 64 levels, as every file, and no more: %i", (levels, expected) => {
    const nested = (depth: number, inner: string): string => "{ x: ".repeat(depth) + inner + " }".repeat(depth);
    // The whole, `shared`, `deep` and 40 more stand above the reference.
    const base = `shared:\n  deep:\n    one: ${nested(40, "!ref gateway#/shared/deep/two")}\n    two: ${nested(levels - 43, "1")}\n`;
    const compilation = compileValues({ gateway: { base } });
    expect(errorsOf(compilation).map((error) => error.slice(0, 6))).toEqual(expected);
  });

  it("reports VX1006 once for references that nest thousands of levels, and does not overflow", () => {
    const nested = (inner: string): string => "{ x: ".repeat(59) + inner + " }".repeat(59);
    const keys = Array.from({ length: 60 }, (_, step) => `    k${step}: ${nested(`!ref gateway#/shared/deep/k${step + 1}`)}`);
    const compilation = compileValues({ gateway: { base: `shared:\n  deep:\n${keys.join("\n")}\n    k60: 1\n` } });
    expect(errorsOf(compilation).map((error) => error.slice(0, 6))).toEqual(["VX1006"]);
  });

  it("follows a chain of 64 references", () => {
    const keys = Array.from({ length: 63 }, (_, step) => `    k${step}: !ref gateway#/shared/deep/k${step + 1}`);
    const compilation = compileValues({
      gateway: { base: `a: !ref gateway#/shared/deep/k0\nshared:\n  deep:\n${keys.join("\n")}\n    k63: end\n` },
    });
    expect(errorsOf(compilation)).toEqual([]);
    expect(valueOf(compilation, "gateway")).toMatchObject({ a: "end" });
  });

  it("reports VX1006 once for a chain that is longer, and does not overflow", () => {
    const keys = Array.from({ length: 5000 }, (_, step) => `    k${step}: !ref gateway#/shared/deep/k${step + 1}`);
    const compilation = compileValues({ gateway: { base: `shared:\n  deep:\n${keys.join("\n")}\n    k5000: end\n` } });
    expect(errorsOf(compilation)).toEqual([
      "VX1006 gateway/values/base.yaml/shared/deep/k0 the chain of references is over the limit of 64 references",
    ]);
  });
});
