// Every key of the platform's contracts is broken in every way: each breakage is one problem, at its line.
import { describe, expect, it } from "vitest";
import type { Compilation } from "./compilation.ts";
import { originOf } from "./origin.ts";
import {
  compileWith,
  edited,
  itemPointers,
  layersThatSet,
  linesOf,
  only,
  platform,
  platformServices,
  reference,
  remove,
  rename,
  replace,
} from "./testing/platform.ts";

const ENVIRONMENTS = ["local", "dev", "staging", "prod"];

/** The one problem, which must name the file with its line, the key, and the environments. */
function expectOne(
  compilation: Compilation,
  expected: { readonly code: readonly string[]; readonly files: readonly string[]; readonly service: string },
): void {
  const problem = only(compilation);
  expect(expected.code).toContain(problem.code);
  expect(expected.files).toContain(problem.at.file);
  expect(problem.service).toBe(expected.service);
  expect(problem.key).toMatch(/^\//);
  expect(problem.environments.length).toBeGreaterThan(0);
  expect(ENVIRONMENTS).toEqual(expect.arrayContaining([...problem.environments]));
  expect(problem.hint).toBeTruthy();
  expect(linesOf(compilation)[0]).toMatch(/^schemas\/.+:[1-9][0-9]*$/);
  expect(compilation.model).toBeUndefined();
}

function filesOf(service: string): readonly string[] {
  return ["base", ...ENVIRONMENTS].map((name) => `schemas/${service}/values/${name}.yaml`);
}

it("compiles the platform as it is without a word", () => {
  expect(platform.diagnostics).toEqual([]);
});

describe.each(platformServices().map((service) => ({ id: service.id, service })))("$id", ({ id, service }) => {
  const keys = service.contract.keys
    .map((key) => ({ key, pointer: key.pointer, layers: layersThatSet(id, key.pointer) }))
    .filter(({ layers }) => layers.length > 0);
  const items = [...new Set(service.configs.flatMap((config) => itemPointers(config.value)))]
    .map((pointer) => ({ pointer, layers: layersThatSet(id, pointer) }))
    .filter(({ layers }) => layers.length > 0);

  it("has 20 to 48 keys, nearly all of them set", () => {
    expect(service.contract.keys.filter((key) => key.isLeaf).length).toBeGreaterThanOrEqual(20);
    expect(keys.length).toBeGreaterThan(20);
  });

  it.each(keys.filter(({ key }) => key.required))("VX2001 when $pointer is deleted from every layer", ({ pointer, layers }) => {
    const changes = Object.assign({}, ...layers.map((file) => edited(file, remove(pointer)))) as { readonly [path: string]: string };
    const whole = compileWith(changes);
    // What was the only key of an object in an overlay leaves `{}` there, which is warned of beside.
    const compilation = { ...whole, diagnostics: whole.diagnostics.filter(({ code }) => code !== "VX2032") };
    expectOne(compilation, { code: ["VX2001"], files: filesOf(id), service: id });
    expect(only(compilation).message).toContain(pointer);
    const set = service.configs.filter((config) => originOf(config, pointer) !== undefined).map((config) => config.environment.name);
    expect(only(compilation).environments).toEqual(set);
  });

  it.each(keys)("VX2002 when $pointer is misspelt", ({ key, pointer, layers }) => {
    const name = pointer.slice(pointer.lastIndexOf("/") + 1);
    const wrong = `${name}s`;
    const changes = Object.assign({}, ...layers.map((file) => edited(file, rename(pointer, wrong)))) as { readonly [path: string]: string };
    const compilation = compileWith(changes);
    if (layers.length > 1 || !key.required) {
      // In several files there are several wrong lines; each is named, and nothing else is.
      for (const problem of compilation.diagnostics) expect([problem.code, problem.suggestions[0]]).toEqual(["VX2002", name]);
      expect(compilation.diagnostics.length).toBeGreaterThan(0);
    } else {
      expectOne(compilation, { code: ["VX2002"], files: layers, service: id });
      expect(only(compilation).suggestions[0]).toBe(name);
    }
  });

  it.each(keys.filter(({ key }) => key.isLeaf))("a wrong type of $pointer", ({ key, pointer, layers }) => {
    const [file] = layers;
    const wrong = key.secret ? 12 : { not: "this" };
    const compilation = compileWith(edited(file ?? "", replace(pointer, wrong)));
    expectOne(compilation, { code: key.secret ? ["VX2010"] : ["VX2003"], files: [file ?? ""], service: id });
  });

  it.each(keys.filter(({ key }) => !key.isLeaf))("VX2003 when the object $pointer is a text", ({ pointer, layers }) => {
    // A text in the lowest layer is replaced by the object of a higher one: break the highest.
    const file = layers.at(-1) ?? "";
    expectOne(compileWith(edited(file, replace(pointer, "text"))), { code: ["VX2003"], files: [file], service: id });
  });

  it.each(keys.filter(({ key }) => key.isLeaf && references(service, key.pointer)))(
    "VX3002 when the reference of $pointer dangles",
    ({ pointer, layers }) => {
      const origin = service.configs.map((config) => originOf(config, pointer)).find((found) => found?.kind === "reference");
      const file = origin?.file ?? layers[0] ?? "";
      const compilation = compileWith(edited(file, replace(pointer, reference(`${origin?.reference}x`))));
      expectOne(compilation, { code: ["VX3002"], files: [file], service: id });
      expect(only(compilation).suggestions[0]).toBe(origin?.reference);
    },
  );

  it.each(items)("one problem when $pointer in a list is misspelt, deleted or of a wrong type", ({ pointer, layers }) => {
    const file = layers[0] ?? "";
    const name = pointer.slice(pointer.lastIndexOf("/") + 1);
    if (/^\d+$/.test(name)) return;
    const misspelt = compileWith(edited(file, rename(pointer, `${name}s`)));
    expectOne(misspelt, { code: ["VX2002"], files: [file], service: id });
    const deleted = compileWith(edited(file, remove(pointer)));
    if (deleted.model === undefined) expectOne(deleted, { code: ["VX2001"], files: [file], service: id });
    else optional.push(pointer);
    expectOne(compileWith(edited(file, replace(pointer, { not: "this" }))), { code: ["VX2003"], files: [file], service: id });
  });
});

/** Keys of list items that a contract lets be absent. */
const optional: string[] = [];

it("finds nearly every key of the lists required", () => {
  expect(optional).toEqual(["/routing/rules/0/metrics"]);
});

function references(service: ReturnType<typeof platformServices>[number], pointer: string): boolean {
  return service.configs.some((config) => originOf(config, pointer)?.kind === "reference");
}
