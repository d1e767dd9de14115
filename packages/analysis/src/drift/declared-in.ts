// Where the schemas declare what a finding is about.
import { type Model, SETTINGS_FILE } from "@veltrix/compiler";
import type { Location } from "@veltrix/diagnostics";
import type { DriftFinding } from "@veltrix/protocol";

/** Where the contract declares the key; the contract itself where it is no key; the settings where no contract is known. */
export function declaredIn({ services }: Pick<Model, "services">, { service: id, pointer }: DriftFinding): Location {
  const contract = services.find((service) => service.id === id)?.contract;
  if (contract === undefined) return { file: SETTINGS_FILE };
  const key = keysOf(contract).get(pointer);
  return key === undefined ? { file: contract.file } : { ...key.declaredAt, on: "key" };
}

type Contract = Model["services"][number]["contract"];
type Key = Contract["keys"][number];
const indexes = new WeakMap<Contract, ReadonlyMap<string, Key>>();

/** Keys by their pointers, made once for each contract. */
function keysOf(contract: Contract): ReadonlyMap<string, Key> {
  const known = indexes.get(contract);
  if (known !== undefined) return known;
  const index = new Map(contract.keys.map((key) => [key.pointer, key]));
  indexes.set(contract, index);
  return index;
}
