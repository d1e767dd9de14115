import { describe, expect, it } from "vitest";
import { addPackage } from "./pnpm-workspace.ts";

describe("adding the generated folder to the packages", () => {
  it.each([
    "packages:\n  - generated\n",
    "packages: ['*']\n",
    "packages:\n  - ./generated/\n",
    "packages: ['**']\n",
    "packages: ['gen*']\n",
  ])("leaves %j alone", (text) => {
    expect(addPackage(text, "generated")).toEqual({ kind: "text", text });
  });

  it.each([
    { text: "packages: [a]\n", after: "packages: [ a, generated ]\n" },
    { text: "packages:\n  - '*'\n  - '!generated'\n", after: "packages:\n  - '*'\n  - '!generated'\n  - generated\n" },
    { text: "", after: "packages:\n  - generated\n" },
    { text: "packages:\n  - apps/*\n", after: "packages:\n  - apps/*\n  - generated\n" },
  ])("adds it to $text", ({ text, after }) => {
    expect(addPackage(text, "generated")).toEqual({ kind: "text", text: after });
  });

  it("refuses a file with a second document, which pnpm would not read", () => {
    expect(addPackage("packages: [a]\n---\npackages: [b]\n", "generated")).toEqual({ kind: "unusable", detail: "is not valid YAML" });
  });

  it("knows a nested folder by its pattern", () => {
    expect(addPackage("packages: ['libs/*']\n", "libs/generated")).toEqual({ kind: "text", text: "packages: ['libs/*']\n" });
    expect(addPackage("packages: ['libs/**']\n", "libs/a/generated")).toEqual({ kind: "text", text: "packages: ['libs/**']\n" });
    expect(addPackage("packages: ['lib.s/*']\n", "libxs/generated")).not.toEqual({ kind: "text", text: "packages: ['lib.s/*']\n" });
  });
});
