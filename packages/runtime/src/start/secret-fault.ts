// What can be wrong with a secret, as data: no text of one is in it.
import type { Violation } from "@veltrix/protocol";

/** One fault. `source` is the file or the variable that it was read from. */
export type SecretFault = { readonly pointer: string } & (
  | { readonly kind: "no-folder" | "bad-reference" }
  | { readonly kind: "unset-variable" | "undecodable-variable" | "undecodable-file"; readonly source: string }
  | { readonly kind: "unreadable-file"; readonly source: string; readonly reason: string }
  | { readonly kind: "unmeant"; readonly source: string; readonly says: string; readonly hint: string }
  | { readonly kind: "violated"; readonly source: string; readonly violations: readonly Violation[] }
);
