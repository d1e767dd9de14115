// The repository as its users use it: `npm run build` in a copy that is broken in one place.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Clone, type ProcessResult } from "./clone.ts";

const SERVICES = ["broker", "device-gateway", "event-router", "alert-engine"];
const GATEWAY = "schemas/device-gateway";
let clone: Clone;

beforeAll(() => {
  clone = new Clone();
  const first = clone.npm("build");
  expect(first.text).toContain("successful");
  expect(first.code).toBe(0);
}, 600_000);

afterAll(() => clone[Symbol.dispose]());

/** Which services' builds ran, rather than being replayed from the cache. */
function rebuilt(outcome: ProcessResult): readonly string[] {
  expect(outcome.text).toContain("successful");
  expect(outcome.code).toBe(0);
  return SERVICES.filter((service) => {
    const line = new RegExp(`@veltrix/example-${service}:build: cache (hit|miss)`).exec(outcome.text);
    if (line === null) throw new Error(`turbo says nothing about ${service}:\n${outcome.text}`);
    return line[1] === "miss";
  });
}

describe("npm run build", { timeout: 300_000 }, () => {
  const breakages: readonly (readonly [name: string, file: string, edit: (text: string) => string, code: string, place: RegExp])[] = [
    [
      "a required value is deleted",
      `${GATEWAY}/values/prod.yaml`,
      (text) => text.replace(/^ {2}publicUrl: .*\n/m, ""),
      "VX2001",
      /values\/prod\.yaml:\d+:\d+/,
    ],
    [
      "a key is misspelt",
      `${GATEWAY}/values/base.yaml`,
      (text) => text.replace("requestTimeout:", "requestTimout:"),
      "VX2002",
      /values\/base\.yaml:\d+:\d+/,
    ],
    [
      "a value has a wrong type",
      `${GATEWAY}/values/base.yaml`,
      (text) => text.replace("port: 8080", "port: eighty"),
      "VX2003",
      /values\/base\.yaml:\d+:\d+/,
    ],
    [
      "a reference dangles",
      `${GATEWAY}/values/base.yaml`,
      (text) => text.replace("broker#/listener/host", "broker#/listener/hots"),
      "VX3002",
      /values\/base\.yaml:\d+:\d+/,
    ],
  ];

  it.each(breakages)("fails and writes nothing when %s", async (_name, file, edit, code, place) => {
    const index = clone.read("generated/index.json");
    const outcome = await clone.withEdit(file, edit, () => clone.npm("build"));
    expect(outcome.code).not.toBe(0);
    expect(outcome.text).toContain(`error[${code}]`);
    expect(outcome.text).toMatch(place);
    expect(clone.read("generated/index.json")).toBe(index);
  });

  it("fails at its own source line when a service reads a key that its contract does not have", async () => {
    const file = "packages/examples/device-gateway/src/main.ts";
    const lines = clone.read(file).split("\n").length;
    const outcome = await clone.withEdit(
      file,
      (text) => `${text}export const typo: unknown = (await loadConfigOrExit()).config.http.prot;\n`,
      () => clone.npm("build"),
    );
    expect(outcome.code).not.toBe(0);
    expect(outcome.text).toContain(`src/main.ts(${lines},`);
    expect(outcome.text).toContain("'prot' does not exist");
  });

  it("G6 `veltrix build --check` names a file that was edited by hand", async () => {
    const file = "generated/broker/index.js";
    const outcome = await clone.withEdit(
      file,
      (text) => text.replace("loadConfig,", "loadConfig ,"),
      () => clone.npm("check"),
    );
    expect(outcome.code).toBe(1);
    expect(outcome.text).toContain("error[VX7003]");
    expect(outcome.text).toContain(file);
  });
});

describe("turbo", { timeout: 300_000 }, () => {
  it("replays every service when nothing changed", () => {
    expect(rebuilt(clone.npm("build"))).toEqual([]);
  });

  it("rebuilds the service whose contract changed, and no other", async () => {
    // A name that no cache has seen.
    const name = `spare${Date.now()}`;
    const widen = (text: string): string =>
      text.replace(/("required": \["site", [^\]]*\],\n\s*"properties": \{)/, `$1 "${name}": { "type": "string" },`);
    const outcome = await clone.withEdit(`${GATEWAY}/config.schema.json`, widen, () => clone.npm("build"));
    expect(rebuilt(outcome)).toEqual(["device-gateway"]);
    clone.npm("build");
  });

  it("rebuilds no service when a value changed", async () => {
    const outcome = await clone.withEdit(
      `${GATEWAY}/values/prod.yaml`,
      (text) => text.replace("maxReadings: 100", "maxReadings: 101"),
      () => clone.npm("build"),
    );
    expect(outcome.text).toMatch(/[1-9]\d* files? written/);
    expect(rebuilt(outcome)).toEqual([]);
    clone.npm("build");
  });

  it("rebuilds no service when a description changed", async () => {
    const outcome = await clone.withEdit(
      `${GATEWAY}/config.schema.json`,
      (text) => text.replace("Id of the site.", "The id of the site."),
      () => clone.npm("build"),
    );
    expect(outcome.text).toMatch(/[1-9]\d* files? written/);
    expect(rebuilt(outcome)).toEqual([]);
    clone.npm("build");
  });
});
