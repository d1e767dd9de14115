import { compile, MemoryHost, type Model } from "@veltrix/compiler";
import { expect, it } from "vitest";
import { findDeletions } from "./deletions.ts";

/** A service whose open object holds these keys. */
function modelOf(names: readonly string[]): Model {
  const { model } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { dev: { namespace: dev }, local: {} }\n",
      "schemas/many/config.schema.json":
        '{ "x-veltrix": { "version": "1.0.0" }, "type": "object", "properties": { "open": { "type": "object", "additionalProperties": { "type": "integer" } } } }',
      "schemas/many/values/base.yaml": `open:\n${names.map((name) => `  ${name}: 1\n`).join("")}`,
    }),
  );
  if (model === undefined) throw new Error("it does not compile");
  return model;
}

it.each([
  [49, 5, true],
  [50, 5, false],
  [50, 6, true],
  [10, 4, false],
  [10, 5, true],
])("of %i keys, %i may go is %s", (keys, removed, isRefused) => {
  const names = Array.from({ length: keys }, (_, index) => `k${index}`);
  const found = findDeletions(modelOf(names), modelOf(names.slice(removed)), undefined);
  expect(found.map(({ code, environments }) => [code, environments])).toEqual(isRefused ? [["VX7016", ["dev", "local"]]] : []);
  expect(findDeletions(modelOf(names), modelOf(names.slice(removed)), "another")).toEqual([]);
});
