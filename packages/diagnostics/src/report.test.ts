import { describe, expect, it } from "vitest";
import { catalogue, isCode } from "./catalogue/catalogue.ts";
import { hasErrors } from "./diagnostic.ts";
import { report } from "./report.ts";

const nobody = { service: undefined, pointer: undefined };
const at = { file: "schemas/gateway/values/base.yaml", pointer: "/port", on: "key" as const };

describe("report", () => {
  it("takes slug, severity and words from the catalogue", () => {
    expect(report("VX1003", { key: "port", service: "gateway", pointer: "/port" }, { at })).toEqual({
      code: "VX1003",
      slug: "duplicate-key",
      severity: "error",
      message: "gateway: /port is set twice in the same object",
      label: "this one would silently replace the first",
      hint: "keep one of the two",
      at,
      environments: [],
      related: [],
      suggestions: [],
    });
  });

  it("keeps whom it concerns", () => {
    const place = { at, service: "gateway", environments: ["prod"], key: "/port", related: [{ at, message: "declared at" }] };
    expect(report("VX1003", { key: "port", ...nobody }, place)).toMatchObject(place);
  });

  it("lets a policy change the severity", () => {
    expect(report("VX3007", { service: "a", target: "b" }, { at }).severity).toBe("warning");
    expect(report("VX3007", { service: "a", target: "b" }, { at, severity: "error" }).severity).toBe("error");
  });

  it("marks a secret's value as one that nobody shows", () => {
    expect(report("VX2010", { service: "a", pointer: "/p", where: "", name: "p" }, { at }).hidesValue).toBe(true);
    expect(report("VX1003", { key: "port", ...nobody }, { at }).hidesValue).toBeUndefined();
  });
});

describe("catalogue", () => {
  it("knows its codes and nothing else", () => {
    expect(isCode("VX1003")).toBe(true);
    for (const text of ["VX0000", "toString", "__proto__", "vx1003", ""]) expect(isCode(text)).toBe(false);
  });

  it.each(Object.entries(catalogue))("%s has a slug in kebab-case and a summary of one sentence", (_code, { slug, summary }) => {
    expect(slug).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(summary).toMatch(/^(?:[A-Z]|veltrix\.yaml).*\.$/);
  });
});

describe("hasErrors", () => {
  it("is about errors alone", () => {
    const warning = report("VX3007", { service: "a", target: "b" }, { at });
    expect(hasErrors([])).toBe(false);
    expect(hasErrors([warning])).toBe(false);
    expect(hasErrors([warning, report("VX1003", { key: "a", ...nobody }, { at })])).toBe(true);
  });
});
