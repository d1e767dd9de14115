// Where the schemas declare what a finding is about.
import { type Model, SETTINGS_FILE } from "@veltrix/compiler";
import type { Location } from "@veltrix/diagnostics";
import type { DriftFinding } from "@veltrix/protocol";

/** Where the contract declares the key; the contract itself where it is no key; the settings where no contract is known. */
export function declaredIn({ services }: Pick<Model, "services">, { service: id, pointer }: DriftFinding): Location {
  const contract = services.find((service) => service.id === id)?.contract;
  if (contract === undefined) return { file: SETTINGS_FILE };
  const key = contract.keys.find((candidate) => candidate.pointer === pointer);
  return key === undefined ? { file: contract.file } : { ...key.declaredAt, on: "key" };
}
