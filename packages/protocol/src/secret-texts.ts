// What is wrong with the text of a secret, whatever the contract says of it: the same words for every source. Nothing of
// the text is in them.
import { looksLikePem, parsePem } from "./pem.ts";
import type { SecretDefinition } from "./definition.ts";
import { secretTypeExamples } from "./secret-types.ts";
import { findSuspect } from "./texts.ts";
import { parseUnit } from "./units.ts";

/** What is wrong, after `the secret for /key`, and what to do. */
export interface SecretTextFault {
  readonly says: string;
  readonly hint: string;
}

/** What a contract says of a secret that matters here. */
export type SecretKind = Pick<SecretDefinition, "type" | "isDocument">;

/** What is wrong with `text`, of which the final line break is removed; undefined when nothing is. */
export function findSecretFault(text: string, kind: SecretKind): SecretTextFault | undefined {
  if (text === "") return { says: "is empty", hint: "store the secret in it" };
  return (kind.isDocument === true ? undefined : findSlip(text)) ?? findTypeFault(text, kind);
}

const MEANT = "where it is meant, say with a `contentMediaType` at the key that its text is a document";

function findSlip(text: string): SecretTextFault | undefined {
  const suspect = findSuspect(text);
  if (suspect?.kind === "placeholder") return { says: "is a placeholder", hint: `store the secret itself; ${MEANT}` };
  if (suspect?.kind === "template")
    return { says: "holds a template that nothing filled in", hint: `store the text that it stands for; ${MEANT}` };
  const end = /\s$/.test(text);
  if (suspect === undefined && !end) return undefined;
  const where = suspect?.found ?? (/[\r\n]$/.test(text) ? "ends with a line break" : "ends with whitespace");
  const says = where === "ends with a line break" ? "ends with a line break more than the one that is removed" : where;
  return { says, hint: `store it without whitespace around it; ${MEANT}` };
}

function findTypeFault(text: string, { type, isDocument }: SecretKind): SecretTextFault | undefined {
  if (type === "pem" || type === "certificate" || (type === undefined && isDocument !== true && looksLikePem(text))) {
    const parsed = parsePem(text);
    if (parsed.kind === "malformed") return { says: `is not whole PEM: ${parsed.reason}`, hint: "store all of it, with its line breaks" };
    if (type !== "certificate" || parsed.blocks.every(({ label }) => label === "CERTIFICATE")) return undefined;
  } else if (type === undefined || (type === "url" ? parseUnit("url", text) !== undefined : isDsn(text))) return undefined;
  return { says: `must be ${secretTypeExamples[type]}`, hint: "store a text of that kind" };
}

const HOST = String.raw`(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?::[1-9][0-9]{0,4})?`;

/** A URL of one or more hosts, what Go's MySQL driver takes, or pairs as libpq and ADO.NET take them. */
function isDsn(text: string): boolean {
  if (/[\r\n\t]/.test(text)) return false;
  if (text.includes("://"))
    return new RegExp(String.raw`^(?:jdbc:)?[a-z][a-z0-9+.-]*://(?:[^\s@/?#]+@)?${HOST}(?:,${HOST})*(?:[/?][^\s]*)?$`).test(text);
  if (/@(?:tcp|unix)\(/.test(text)) return /^[^\s:@/]+(?::[^\s]*)?@(?:tcp|unix)\([^\s()]+\)\/[^\s]*$/.test(text);
  const pairs = text.includes(";")
    ? text.replace(/;$/, "").split(";")
    : (text.match(/\w+=(?:'(?:[^'\\]|\\.)*'|[^\s']\S*)(?:\s+|$)|\S+\s*/g) ?? []);
  return (
    pairs.length > 1 &&
    pairs.every((pair) => /^\s*[A-Za-z_][\w .-]*=.*\S\s*$/.test(pair)) &&
    pairs.some((pair) => /^\s*(?:host|hostaddr|server|data source|addr|address|service)\s*=/i.test(pair))
  );
}
