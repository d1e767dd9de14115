import { describe, expect, it } from "vitest";
import { parseRule } from "./cel.ts";

function evaluate(rule: string, self: unknown = {}): unknown {
  const parsed = parseRule(rule);
  if (parsed.kind === "invalid") throw new Error(`${rule}: ${parsed.detail}`);
  return parsed.evaluate(self);
}

describe("functions of rules in Kubernetes", () => {
  it.each([
    "[1, 2, 3].sum() == 6",
    "[].sum() == 0",
    "[3, 1, 2].min() == 1",
    '["b", "a"].max() == "b"',
    "[1, 2, 2].isSorted()",
    "![2, 1].isSorted()",
    "[].isSorted()",
    '["a", "b", "a"].indexOf("a") == 0',
    '["a", "b", "a"].lastIndexOf("a") == 2',
    "[1].indexOf(2) == -1",
    '"abc".charAt(1) == "b"',
    '"abc".charAt(9) == ""',
    '"a.b.c".replace(".", "-") == "a-b-c"',
    'isURL("https://a.example/x")',
    '!isURL("a.example")',
    'isIP("10.0.0.1") && isIP("::1") && !isIP("10.0.0")',
    'isCIDR("10.0.0.0/8") && isCIDR("fd00::/64") && !isCIDR("10.0.0.0/33") && !isCIDR("10.0.0.0")',
  ])("%s", (rule) => {
    expect(evaluate(rule)).toBe(true);
  });

  it("take the values of a config", () => {
    const self = { weights: [10n, 20n], hosts: ["a", "b"] };
    expect(evaluate("self.weights.sum() == 30 && self.hosts.indexOf('b') == 1 && self.weights.indexOf(20) == 1", self)).toBe(true);
    expect(evaluate("self.shares.sum() < 1.0", { shares: [0.25, 0.5] })).toBe(true);
  });

  it("fail where Kubernetes fails", () => {
    expect(() => evaluate("[].min() == 1")).toThrow("min of an empty list");
    expect(() => evaluate("self.a.sum() == 1", { a: [{}] })).toThrow("more than numbers and texts");
  });
});
