import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import draft4 from "ajv-draft-04";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import type { Diagnostic } from "../diagnostic.ts";
import { report } from "../report.ts";
import { reportJunit } from "./junit.ts";
import type { ReportInput } from "./report.ts";
import { reportSarif } from "./sarif.ts";

const require = createRequire(import.meta.url);
const schema = JSON.parse(readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8")) as object;
const ajv = new draft4.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const isSarif = ajv.compile(schema);

const values = "http:\n  prot: 8080\nlogging:\n  level: wran\n";
const contract = '{\n  "propertees": {}\n}\n';
const files: { readonly [file: string]: string } = {
  "schemas/a/values/base.yaml": values,
  "schemas/a/config.schema.json": contract,
  "schemas/a b/v#1.yaml": "x: 1\n",
};

function inputOf(diagnostics: readonly Diagnostic[]): ReportInput {
  return { diagnostics, readText: (file) => files[file] };
}

const base = { service: "a", where: " in prod" };
const unknownKey = report(
  "VX2002",
  { ...base, pointer: "/http/prot", name: "prot", siblings: ["port"], suggestions: ["port"] },
  {
    at: { file: "schemas/a/values/base.yaml", pointer: "/http/prot", on: "key" },
    service: "a",
    environments: ["prod"],
    key: "/http/prot",
    related: [{ at: { file: "schemas/a/config.schema.json", pointer: "/propertees", on: "key" }, message: "declared at" }],
  },
);
const notAllowed = report(
  "VX2006",
  { ...base, pointer: "/logging/level", value: "wran", allowed: ["warn", "info"], suggestions: ["warn"] },
  {
    at: { file: "schemas/a/values/base.yaml", pointer: "/logging/level", on: "value" },
    service: "a",
    environments: ["prod"],
    key: "/logging/level",
  },
);
const keyword = report(
  "VX1102",
  { keyword: "propertees", suggestions: ["properties"] },
  { at: { file: "schemas/a/config.schema.json", pointer: "/propertees", on: "key" } },
);
const whole = report(
  "VX7004",
  { file: "schemas/a b/v#1.yaml", removable: true },
  { at: { file: "schemas/a b/v#1.yaml" }, severity: "warning" },
);

interface Log {
  readonly runs: readonly [
    { readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }; readonly results: readonly Result[] },
  ];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly locations: readonly [
    { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region?: object } },
  ];
  readonly relatedLocations?: readonly unknown[];
  readonly fixes?: readonly [
    {
      readonly artifactChanges: readonly [
        { readonly replacements: readonly [{ readonly deletedRegion: Region; readonly insertedContent: { readonly text: string } }] },
      ];
    },
  ];
}

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

function sarifOf(diagnostics: readonly Diagnostic[]): Log {
  const log: unknown = JSON.parse(reportSarif(inputOf(diagnostics), "1.2.3"));
  expect(isSarif(log) ? [] : isSarif.errors).toEqual([]);
  return log as Log;
}

/** The file with the fix of the only result applied. */
function fixed(diagnostic: Diagnostic): string | undefined {
  const [fix] = sarifOf([diagnostic]).runs[0].results[0]?.fixes ?? [];
  if (fix === undefined) return undefined;
  const { deletedRegion, insertedContent } = fix.artifactChanges[0].replacements[0];
  const lines = (files[diagnostic.at.file] ?? "").split("\n");
  const line = lines[deletedRegion.startLine - 1] ?? "";
  lines[deletedRegion.startLine - 1] =
    line.slice(0, deletedRegion.startColumn - 1) + insertedContent.text + line.slice(deletedRegion.endColumn - 1);
  return lines.join("\n");
}

