import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

const text = { type: "string" };
const closed = (kind: string, properties: object, required: readonly string[]): object => ({
  type: "object",
  additionalProperties: false,
  required: ["kind", ...required],
  properties: { kind: { const: kind }, ...properties },
});
const sinks = [
  closed("s3", { bucket: { ...text, minLength: 3 }, region: text }, ["bucket"]),
  closed("file", { path: { ...text, pattern: "^/" } }, ["path"]),
  closed("none", {}, []),
];

/** What is said of `key`, of this schema, with this value. */
function said(schema: object, value: unknown, definitions: object = {}): readonly string[] {
  const contract = {
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    additionalProperties: false,
    properties: { key: schema },
    $defs: definitions,
  };
  const { diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {} }\n",
      "schemas/orders/config.schema.json": JSON.stringify(contract),
      "schemas/orders/values/base.yaml": JSON.stringify({ key: value }),
    }),
  );
  return diagnostics.map(({ code, key, message }) => `${code} ${key} ${message.replace(/^orders in dev: /, "")}`);
}

describe("a value that matches none of its alternatives", () => {
  it.each([
    [{ kind: "s3" }, "VX2001 /key/bucket orders has no value for /key/bucket in dev"],
    [{ kind: "s3", bucket: "ab" }, "VX2005 /key/bucket /key/bucket must have at least 3 characters"],
    [{ kind: "file", path: "x" }, "VX2007 /key/path /key/path must match ^/"],
    [{ kind: "none", path: "/x" }, "VX2002 /key/path orders has no key /key/path in dev"],
    [{ kind: "S3", bucket: "abc" }, 'VX2006 /key/kind /key/kind must be one of "s3", "file", "none"'],
    [{ bucket: "abc" }, "VX2001 /key/kind orders has no value for /key/kind in dev"],
    ["s3", "VX2003 /key /key must be an object, not a string"],
  ])("is told by the alternative that was meant: %j", (value, problem) => {
    expect(said({ oneOf: sinks }, value)).toEqual([problem]);
    expect(said({ type: "object", oneOf: sinks }, value)).toEqual([problem]);
    expect(
      said(
        { anyOf: sinks.map((_, index) => ({ $ref: `#/$defs/s${index}` })) },
        value,
        Object.fromEntries(sinks.map((sink, index) => [`s${index}`, sink])),
      ),
    ).toEqual([problem]);
  });

  it.each([
    [{ anyOf: [{ type: "integer" }, { type: "null" }] }, "x", "VX2003 /key /key must be an integer or null, not a string"],
    [
      {
        anyOf: [
          { ...text, minLength: 3 },
          { type: "array", items: text },
        ],
      },
      "ab",
      "VX2005 /key /key must have at least 3 characters",
    ],
    [
      {
        anyOf: [
          { ...text, minLength: 3 },
          { type: "array", items: text },
        ],
      },
      [1],
      "VX2003 /key/0 /key/0 must be a string, not an integer",
    ],
    [
      { oneOf: [{ type: "integer" }, { oneOf: [{ type: "boolean" }, { type: "null" }] }] },
      "x",
      "VX2003 /key /key must be an integer or a boolean or null, not a string",
    ],
    [{ oneOf: [{ const: "a", description: "A." }, { const: "b" }] }, "c", 'VX2006 /key /key must be one of "a", "b"'],
  ])("is told by its type: %j", (schema, value, problem) => {
    expect(said(schema, value)).toEqual([problem]);
  });

  it("is told inside the items of a list, each at its own place", () => {
    expect(said({ type: "array", items: { oneOf: sinks } }, [{ kind: "none" }, { kind: "file" }, { kind: "fil", path: "/x" }])).toEqual([
      "VX2001 /key/1/path orders has no value for /key/1/path in dev",
      'VX2006 /key/2/kind /key/2/kind must be one of "s3", "file", "none"',
    ]);
  });

  it("keeps its own words where nothing shows which was meant", () => {
    const [problem] = said(
      {
        oneOf: [
          { type: "object", required: ["a"] },
          { type: "object", required: ["b"] },
        ],
      },
      {},
    );
    expect(problem).toBe("VX2009 /key /key matches none of its 2 alternatives");
  });
});

describe("a key that only a condition requires", () => {
  it("reports VX2001 with the type that the contract declares for it", () => {
    const schema = {
      type: "object",
      additionalProperties: false,
      properties: { on: { type: "boolean" }, cert: { type: "string", "x-type": "url" } },
      if: { properties: { on: { const: true } }, required: ["on"] },
      // oxlint-disable-next-line no-thenable -- a keyword of JSON Schema, in an object that nobody awaits
      then: { required: ["cert"] },
    };
    const { diagnostics } = compile(
      new MemoryHost({
        "schemas/veltrix.yaml": "environments: { dev: {} }\n",
        "schemas/orders/config.schema.json": JSON.stringify({ "x-veltrix": { version: "1.0.0" }, ...schema }),
        "schemas/orders/values/base.yaml": "on: true\n",
      }),
    );
    expect(diagnostics.map(({ code, hint }) => `${code} ${hint?.slice(0, 19)}`)).toEqual(["VX2001 write `cert: <url>`"]);
  });
});
