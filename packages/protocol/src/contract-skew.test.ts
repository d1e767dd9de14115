import { expect, it } from "vitest";
import { compareContracts } from "./contract-skew.ts";

const at = (contractVersion: string, contract = contractVersion): { contract: string; contractVersion: string } => ({
  contract,
  contractVersion,
});

// The order of the specification's own example, with numbers that no double holds at the end.
const ascending = [
  "0.9.9",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.1",
  "1.2.0",
  "1.10.0",
  "2.0.0",
  "9007199254740992.0.0",
  "9007199254740993.0.0",
];

it("orders versions as SemVer does", () => {
  for (const [index, version] of ascending.entries())
    for (const [other, than] of ascending.entries()) {
      const age = index === other ? "same" : index < other ? "older" : "newer";
      expect([version, than, compareContracts(at(version), at(than))]).toEqual([version, than, age]);
    }
});

it("says same of one fingerprint, and unordered where the versions do not tell", () => {
  expect(compareContracts(at("1.0.0", "a"), at("2.0.0", "a"))).toBe("same");
  expect(compareContracts(at("1.0.0", "a"), at("1.0.0", "b"))).toBe("unordered");
  expect(compareContracts(at("1.0.0+x", "a"), at("1.0.0+y", "b"))).toBe("unordered");
  expect(compareContracts(at("one", "a"), at("1.0.0", "b"))).toBe("unordered");
});
