// Values of one contract and code of another: which of the two is older, by the versions that both carry.

/** A contract as values and code name it. */
export interface ContractName {
  /** Its fingerprint. */
  readonly contract: string;
  /** SemVer. */
  readonly contractVersion: string;
}

/** What the delivered contract is beside the one of the code; `unordered` where the versions are one and the fingerprints are not. */
export type ContractAge = "same" | "older" | "newer" | "unordered";

/** How old `delivered` is beside `own`. */
export function compareContracts(delivered: ContractName, own: ContractName): ContractAge {
  if (delivered.contract === own.contract) return "same";
  const order = compareVersions(delivered.contractVersion, own.contractVersion);
  return order === undefined || order === 0 ? "unordered" : order < 0 ? "older" : "newer";
}

/** By precedence (https://semver.org, section 11): below, at or above zero; undefined where one is no version. */
function compareVersions(a: string, b: string): number | undefined {
  const [first, second] = [partsOf(a), partsOf(b)];
  if (first === undefined || second === undefined) return undefined;
  const core = compareLists(first.core, second.core);
  if (core !== 0) return core;
  // A pre-release comes before its release.
  const [isFinal, isOtherFinal] = [first.pre.length === 0, second.pre.length === 0];
  return isFinal || isOtherFinal ? Number(isFinal) - Number(isOtherFinal) : compareLists(first.pre, second.pre);
}

interface Parts {
  readonly core: readonly string[];
  readonly pre: readonly string[];
}

function partsOf(version: string): Parts | undefined {
  const [, core, pre = ""] = /^(\d+\.\d+\.\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(version) ?? [];
  return core === undefined ? undefined : { core: core.split("."), pre: pre === "" ? [] : pre.split(".") };
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index];
    const order = other === undefined ? 1 : compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by their value, however long, and before texts; texts by their units. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  const [one, other] = isNumber ? [a.replace(/^0+(?=\d)/, ""), b.replace(/^0+(?=\d)/, "")] : [a, b];
  if (isNumber && one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : one > other ? 1 : 0;
}
