// The rules that the text of every secret has, whatever its contract says. Loaded for a text that may break one.
import { X509Certificate } from "node:crypto";
import { findSecretFault, type SecretKind, type SecretTextFault } from "@veltrix/protocol/secret-texts";

/** What is wrong with `text`; nothing of it is in the words. */
export function judgeSecretText(text: string, kind: SecretKind): SecretTextFault | undefined {
  const fault = findSecretFault(text, kind);
  if (fault !== undefined || kind.type !== "certificate") return fault;
  const isRead = (text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).every(isCertificate);
  return isRead ? undefined : { says: "holds a certificate that cannot be read", hint: "store it as its authority issued it" };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).validTo !== "";
  } catch {
    return false;
  }
}
