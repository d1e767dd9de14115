import { type ReportInput, reportGithub, reportJson, reportJunit, reportPretty, reportSarif } from "@veltrix/diagnostics";
import { describe, expect, it } from "vitest";
import { build, type BuildResult } from "../build.ts";
import { MemoryHost } from "../host/memory-host.ts";
import { platformFiles } from "../testing/platform.ts";
import { findSecretForms } from "./secret-forms.ts";

// In pieces, so that no scanner takes this file for a leak.
const github = `${"gh"}p_${"a1B2".repeat(9)}`;
const aws = `${"wJalrXUtnF"}EMIK7MDENGbPxRfiCYzKq8sT3uVwX9`;
const connection = `${"postgres"}://telemetry:vK7pQ2mZx@timescale.iot:5432/telemetry`;
const key = ["-----BEGIN RSA PRIV", "ATE KEY-----\n", `${"MIIEowIBAAKCAQEAwJ0m".repeat(8)}\n`, "-----END RSA PRIV", "ATE KEY-----\n"].join(
  "",
);

const properties = { token: { type: "string" }, port: { type: "integer" }, secret: { type: "string", "x-secret": true } };

function filesWith(values: string, token: object = properties.token): { readonly [path: string]: string } {
  const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", properties: { ...properties, token }, additionalProperties: false };
  return {
    "schemas/veltrix.yaml": "environments:\n  dev: {}\n  prod: {}\n",
    "schemas/gateway/config.schema.json": JSON.stringify(contract),
    "schemas/gateway/values/prod.yaml": values,
  };
}

function buildWith(values: string, token?: object): Promise<BuildResult> {
  return build(new MemoryHost(filesWith(values, token)), { emitters: [] });
}

const codesOf = (result: BuildResult): readonly string[] => result.diagnostics.map(({ code }) => code);

it("stands in no values file of this repository's platform", () => {
  const files = Object.entries(platformFiles).filter(([path]) => path.includes("/values/"));
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter(([, text]) => findSecretForms(text).length > 0).map(([path]) => path)).toEqual([]);
});

describe("a secret in a values file", () => {
  it.each([
    ["a token", `token: ${github}\n`, "a GitHub token"],
    ["a token in quotes", `token: "${connection}"\n`, "a URL with a password"],
    ["a connection string", `token: ${connection}\n`, "a URL with a password"],
    ["a private key", `token: |\n${key.replaceAll(/^(?=.)/gm, "  ")}`, "a private key"],
    ["a token in a flow map", `{ port: 1, token: ${github} }\n`, "a GitHub token"],
  ])("reports VX2021 for %s, at its key and without its value", async (_name, values, kind) => {
    const host = new MemoryHost(filesWith(values));
    const result = await build(host, { emitters: [] });
    expect(result.diagnostics).toMatchObject([
      {
        code: "VX2021",
        severity: "error",
        service: "gateway",
        environments: ["prod"],
        key: "/token",
        at: { pointer: "/token", on: "value" },
      },
    ]);
    expect(result.diagnostics[0]?.message).toContain(kind);
    expect(result.model).toBeUndefined();
    expect(result.written).toEqual([]);
    expectNoLeak(result, [github, aws, connection, key.split("\n")[1] ?? ""]);
  });

  it("reports VX2021 for a key that only its name gives away", async () => {
    const files = filesWith(`aws_secret_access_key: ${aws}\n`);
    const contract = { "x-veltrix": { version: "1.0.0" }, type: "object", properties: { aws_secret_access_key: { type: "string" } } };
    const host = new MemoryHost({ ...files, "schemas/gateway/config.schema.json": JSON.stringify(contract) });
    const result = await build(host, { emitters: [] });
    expect(codesOf(result)).toContain("VX2021");
    expectNoLeak(result, [aws]);
  });

  it("reports VX2021 for one in a comment", async () => {
    const result = await buildWith(`port: 1\n# token: ${github}\n`);
    expect(result.diagnostics).toMatchObject([{ code: "VX2021", at: { offset: 17 } }]);
    expectNoLeak(result, [github]);
  });

  it("reports VX2021 whatever the contract calls the text", async () => {
    expect(codesOf(await buildWith(`token: ${github}\n`, { type: "string", contentMediaType: "text/plain" }))).toEqual(["VX2021"]);
  });

  it("reports VX2021 beside other problems, which do not show it either", async () => {
    const result = await buildWith(`token: ${github}\nport: "${connection}"\n`, { type: "string", pattern: "^x", maxLength: 4 });
    expect([...codesOf(result)].sort()).toEqual(["VX2003", "VX2005", "VX2007", "VX2021", "VX2021"]);
    expectNoLeak(result, [github, connection]);
  });

  it("shows no secret under a key that the contract does not have", async () => {
    const result = await buildWith(`tokens: ${github}\n`);
    expect([...codesOf(result)].sort()).toEqual(["VX2002", "VX2021"]);
    expectNoLeak(result, [github]);
  });

  it("reports VX2021 for the default of a contract", async () => {
    const result = await buildWith("port: 1\n", { type: "string", default: connection });
    expect(result.diagnostics).toMatchObject([
      { code: "VX2021", at: { file: "schemas/gateway/config.schema.json", pointer: "/properties/token/default" } },
    ]);
    expect(result.diagnostics[0]?.message).toContain("in config.schema.json looks like");
    expectNoLeak(result, [connection]);
  });

  it("says nothing more of one that VX2010 has reported", async () => {
    expect(codesOf(await buildWith(`secret: ${github}\n`))).toEqual(["VX2010"]);
  });

  it("says nothing of references to secrets, nor of what a comment lets through", async () => {
    expect(codesOf(await buildWith("secret: !secret gateway/pAssword1OfTheService\n"))).toEqual([]);
    expect(codesOf(await buildWith(`token: ${github} # not-a-secret: of the manual\n`))).toEqual([]);
    expect(codesOf(await buildWith(`token: |- # not-a-secret\n  ${github}\n`))).toEqual([]);
    expect(codesOf(await buildWith(`token: ${github} # secretlint-disable-line\n`))).toEqual([]);
  });
});

const printSarif = (input: ReportInput): string => reportSarif(input, "0.0.0");

/** Nothing that any reporter prints holds the first 20 characters of one of `secrets`. */
function expectNoLeak({ diagnostics, documents }: BuildResult, secrets: readonly string[]): void {
  const input = { diagnostics, readText: (file: string) => documents.get(file)?.text };
  for (const print of [reportPretty, reportJson, reportGithub, printSarif, reportJunit])
    for (const secret of secrets) expect(print(input)).not.toContain(secret.slice(0, 20));
}
