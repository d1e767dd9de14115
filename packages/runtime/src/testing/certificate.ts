// A self-signed certificate for 127.0.0.1, made when it is needed: no private key lies in the repository.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** Key and certificate as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Makes a certificate that is its own authority, valid from 2020 to 2049, or to another end, written as UTCTime. */
export function makeCertificate(end = "491231235959Z"): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(utcTime("200101000000Z"), utcTime(end)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(basicConstraints, subjectAltName)),
  );
  const signature = sign("sha256", body, privateKey);
  const cert = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature));
  return { key: exportKey(privateKey), cert: pem(cert) };
}

function exportKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

function integer(value: number): Buffer {
  return tagged(0x02, Buffer.from([value]));
}

function identifier(...bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function utcTime(text: string): Buffer {
  return tagged(0x17, Buffer.from(text));
}

const ecdsaWithSha256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const name = sequence(tagged(0x31, sequence(identifier(0x55, 0x04, 0x03), tagged(0x0c, Buffer.from("config.test")))));
const basicConstraints = sequence(
  identifier(0x55, 0x1d, 0x13),
  tagged(0x01, Buffer.from([0xff])),
  tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff])))),
);
const subjectAltName = sequence(identifier(0x55, 0x1d, 0x11), tagged(0x04, sequence(tagged(0x87, Buffer.from([127, 0, 0, 1])))));
