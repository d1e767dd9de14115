// Codes that a running service can report. The catalogue of `diagnostics` holds their documentation;
// they stand here because the runtime depends on nothing else.

/** Slug of each runtime code. Numbers are permanent. */
export const runtimeCodes = {
  VX5001: "no-source",
  VX5002: "unreadable-config",
  VX5003: "malformed-config",
  VX5004: "wrong-config",
  VX5005: "invalid-value",
  VX5006: "missing-secret",
  VX5007: "invalid-secret",
  VX5008: "missing-variable",
  VX5009: "undecodable-variable",
  VX5010: "drift",
  VX5011: "bad-override",
  VX5012: "restart-required",
  VX5013: "reload-rejected",
  VX5014: "contract-skew",
  VX5015: "env-source-impossible",
  VX5016: "config-service-unavailable",
  VX5017: "release-refused",
  VX5018: "unusable-last-known-good",
  VX5030: "certificate-ends",
  VX5031: "variable-not-taken",
} as const;

export type RuntimeCode = keyof typeof runtimeCodes;

/** One thing wrong with the configuration of a process. */
export interface ConfigProblem {
  readonly code: RuntimeCode;
  /** RFC 6901 pointer of the key at fault; empty when the whole is. */
  readonly pointer: string;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  /** The rule of the contract that is broken, where it is one: a JSON Schema keyword or one of ours. */
  readonly rule?: string;
  /** The file or variable that was read, where there is one. */
  readonly source?: string;
}
