import { describe, expect, it } from "vitest";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";

/** What is said of the value `written` for a key of this schema: under the caret, and as help. */
function said(written: string, schema: object): readonly string[] {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", additionalProperties: false, properties: { key: schema } };
  const { diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: {} }\n",
      "schemas/orders/config.schema.json": JSON.stringify(contract),
      "schemas/orders/values/base.yaml": `key: ${written}\n`,
    }),
  );
  return diagnostics.map(({ code, label, hint }) => `${code} ${label}; ${hint}`);
}

const text = { type: "string" };
const integer = { type: "integer", minimum: 1, maximum: 9 };
const flag = { type: "boolean" };

describe("the help under a value of the wrong type", () => {
  it.each([
    ["1.10", text, 'VX2003 1.10 is a number; write it in quotes: "1.10"'],
    ["0x1F", text, 'VX2003 0x1F is an integer; write it in quotes: "0x1F"'],
    ["true", text, 'VX2003 true is a boolean; write it in quotes: "true"'],
    ["", text, "VX2003 there is no value here; write `key: <string>`, or remove the key where it may be absent"],
    ["~", integer, "VX2003 there is no value here; write `key: <integer>`, or remove the key where it may be absent"],
    ['"7"', integer, 'VX2003 "7" is a string; write it without quotes: 7'],
    ["1_000", integer, 'VX2003 "1_000" is a string; write 1000'],
    ['"1,000"', integer, 'VX2003 "1,000" is a string; write 1000'],
    ["5s", integer, 'VX2003 "5s" is a string; write a whole number from 1 to 9'],
    ["2.5", integer, "VX2003 2.5 is a number; write a whole number, or take `number` as the type in the contract"],
    ["yes", flag, 'VX2003 "yes" is a string; write true, without quotes'],
    ["off", flag, 'VX2003 "off" is a string; write false, without quotes'],
    ["1", flag, "VX2003 1 is an integer; write true, without quotes"],
    ["a", { type: "array", items: text }, 'VX2003 "a" is a string; write a list: ["a"]'],
  ])("of %s", (written, schema, problem) => {
    expect(said(written, schema)).toEqual([problem]);
  });
});
