// VX50xx: what a running service, or a look at what was delivered to it, can report.
import { runtimeCodes } from "@veltrix/protocol";
import { entry, withHint } from "./entry.ts";

export interface RuntimeParams {
  readonly message: string;
  readonly hint?: string;
}

const said = (p: RuntimeParams) => ({ message: p.message, ...withHint(p.hint) });

export const runtime = {
  VX5001: entry(runtimeCodes.VX5001, "error", "A process was not told where its configuration is.", said),
  VX5002: entry(runtimeCodes.VX5002, "error", "A delivered file is missing or cannot be read.", said),
  VX5003: entry(runtimeCodes.VX5003, "error", "A delivered file is malformed.", said),
  VX5004: entry(runtimeCodes.VX5004, "error", "A delivered file belongs to another service or environment.", said),
  VX5005: entry(runtimeCodes.VX5005, "error", "A delivered value violates the contract that the code was compiled with.", said),
  VX5006: entry(runtimeCodes.VX5006, "error", "A secret is not mounted.", said),
  VX5007: entry(runtimeCodes.VX5007, "error", "A secret violates its contract.", said),
  VX5008: entry(runtimeCodes.VX5008, "error", "A required environment variable is missing or empty.", said),
  VX5009: entry(runtimeCodes.VX5009, "error", "An environment variable is not a valid text of its type.", said),
  VX5010: entry(runtimeCodes.VX5010, "error", "What is delivered or in use is not what was built.", said),
  VX5011: entry(runtimeCodes.VX5011, "error", "An override that is refused or names no key.", said),
  VX5012: entry(runtimeCodes.VX5012, "warning", "A new config changes keys that need a restart.", said),
  VX5013: entry(runtimeCodes.VX5013, "error", "A new config was refused; the old one is kept.", said),
  VX5014: entry(runtimeCodes.VX5014, "warning", "Values and code come from different contracts.", said),
  VX5015: entry(runtimeCodes.VX5015, "error", "The source env cannot carry this contract.", said),
  VX5016: entry(runtimeCodes.VX5016, "error", "The config service cannot answer.", said),
  VX5017: entry(runtimeCodes.VX5017, "error", "The config service answered with a release that must not be used.", said),
  VX5018: entry(runtimeCodes.VX5018, "error", "The last-known-good release on disk must not be used.", said),
  VX5030: entry(runtimeCodes.VX5030, "warning", "A certificate among the secrets has ended, or ends within 14 days.", said),
  VX5031: entry(runtimeCodes.VX5031, "warning", "An environment variable of the contract is set and not taken.", said),
};