describe("reportSarif", () => {
  it("obeys the schema of the standard, without and with problems", () => {
    expect(sarifOf([]).runs[0].results).toEqual([]);
    const { tool, results } = sarifOf([unknownKey, notAllowed, keyword, whole]).runs[0];
    expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
      "VX7004 warning",
      "VX1102 error",
      "VX2002 error",
      "VX2006 error",
    ]);
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it("refuses a log that is none", () => {
    expect(isSarif({ version: "2.1.0", runs: [{ results: [] }] })).toBe(false);
  });

  it("gives regions and related places, and none for a file as a whole that cannot be read", () => {
    const [result] = sarifOf([unknownKey]).runs[0].results;
    expect(result?.locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: "schemas/a/values/base.yaml" },
      region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 7 },
    });
    expect(result?.relatedLocations).toMatchObject([{ physicalLocation: { region: { startLine: 2 } } }]);
    const [other] = sarifOf([{ ...whole, at: { file: "gone/x y#.yaml" } }]).runs[0].results;
    expect(other?.locations[0].physicalLocation).toEqual({ artifactLocation: { uri: "gone/x%20y%23.yaml", uriBaseId: "WORKSPACE" } });
  });

  it("offers a fix that makes the file right, in YAML and in JSON", () => {
    expect(fixed(unknownKey)).toBe(values.replace("prot", "port"));
    expect(fixed(notAllowed)).toBe(values.replace("wran", "warn"));
    expect(JSON.parse(fixed(keyword) ?? "")).toEqual({ properties: {} });
    expect(parseDocument(fixed(unknownKey) ?? "").errors).toEqual([]);
  });

  it("offers no fix where there is more than one way, or the place is not what is to be replaced", () => {
    expect(fixed({ ...unknownKey, suggestions: ["port", "path"] })).toBeUndefined();
    expect(fixed({ ...unknownKey, suggestions: ["a: b"] })).toBeUndefined();
    expect(fixed({ ...unknownKey, at: { ...unknownKey.at, pointer: "/http/other" } })).toBeUndefined();
    expect(fixed({ ...notAllowed, at: { file: "schemas/a/values/base.yaml", pointer: "/http", on: "value" } })).toBeUndefined();
  });
});

/** A reader of XML that is strict enough for what we write: nested elements, quoted attributes, known entities. */
function parseXml(text: string): readonly string[] {
  const open: string[] = [];
  const seen: string[] = [];
  const rest = text
    .replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "")
    .replace(
      /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/g,
      (_all, close: string, name: string | undefined, attributes: string | undefined, empty: string, words: string | undefined) => {
        const checked = words ?? attributes ?? "";
        if (/&(?!(?:amp|lt|gt|quot|apos);)/.test(checked)) throw new Error(`bare & in ${checked}`);
        if (name === undefined) return "";
        if (close === "/") expect(open.pop()).toBe(name);
        else {
          seen.push(name);
          if (empty !== "/") open.push(name);
        }
        return "";
      },
    );
  expect([rest, open]).toEqual(["", []]);
  return seen;
}

describe("reportJunit", () => {
  it("has one suite a service, a failure for each error, and none for a warning", () => {
    const text = reportJunit(inputOf([unknownKey, notAllowed, whole]));
    expect(parseXml(text)).toEqual([
      "testsuites",
      "testsuite",
      "testcase",
      "failure",
      "testcase",
      "failure",
      "testsuite",
      "testcase",
      "system-out",
    ]);
    expect(text).toContain('<testsuites name="veltrix" tests="3" failures="2" errors="0">');
    expect(text).toContain('file="schemas/a/values/base.yaml" line="2"');
  });

  it("passes one case when there is no problem", () => {
    expect(parseXml(reportJunit(inputOf([])))).toEqual(["testsuites", "testsuite", "testcase"]);
  });

  it("C4 lets no text of a user end an attribute or an element", () => {
    const evil = '"/><script>&amp;]]>\u0000\u001b[31m\u202e\ud800';
    const text = reportJunit(inputOf([{ ...unknownKey, service: evil, message: evil, hint: evil, at: { file: evil } }]));
    expect(parseXml(text)).toEqual(["testsuites", "testsuite", "testcase", "failure"]);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e\ud800]/u);
  });
});
