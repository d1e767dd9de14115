// veltrix build --prove: ajv judges what is delivered, once per content; where it is known to be wrong, it is left out by name.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { knownFaults, loadSecondJudge } from "@veltrix/compiler/prove";

it("G8 says what a second judge takes and refuses, patterns and formats included", async () => {
  const judge = (await loadSecondJudge())({
    type: "object",
    properties: { name: { type: "string", pattern: "^(?!local).*$" }, day: { type: "string", format: "date" }, step: { multipleOf: 0.1 } },
    additionalProperties: false,
  });
  expect(judge({ name: "prod", day: "2026-02-28", step: 0.3 })).toEqual([]);
  expect(judge({ name: "local", day: "2026-02-30", other: 1 })).toEqual(["additionalProperties", "/name pattern", "/day format"]);
});

it("G8 names the rules that ajv is known to misjudge, and no others", () => {
  const rest = { unevaluatedProperties: false };
  expect(knownFaults({ properties: { a: { ...rest, if: { required: ["b"] } }, b: { contains: {}, unevaluatedItems: false } } })).toEqual([
    "unevaluatedItems beside contains",
    "unevaluatedProperties beside if",
  ]);
  expect(knownFaults({ ...rest, properties: { a: { anyOf: [true] } } })).toEqual([]);
  const counted = { contains: { type: "integer" }, maxContains: 2 };
  expect(knownFaults({ properties: { a: { ...counted, minContains: 0 } } })).toEqual(["maxContains beside minContains: 0"]);
  expect(knownFaults({ properties: { a: counted, b: { ...counted, minContains: 1 } } })).toEqual([]);
});

it("G8 has no second verdict where ajv's own code breaks", async () => {
  const broken = (await loadSecondJudge())({ properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { const: 1 } } });
  const value = Object.defineProperty({}, "a", {
    enumerable: true,
    get: () => {
      throw new TypeError("as its code does");
    },
  });
  expect(broken(value)).toBeUndefined();
});

it("G8 judges each content of the platform once", { timeout: 120_000 }, () => {
  const cli = fileURLToPath(new URL("../bin/veltrix.js", import.meta.url));
  const run = (): string => {
    const root = fileURLToPath(new URL("../../..", import.meta.url));
    const { stderr, status } = spawnSync(process.execPath, [cli, "build", "--check", "--prove", "--workspace", root], { encoding: "utf8" });
    expect([status, stderr.split("\n").filter((line) => line.startsWith("error"))]).toEqual([0, []]);
    return stderr;
  };
  run();
  expect(run()).toMatch(/veltrix: 0 judged twice, [1-9][0-9]* known to be the same/);
});
