// What a secret can be declared to be. A secret stays a text in code: these are grammars, and no units.

/** One line per type: what to store. */
export const secretTypeExamples = {
  pem: 'PEM: whole blocks from "-----BEGIN ...-----" to "-----END ...-----"',
  certificate: 'certificates as PEM, each from "-----BEGIN CERTIFICATE-----" to its end',
  url: 'an absolute URL such as "https://example.org/path"',
  dsn: 'a connection string such as "postgres://user:password@host:5432/name", "user:password@tcp(host:3306)/name" or "host=db user=app"',
} as const;

export type SecretType = keyof typeof secretTypeExamples;

/** True when `name` is one of ours. */
export function isSecretType(name: unknown): name is SecretType {
  return typeof name === "string" && Object.hasOwn(secretTypeExamples, name);
}
