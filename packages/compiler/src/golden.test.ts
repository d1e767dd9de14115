// Every folder of fixtures/diagnostics is compiled as a user would: what is printed must stay as it is, byte for byte.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalogue, isCode, reportPretty } from "@veltrix/diagnostics";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.ts";
import { DiskHost } from "./host/disk-host.ts";

const root = fileURLToPath(new URL("../fixtures/diagnostics", import.meta.url));
const cases = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

describe.each(cases)("%s", (name) => {
  const [, code = "", slug] = /^(VX[0-9]{4})-([a-z-]+)(?:\.[a-z-]+)?$/.exec(name) ?? [];
  const { diagnostics, documents, model } = compile(new DiskHost(`${root}/${name}`));

  it("prints what it printed before", async () => {
    const text = reportPretty({ diagnostics, readText: (file) => documents.get(file)?.text });
    await expect(text).toMatchFileSnapshot(`${root}/${name}/expected.txt`);
  });

  it("reports its own code, and nothing else", () => {
    expect(isCode(code) && catalogue[code].slug).toBe(slug);
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    expect(model === undefined).toBe(diagnostics[0]?.severity === "error");
  });
});
