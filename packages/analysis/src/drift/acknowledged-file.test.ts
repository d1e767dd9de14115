import { expect, it } from "vitest";
import { readAcknowledged } from "./acknowledged-file.ts";

const known = { services: ["gateway"], environments: ["prod"] };
const none = { services: [], environments: [] };
const hash = `v1:sha256:${"a".repeat(64)}`;
const entry = {
  service: "gateway",
  environment: "prod",
  object: "ConfigMap/iot/gateway-config",
  key: "/mqtt/host",
  hash,
  until: "2030-01-31",
  reason: "the broker moves",
};
const file = (...entries: readonly object[]): string => JSON.stringify({ acknowledged: entries });

it("reads entries, and lets each hold through its last day", () => {
  const { list, diagnostics } = readAcknowledged(file(entry, { ...entry, key: "", hash: "none" }), known);
  expect(diagnostics).toEqual([]);
  expect(list).toEqual([
    { ...entry, until: Date.parse("2030-02-01T00:00:00Z") },
    { ...entry, key: "", hash: "none", until: Date.parse("2030-02-01T00:00:00Z") },
  ]);
});

it("takes an empty file, and an empty list, for none", () => {
  expect(readAcknowledged("# nothing yet\n", none)).toEqual({ list: [], diagnostics: [] });
  expect(readAcknowledged("acknowledged: []\n", none)).toEqual({ list: [], diagnostics: [] });
});

it.each<[string, object, string]>([
  ["no reason", { ...entry, reason: "  " }, "/acknowledged/0/reason"],
  ["no end", { ...entry, until: undefined }, "/acknowledged/0"],
  ["a day that is none", { ...entry, until: "2030-02-30" }, "/acknowledged/0/until"],
  ["a time", { ...entry, until: "2030-01-31T00:00:00Z" }, "/acknowledged/0/until"],
  ["a short hash", { ...entry, hash: "v1:sha256:aa" }, "/acknowledged/0/hash"],
  ["any hash", { ...entry, hash: "*" }, "/acknowledged/0/hash"],
  ["a number for a key", { ...entry, key: 1 }, "/acknowledged/0/key"],
  ["a key without its slash", { ...entry, key: "mqtt/host" }, "/acknowledged/0/key"],
  ["an object without a namespace", { ...entry, object: "ConfigMap/gateway-config" }, "/acknowledged/0/object"],
  ["a service that is unknown", { ...entry, service: "gatway" }, "/acknowledged/0/service"],
  ["an environment that is unknown", { ...entry, environment: "prdo" }, "/acknowledged/0/environment"],
  ["a member that is unknown", { ...entry, untill: "2031-01-01" }, "/acknowledged/0/untill"],
])("reports VX5019 of an entry with %s", (_what, broken, pointer) => {
  const { list, diagnostics } = readAcknowledged(file(broken), known);
  expect(list).toEqual([]);
  expect(diagnostics.map(({ code, at }) => [code, at.pointer])).toEqual([["VX5019", pointer]]);
});

it.each([
  "acknowledged: {}\n",
  "- a\n",
  "acknowledge: []\n",
  "acknowledged: []\nother: 1\n",
  "acknowledged: [1]\n",
  "a: [\n",
  "a: 1\na: 2\n",
])("reports VX5019 of a file that holds %j", (text) => {
  expect(readAcknowledged(text, none).diagnostics.map(({ code }) => code)).toEqual(["VX5019"]);
});
