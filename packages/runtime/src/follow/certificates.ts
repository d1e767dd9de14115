// When the certificates among the secrets end: told in the status, and in the log once that is soon or past. Looked at by
// the wall clock, which is what the other side of a connection will look at.
import { X509Certificate } from "node:crypto";
import type { ConfigProblem } from "@veltrix/protocol";
import type { CertificateEnd } from "../held/status.ts";
import type { Secrets } from "../view/secret.ts";
import type { Effect, Transition } from "./state.ts";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** The end of each secret that holds certificates: of the one that ends first. */
export function readCertificateEnds(secrets: Secrets): readonly CertificateEnd[] {
  return [...secrets].flatMap(([pointer, secret]) => {
    const blocks = secret.reveal().match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    const ends = blocks.map(endOf).filter((end) => !Number.isNaN(end));
    return ends.length === 0 ? [] : [{ pointer, validTo: new Date(Math.min(...ends)).toISOString() }];
  });
}

function endOf(pem: string): number {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return Number.NaN;
  }
}

/** Certificates were looked at, at this moment of the wall clock. Each end is told once when it is near, and once when it is past. */
export function certified(certificates: readonly CertificateEnd[], at: number): Transition {
  return (state) => {
    const told = new Set(state.toldEnds);
    const effects = certificates.flatMap(({ pointer, validTo }): readonly Effect[] => {
      const days = Math.ceil((Date.parse(validTo) - at) / DAY_MS);
      const stage = days <= 0 ? "past" : days <= SOON_DAYS ? "soon" : undefined;
      const name = `${pointer} ${validTo} ${stage}`;
      if (stage === undefined || told.has(name)) return [];
      told.add(name);
      return [{ kind: "report", problem: describeEnd(pointer, validTo, days) }];
    });
    return { state: { ...state, process: { ...state.process, certificates }, toldEnds: [...told] }, effects };
  };
}

function describeEnd(pointer: string, validTo: string, days: number): ConfigProblem {
  const date = validTo.slice(0, 10);
  const when = days <= 0 ? `ended on ${date}` : `ends on ${date}, in ${days === 1 ? "1 day" : `${days} days`}`;
  const message = `the certificate in the secret for ${pointer} ${when}`;
  return { code: "VX5030", pointer, message, hint: "store a new one, and restart what reads it only at its start" };
}
