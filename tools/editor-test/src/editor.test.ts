// Values files of this repository in a real editor's language server, set up as `veltrix editor` does.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@veltrix/cli";
import { build, DiskHost } from "@veltrix/compiler";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LanguageServer, type Position, type Underlined } from "./language-server.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const folder = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-editor-")));
let server: LanguageServer;
let count = 0;

function copy(path: string): void {
  for (const entry of readdirSync(join(repository, path), { withFileTypes: true })) {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) copy(below);
    else {
      mkdirSync(dirname(join(folder, below)), { recursive: true });
      writeFileSync(join(folder, below), readFileSync(join(repository, below)));
    }
  }
}

beforeAll(async () => {
  copy("schemas");
  const { model } = await build(new DiskHost(folder), { emitters: [typescriptEmitter, kubernetesEmitter] });
  if (model === undefined) throw new Error("the platform does not compile");
  const io = { stdout: () => {}, stderr: () => {}, cwd: folder, env: {}, isTerminal: false };
  if ((await main(["editor"], io)) !== 0) throw new Error("veltrix editor did not succeed");
  // Written without comments, where there was no file.
  server = await LanguageServer.start(
    folder,
    JSON.parse(readFileSync(join(folder, ".vscode/settings.json"), "utf8")) as { readonly [name: string]: unknown },
    { file: join(folder, "schemas/device-gateway/values/settings.yaml"), text: "http:\n  prot: 8080\n" },
  );
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a new values file of device-gateway. `|` marks the place that is asked about. */
async function open(
  marked: string,
): Promise<{ readonly file: string; readonly position: Position; readonly underlined: readonly Underlined[] }> {
  const file = join(folder, "schemas/device-gateway/values", `probe${count++}.yaml`);
  const before = marked.slice(0, Math.max(0, marked.indexOf("|"))).split("\n");
  const underlined = await server.open(file, marked.replace("|", ""));
  return { file, position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 }, underlined };
}

describe("yaml-language-server", () => {
  it("finds nothing wrong with any values file of the repository", async () => {
    const found: string[] = [];
    for (const service of readdirSync(join(folder, "schemas"), { withFileTypes: true })) {
      const values = join(folder, "schemas", service.name, "values");
      for (const name of service.isDirectory() && service.name !== "shared" ? readdirSync(values) : []) {
        const underlined = await server.open(join(values, name), readFileSync(join(values, name), "utf8"));
        found.push(...underlined.map(({ line, message }) => `${service.name}/${name}:${line} ${message}`));
      }
    }
    expect(found).toEqual([]);
  });

  it("completes keys and allowed values", async () => {
    const keys = await open("http:\n  port: 8080\n  |\n");
    expect(await server.complete(keys.file, keys.position)).toEqual(
      expect.arrayContaining(["bind", "path", "publicUrl", "requestTimeout", "token"]),
    );
    const values = await open("logging:\n  level: |\n");
    expect(await server.complete(values.file, values.position)).toEqual(expect.arrayContaining(["debug", "info", "warn", "error"]));
  });

  it("shows the description and the type of a key", async () => {
    const { file, position } = await open("ingest:\n  limits:\n    maxRead|ings: 5\n");
    const text = await server.hover(file, position);
    expect(text).toContain("Readings that one message may carry.");
    expect(text).toContain("Whole number from 1 to 500.");
  });

  it("underlines a wrong type, a number out of range, a wrong unit and an unknown key", async () => {
    const lines = async (text: string): Promise<readonly number[]> => [...new Set((await open(text)).underlined.map(({ line }) => line))];
    expect(await lines("site:\n  contact: a@b.example\nhttp:\n  port: many\n")).toEqual([4]);
    expect(await lines("http:\n  port: 80\n")).toEqual([2]);
    expect(await lines("http:\n  requestTimeout: 5 seconds\n")).toEqual([2]);
    expect(await lines("http:\n  prot: 8080\n")).toEqual([2]);
    expect(await lines("mqtt:\n  cleanSession: maybe\n")).toEqual([2]);
    expect(await lines("ingest:\n  metrics:\n    - { name: temperature, unit: celsius, min: 0 }\n")).toEqual([3]);
  });

  it("takes a reference for any key, and a secret for a secret alone", async () => {
    const { underlined } = await open(
      "http:\n  port: !ref broker#/listener/port\n  token: !secret device-gateway/http-token\nmqtt: !ref broker#/listener\ningest:\n  metrics: !ref broker#/access\n",
    );
    expect(underlined).toEqual([]);
    expect((await open("http:\n  token: hunter2\n")).underlined.map(({ line }) => line)).toEqual([2]);
  });

  it("takes the tags of merging and of texts, and a replaced object is checked like any other", async () => {
    const { underlined } = await open(
      "http:\n  port: !unset\n  token: !unset\n  publicUrl: !text https://a.example/\nlogging: !unset\nmqtt: !unset\ningest: !replace\n  limits: { maxReadings: 5 }\n",
    );
    expect(underlined).toEqual([]);
    expect((await open("http: !replace\n  prot: 8080\n")).underlined.map(({ line }) => line)).toEqual([2]);
  });
});
