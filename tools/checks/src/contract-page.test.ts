// CONTRACT.md tells all annotations there are, and what it shows compiles.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, MemoryHost } from "@veltrix/compiler";
import { secretTypeExamples, unitExamples } from "@veltrix/protocol";
import { expect, it } from "vitest";
import { root } from "./repository.ts";

const page = readFileSync(join(root, "CONTRACT.md"), "utf8");

/** The first cells of the rows of a table, without their values. */
function firstCells(heading: string): readonly string[] {
  const table = page.split("\n\n").find((part) => part.startsWith(`| ${heading} `)) ?? "";
  return [...table.matchAll(/^\| `([a-z-]+)/gm)].map(([, name = ""]) => name);
}

it("names every annotation, and every x-type", () => {
  const source = readFileSync(join(root, "packages/compiler/src/link/keywords.ts"), "utf8");
  const list = /export const annotations = \[([^\]]*)\]/.exec(source)?.[1] ?? "";
  const annotations = [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  expect(annotations.length).toBeGreaterThan(10);
  expect(firstCells("annotation").toSorted()).toEqual(annotations.toSorted());
  expect(firstCells("type").toSorted()).toEqual(Object.keys(unitExamples).toSorted());
  expect(firstCells("kind").toSorted()).toEqual(Object.keys(secretTypeExamples).toSorted());
});

it("shows a contract, values and settings that compile, in which every annotation is used", () => {
  const [contract = "", values = "", settings = ""] = [...page.matchAll(/```(?:json|yaml)\n([\s\S]*?)```/g)].map(([, text]) => text ?? "");
  for (const annotation of firstCells("annotation")) expect(contract).toContain(`"${annotation}"`);
  const { model, diagnostics } = compile(
    new MemoryHost({
      "schemas/veltrix.yaml": settings,
      "schemas/thermostat/config.schema.json": contract,
      "schemas/thermostat/values/base.yaml": values,
      "schemas/store/config.schema.json": JSON.stringify({
        "x-veltrix": { version: "1.0.0" },
        type: "object",
        additionalProperties: false,
        required: ["url"],
        properties: { url: { type: "string", "x-exported": true, "x-bound-to": "env" } },
      }),
      "schemas/store/values/local.yaml": "url: postgres://localhost/climate\n",
      "schemas/store/values/prod.yaml": "url: postgres://store.example/climate\n",
    }),
  );
  expect(diagnostics).toEqual([]);
  expect(model?.services.map(({ id }) => id)).toEqual(["store", "thermostat"]);
});
