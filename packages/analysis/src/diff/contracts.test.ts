import { compile, MemoryHost } from "@veltrix/compiler";
import { describe, expect, it } from "vitest";
import { compareContracts } from "./contracts.ts";

describe("compareContracts", () => {
  /** `kind pointer` of each change, breaking ones with a `!`. */
  function changes(before: object, after: object, required: readonly [readonly string[], readonly string[]] = [[], []]): readonly string[] {
    const [a, b] = [contractOf(before, required[0]), contractOf(after, required[1])];
    return compareContracts(a, b).map(({ kind, pointer, breaking }) => `${breaking ? "!" : ""}${kind} ${pointer}`);
  }

  function contractOf(properties: object, required: readonly string[], more: object = {}): Parameters<typeof compareContracts>[0] {
    const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, required, properties, ...more };
    const { model, diagnostics } = compile(
      new MemoryHost({
        "schemas/veltrix.yaml": "environments: { dev: {} }\n",
        "schemas/a/config.schema.json": JSON.stringify(contract),
        "schemas/a/values/base.yaml": required.includes("k") ? "k: abc\n" : "{}\n",
      }),
    );
    const found = model?.services[0]?.contract;
    if (found === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
    return found;
  }

  it.each([
    [{ type: "number" }, { type: "integer" }],
    [{ type: ["string", "null"] }, { type: "string" }],
    [{}, { type: "string" }],
    [{ type: "string" }, { type: "string", enum: ["a"] }],
    [{ enum: ["a", "b"] }, { enum: ["a"] }],
    [{ enum: ["a", "b"] }, { const: "a" }],
    [{ type: "integer" }, { type: "integer", minimum: 1 }],
    [
      { type: "integer", maximum: 9 },
      { type: "integer", maximum: 8 },
    ],
    [
      { type: "string", maxLength: 9 },
      { type: "string", maxLength: 8 },
    ],
    [{ type: "string" }, { type: "string", pattern: "^a$" }],
    [{ type: "string" }, { type: "string", "x-type": "duration" }],
    [
      { type: "array", items: { type: "number" } },
      { type: "array", items: { type: "integer" } },
    ],
    [{ type: "array" }, { type: "array", uniqueItems: true }],
    [{ type: "object" }, { type: "object", additionalProperties: false }],
    [
      { type: "array", items: { type: "object" } },
      { type: "array", items: { type: "object", properties: { x: {} }, required: ["x"] } },
    ],
  ])("calls %j to %j breaking, and the way back not narrower", (wide, narrow) => {
    expect(changes({ k: wide }, { k: narrow }).filter((change) => change.startsWith("!"))).not.toEqual([]);
    expect(changes({ k: narrow }, { k: wide }).filter((change) => change.startsWith("!type-narrowed"))).toEqual([]);
  });

  it("knows what is newly required, exported, secret, hot and delivered", () => {
    expect(changes({ k: { type: "string" } }, { k: { type: "string" } }, [[], ["k"]])).toEqual(["!newly-required /k"]);
    expect(changes({ k: { type: "string" } }, { k: { type: "string" } }, [["k"], []])).toEqual(["!no-longer-required /k"]);
    expect(changes({ k: { type: "string", "x-exported": true } }, { k: { type: "string" } })).toEqual(["!no-longer-exported /k"]);
    expect(changes({ k: { type: "string" } }, { k: { type: "string", "x-secret": true } })).toEqual(["!secrecy /k"]);
    expect(changes({ k: { type: "string" } }, { k: { type: "string", "x-reload": "hot" } })).toEqual(["reload /k"]);
    expect(changes({ k: { type: "string", "x-env": "A" } }, { k: { type: "string", "x-env": "B" } })).toEqual(["!variable /k"]);
    expect(changes({ k: { type: "string", description: "a" } }, { k: { type: "string", description: "b", examples: ["c"] } })).toEqual([]);
  });

  it("S4 ends for a contract that holds itself", () => {
    const tree = (leaf: string): ReturnType<typeof contractOf> =>
      contractOf({ k: { $ref: "#/$defs/node" } }, [], {
        $defs: { node: { type: "object", properties: { leaf: { type: leaf }, again: { $ref: "#/$defs/node" } } } },
      });
    const pointers = compareContracts(tree("string"), tree("integer")).map(({ pointer }) => pointer);
    expect(pointers).toContain("/k/leaf");
    expect(pointers.length).toBeLessThan(4);
  });
});
