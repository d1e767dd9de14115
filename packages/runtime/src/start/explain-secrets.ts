// Faults of secrets in words, in the order of their keys.
import type { ConfigProblem } from "@veltrix/protocol";
import { describeSecretViolation } from "../contract/describe-violation.ts";
import type { SecretFault } from "./secret-fault.ts";

/** Every problem with the secrets: those of a key by their keys, then that there is no folder. */
export function explainSecrets(faults: readonly SecretFault[]): readonly ConfigProblem[] {
  const order = ({ kind, pointer }: SecretFault): string => (kind === "no-folder" ? "\uFFFF" : pointer);
  return [...faults].sort((a, b) => (order(a) < order(b) ? -1 : 1)).flatMap(explain);
}

/** Said when there are secrets and no folder to read them from. */
export const missingSecretsDir: ConfigProblem = {
  code: "VX5008",
  pointer: "",
  message: "VELTRIX_SECRETS_DIR is not set, and this configuration has secrets",
  hint: "set VELTRIX_SECRETS_DIR to the folder that the Secrets are mounted in, one folder per Secret",
  source: "VELTRIX_SECRETS_DIR",
};

function explain(fault: SecretFault): readonly ConfigProblem[] {
  const { pointer } = fault;
  switch (fault.kind) {
    case "no-folder":
      return [missingSecretsDir];
    case "bad-reference": {
      const message = `${pointer} refers to a secret that is not <name>/<key> in the secrets folder`;
      return [{ code: "VX5006", pointer, message, hint: "deliver veltrix.json as `veltrix build` wrote it" }];
    }
    case "unset-variable": {
      const message = `${pointer} is missing: ${fault.source} is not set, or empty`;
      return [{ code: "VX5008", pointer, message, hint: `set ${fault.source}`, source: fault.source }];
    }
    case "undecodable-variable": {
      const message = `the secret for ${pointer} is not UTF-8, or contains U+FFFD: in a variable the two look the same`;
      const hint = "store different text in it, or mount it and set VELTRIX_SOURCE=dir";
      return [{ code: "VX5007", pointer, message, hint, source: fault.source }];
    }
    case "unreadable-file": {
      const message = `the secret for ${pointer} cannot be read: ${fault.reason}`;
      return [{ code: "VX5006", pointer, message, hint: "mount the Secret there, or create that key in it", source: fault.source }];
    }
    case "undecodable-file":
      return [
        { code: "VX5007", pointer, message: `the secret for ${pointer} is not UTF-8`, hint: "store text in it", source: fault.source },
      ];
    case "unmeant":
      return [{ code: "VX5007", pointer, message: `the secret for ${pointer} ${fault.says}`, hint: fault.hint, source: fault.source }];
    case "violated":
      return fault.violations.map((violation) => ({ ...describeSecretViolation(pointer, violation), source: fault.source }));
  }
}
