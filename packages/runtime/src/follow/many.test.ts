// Inputs of many keys: what takes time for each two of them would not end within the time of a test.
import { type JsonObject, renderDelivered } from "@veltrix/protocol";
import { hashLeaf } from "@veltrix/protocol/fingerprint";
import { describe, expect, it } from "vitest";
import { findBehind, restartKeys } from "../drift/changed-keys.ts";
import { hidingOf } from "../drift/hidden-keys.ts";
import { inspectProof } from "../drift/inspect-proof.ts";
import { explainRefusal } from "../held/explain-refusal.ts";
import { applyOverrides } from "../held/overrides.ts";
import { hashesOf } from "../testing/gateway.ts";

const COUNT = 40_000;
const numbered = (prefix: string, count = COUNT): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const mapOf = (value: (index: number) => JsonObject[string], count = COUNT): JsonObject =>
  Object.fromEntries(numbered("k", count).map((key, index) => [key, value(index)]));

describe("R19: tens of thousands", { timeout: 30_000 }, () => {
  const built = { map: mapOf((index) => index) };
  const edited = { map: mapOf((index) => index + 1) };
  const hashes = hashesOf(built, { secrets: {} });

  it("R19: of edited keys are told with what was built and what is there", () => {
    const { findings: all } = inspectProof({
      configText: renderDelivered(edited),
      value: edited,
      hashes,
      known: [edited, built],
      hidden: numbered("/other/k"),
      hot: numbered("/map/k"),
    });
    const findings = all.filter(({ pointer }) => pointer.startsWith("/map/"));
    expect(findings).toHaveLength(COUNT);
    expect(findings.at(-1)).toMatchObject({ expected: { value: expect.any(Number), hash: expect.stringMatching(/^v1/) } });
  });

  it("R19: of pasted secrets and references are found", () => {
    const secrets = Object.fromEntries(numbered("/map/k").map((pointer) => [pointer, "a/b"]));
    const { findings: all } = inspectProof({
      configText: renderDelivered(built),
      value: built,
      hashes: hashesOf({}, { secrets }),
      known: [],
      hidden: [],
    });
    const findings = all.filter(({ pointer }) => pointer.startsWith("/map/"));
    expect(findings).toHaveLength(COUNT);
    expect(findings.every(({ actual }) => actual.value === undefined && actual.hash === undefined)).toBe(true);
  });

  it("R19: of keys that wait, hot or not, are told", () => {
    const [before, after] = [
      { value: built, secrets: {} },
      { value: edited, secrets: {} },
    ];
    const options = { hop: "not-loaded", service: "s", environment: "e", hidden: numbered("/other/k") } as const;
    const behind = findBehind(before, after, options);
    expect(behind).toHaveLength(COUNT);
    expect(behind.find(({ pointer }) => pointer === "/map/k7")?.expected.hash).toBe(hashLeaf({ pointer: "/map/k7", value: 8 }));
    expect(restartKeys(numbered("/map/k"), numbered("/map/k", COUNT - 1), before, after)).toEqual([`/map/k${COUNT - 1}`]);
  });

  it("R19: of hidden keys hide what is at, above and below them, and nothing else", () => {
    const isHidden = hidingOf([...numbered("/a/k"), "/x/y/z"]);
    const asked = numbered("/a/k").map((pointer) => isHidden(`${pointer}/below`));
    expect(asked.every(Boolean)).toBe(true);
    expect(["/a", "/a/k1", "", "/x", "/x/y", "/x/y/z/1"].map(isHidden)).toEqual([true, true, true, true, true, true]);
    expect(["/b", "/a/", "/x/y/zz", "/x/yz"].map(isHidden)).toEqual([false, false, false, false]);
    expect(isHidden("/".repeat(1_000_000))).toBe(false);
  });

  it("R19: of overrides, right and wrong, are taken or told", () => {
    const delivery = { value: built, secrets: {}, policy: { onDrift: "alert", overrides: "allow" } } as const;
    const wrong = numbered("VELTRIX_OVERRIDE_MAP_Q", 4_000);
    const right = numbered("VELTRIX_OVERRIDE_MAP_K", 4_000);
    const result = applyOverrides(delivery, new Map([...wrong, ...right].map((name) => [name, "7"])));
    expect([result.problems.length, result.overridden.length]).toEqual([wrong.length, right.length]);
    const same = applyOverrides({ ...delivery, value: mapOf(() => 1) }, new Map());
    expect(same.problems).toEqual([]);
  });

  it("R19: of problems are blamed on the overrides that brought them", () => {
    const problems = explainRefusal(
      {
        problems: [],
        violations: numbered("/map/k").map((pointer) => ({ pointer: `${pointer}/x`, rule: "type", expected: "string" })),
        missing: [],
        drift: [],
        units: [],
      },
      {
        own: { contract: "", contractVersion: "" },
        hashes: undefined,
        service: "s",
        environment: "e",
        label: "here",
        overridden: numbered("/map/k").map((pointer) => ({ pointer, variable: `V${pointer}`, delivered: 1, value: 2 })),
      },
    );
    expect(problems.every(({ source }, index) => source === `V/map/k${index}`)).toBe(true);
  });
});
