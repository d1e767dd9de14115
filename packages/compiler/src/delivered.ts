// The hashes of a resolved config in the two forms that are delivered: an entry of fingerprints.json, and veltrix.json.
import type { DeliveredHashes, HashesFile } from "@veltrix/protocol";
import type { ResolvedConfig, Service } from "./model.ts";

/** What `fingerprints.json` says of one environment. */
export function deliveredHashes(config: ResolvedConfig): DeliveredHashes {
  const { onDrift, overrides } = config.environment.policy;
  return {
    bytes: config.bytes,
    root: config.fingerprints.root,
    restart: config.fingerprints.restart,
    policy: { onDrift, overrides },
    secrets: config.secrets,
    leaves: config.fingerprints.leaves,
  };
}

/** `veltrix.json`: the hashes that stand beside a delivered `config.json`. */
export function hashesFileOf(service: Service, config: ResolvedConfig): HashesFile {
  return {
    format: 1,
    service: service.id,
    environment: config.environment.name,
    contract: service.contract.fingerprint,
    contractVersion: service.contract.version,
    ...deliveredHashes(config),
  };
}
