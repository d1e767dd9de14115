// What one check of the doctor comes to.

/** All is well, something is wrong, or it could not be asked. */
export type CheckResult =
  | { readonly kind: "ok"; readonly check: string; readonly detail: string }
  /** `file`: where it is put right. */
  | { readonly kind: "wrong"; readonly check: string; readonly detail: string; readonly fix: string; readonly file: string }
  | { readonly kind: "skipped"; readonly check: string; readonly detail: string };
