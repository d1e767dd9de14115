// fingerprints.json and surface.json: what was built, and what a dependent's build can see of it.
import { deliveredHashes, GENERATED_MARK, type Service } from "@veltrix/compiler";
import type { FingerprintsFile } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";

const COMMENT = `${GENERATED_MARK}. Do not edit: run "veltrix build".`;

/** The text of fingerprints.json. */
export function printFingerprints(service: Service): string {
  const file: FingerprintsFile = {
    format: 1,
    service: service.id,
    contract: service.contract.fingerprint,
    contractVersion: service.contract.version,
    environments: Object.fromEntries(service.configs.map((config) => [config.environment.name, deliveredHashes(config)])),
  };
  return `${JSON.stringify({ $comment: COMMENT, ...file }, undefined, 2)}\n`;
}

/** What a surface is made of. */
export interface Surface {
  /** index.d.ts without comments. */
  readonly types: string;
  readonly accessor: string;
  readonly validator: string;
}

/** The text of surface.json: nothing that a value or a description changes. */
export function printSurface(surface: Surface): string {
  const hashes = { types: hashBytes(surface.types), accessor: hashBytes(surface.accessor), validator: hashBytes(surface.validator) };
  return `${JSON.stringify({ $comment: COMMENT, format: 1, ...hashes }, undefined, 2)}\n`;
}
