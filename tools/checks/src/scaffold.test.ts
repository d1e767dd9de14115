// `npm run new` and `npm run golden` in a copy of the repository: what was made compiles, and only asks to be written.
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CopiedRepository, copyRepository } from "./copied-repository.ts";

let copy: CopiedRepository;
const printed: string[] = [];

beforeAll(() => {
  copy = copyRepository();
  for (const [kind, name] of [
    ["diagnostic", "values/half-a-pair"],
    ["diagnostic", "emitting/too-many-files"],
    ["command", "census"],
    ["annotation", "x-owner"],
    ["emitter", "key-list"],
  ] as const) {
    const { status, output } = copy.node("tools/new/main.mjs", kind, name);
    expect(output).toContain("wrote ");
    expect(status).toBe(0);
    printed.push(output);
  }
  // What `pnpm install` does for the new package.
  const scope = join(copy.root, "packages/emit-key-list/node_modules/@veltrix");
  mkdirSync(scope, { recursive: true });
  symlinkSync("../../../compiler", join(scope, "compiler"));
  expect(copy.run("oxfmt")).toMatchObject({ status: 0 });
});

afterAll(() => copy.remove());

it.each([
  ["A diagnostic", 0, 1],
  ["A command", 2, 2],
  ["An annotation", 3, 3],
  ["An emitter", 4, 4],
])("takes the files that CONTRIBUTING.md names for it: %s", (heading, first, last) => {
  const section = copy.read("CONTRIBUTING.md").split(`### ${heading}\n`)[1]?.split("\n### ")[0] ?? "";
  const steps = section.match(/^\d\. .*$/gm)?.flatMap((step) => [...step.matchAll(/`([\w./<>-]+[/.][\w./<>-]*)`/g)]) ?? [];
  const named = steps.map(([, path = ""]) => path).filter((path) => path.includes("/") || path.endsWith(".md"));
  expect(named.length).toBeGreaterThan(2);
  const wrote = printed.slice(first, last + 1).flatMap((output) => [...output.matchAll(/^wrote (.*)$/gm)].map(([, path = ""]) => path));
  const fits = (path: string, form: string): boolean =>
    new RegExp(`^${form.replaceAll(".", "\\.").replaceAll(/<\w+>/g, "[^/]+")}${form.endsWith("/") ? "" : "$"}`).test(path);
  expect(wrote.filter((path) => !named.some((form) => fits(path, form)))).toEqual([]);
  expect(named.filter((form) => !wrote.some((path) => fits(path, form)))).toEqual([]);
});

it("shows an emitter in CONTRIBUTING.md that runs", () => {
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(copy.read("CONTRIBUTING.md")) ?? [];
  copy.write(
    "tools/checks/src/shown-emitter.test.ts",
    `import { compile, emitAll, MemoryHost } from "@veltrix/compiler";
import { expect, it } from "vitest";
${example}
it("emits", async () => {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", properties: { port: { type: "integer" } } };
  const { model } = compile(new MemoryHost({
    "schemas/veltrix.yaml": "environments: { prod: {} }",
    "schemas/gateway/config.schema.json": JSON.stringify(contract),
  }));
  if (model === undefined) throw new Error("nothing was compiled");
  expect((await emitAll(keyListEmitter, model)).files).toEqual([{ path: "gateway/keys.txt", contents: "/port\\n" }]);
});
`,
  );
  const { passed, failed } = copy.test("tools/checks/src/shown-emitter.test.ts");
  expect({ passed, failed }).toEqual({ passed: 1, failed: [] });
});

it("makes what compiles, and what the linter takes", () => {
  expect(copy.run("tsc", "-p", "tsconfig.tests.json")).toEqual({ status: 0, output: "" });
  expect(copy.run("oxlint", "--deny-warnings", "packages")).toMatchObject({ status: 0 });
});

it("leaves tests that fail and name what is to be written, and breaks no others", () => {
  const { passed, failed } = copy.test(
    "packages/cli/src/commands/census.test.ts",
    "packages/cli/src/main.test.ts",
    "packages/emit-key-list",
    "packages/emit-typescript/src/reference",
    "packages/compiler/src/golden.test.ts",
    "tools/checks/src/direction",
    "tools/checks/src/places.test.ts",
    "tools/checks/src/catalogue.test.ts",
    "tools/checks/src/contract-page.test.ts",
  );
  expect(passed).toBeGreaterThan(200);
  const places = failed.find(({ name }) => name === "what a scaffold made is written to its end")?.message ?? "";
  const made = printed.flatMap((output) => [...output.matchAll(/^wrote (.*)$/gm)].map(([, path = ""]) => path));
  // Lists of names, and files that have nothing to say.
  const silent = /keywords\.ts|agreement\.ts|commands\.ts|table\.ts|tsconfig\.json|command\.txt|emit-key-list\/src\/index\.ts/;
  expect(made.filter((path) => !silent.test(path) && !places.includes(`${path}:`))).toEqual([]);
  expect(made.filter((path) => silent.test(path)).length).toBe(7);
  const others = failed.filter(({ name }) => !/is written to its end|VX\d+-(?:half-a-pair|too-many-files)/.test(name));
  expect(others.map(({ name, message }) => [name, message.split("\n")[0]])).toEqual([
    ["catalogue, docs and golden cases runs every case by one of the three runners", expect.any(String)],
    ["shows a contract, values and settings that compile, in which every annotation is used", expect.stringContaining("x-owner")],
  ]);
});

it("refuses a name that is there, and a kind or a name that is none", () => {
  for (const [kind, name] of [
    ["command", "build"],
    ["command", "two words"],
    ["diagnostic", "values/wrong-type"],
    ["diagnostic", "elsewhere/a-slug"],
    ["annotation", "x-secret"],
    ["emitter", "Upper"],
    ["emitter", "typescript"],
    ["house", "a"],
  ] as const) {
    const { status, output } = copy.node("tools/new/main.mjs", kind, name);
    expect([kind, name, status, output.includes("wrote ")]).toEqual([kind, name, 2, false]);
  }
});

it("writes the goldens of one code under a path, and of nothing else", () => {
  const folder = "packages/compiler/fixtures/diagnostics";
  const [one, other] = ["VX1001-malformed-yaml", "VX1002-malformed-json"].map((name) => `${folder}/${name}/expected.txt`) as [
    string,
    string,
  ];
  const right = [copy.read(one), copy.read(other)];
  for (const path of [one, other]) copy.node("-e", `require("fs").writeFileSync(${JSON.stringify(path)}, "broken")`);
  expect(copy.node("tools/golden.mjs", "packages/compiler", "VX1001")).toMatchObject({ status: 0 });
  expect([copy.read(one), copy.read(other)]).toEqual([right[0], "broken"]);
  expect(copy.node("tools/golden.mjs", "docs")).toEqual({ status: 2, output: "no golden test under docs\n" });
});
