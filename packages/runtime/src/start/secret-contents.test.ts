// What the text of a secret may not be, in every source with the same words; and that the quick look before that rule
// lets nothing pass that the rule would refuse.
import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findSecretFault } from "@veltrix/protocol/secret-texts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServiceDefinition } from "../contract/definition.ts";
import { makeCertificate } from "../testing/certificate.ts";
import { fingerprintsFile, gateway, values } from "../testing/gateway.ts";
import { loadGateway, mountGateway, problemsOf, startGateway } from "../testing/mount.ts";
import { isPlain } from "./read-secrets.ts";

const { cert, key } = makeCertificate();
const lines = cert.trimEnd().split("\n");
type Kind = Partial<ServiceDefinition["secrets"][string]>;

const definitionOf = (kind: Kind): ServiceDefinition =>
  gateway({ secrets: { "/mqtt/password": { required: true, variable: "MQTT_PASSWORD", ...kind } }, validateSecret: () => [] });

const variables = {
  ENDPOINTS: '["a.example:1"]',
  INGEST_BATCH: "10",
  INGEST_LIMITS: '{"perDevice":5,"window":"1m"}',
  LISTEN: "0.0.0.0:8080",
  LOG_LEVEL: "info",
  MQTT_BROKER_URL: "mqtts://broker.example:8883",
  MQTT_CLIENT_ID: "gateway-1",
  MQTT_QOS: "1",
  REGION: "eu",
  VELTRIX_SOURCE: "env",
  VELTRIX_ENVIRONMENT: "prod",
};

/** What a start says of a text, by the source that it comes from; the text itself where it is taken. */
async function judged(text: string, kind: Kind = {}): Promise<{ readonly dir: string; readonly env: string }> {
  const definition = { ...definitionOf(kind), fingerprints: async () => fingerprintsFile(values) };
  const mount = await mountGateway();
  await mkdir(join(mount.secretsDir, "mqtt-credentials"), { recursive: true });
  await writeFile(join(mount.secretsDir, "mqtt-credentials", "password"), text);
  const said = async (from: { readonly [name: string]: string }): Promise<string> => {
    try {
      return (await loadGateway(from, {}, definition)).config.mqtt.password.reveal();
    } catch (error) {
      const problems = await problemsOf(Promise.reject(error as Error));
      expect(problems).toHaveLength(1);
      expect(problems[0]?.pointer).toBe("/mqtt/password");
      if (text.trim().length > 12) expect(JSON.stringify(problems)).not.toContain(text.trim());
      return `${problems[0]?.code} ${problems[0]?.message}`;
    }
  };
  return { dir: await said(mount.variables), env: await said({ ...variables, MQTT_PASSWORD: text }) };
}

const refused: readonly (readonly [string, string, RegExp, Kind?])[] = [
  ["${DB_PASSWORD}", "a template", /template/],
  ["postgres://u:${PASSWORD}@db/x", "a template inside", /template/],
  ["{{ .Values.password }}", "a chart's template", /template/],
  ["<password>", "a placeholder", /placeholder/],
  ["changeme", "a word", /placeholder/],
  ["CHANGE_ME\n", "a word and a newline", /placeholder/],
  ["your-api-key-2-here", "a word with a digit", /placeholder/],
  ["!secret db/password", "our own tag", /placeholder/],
  ["!ref other#/key", "our other tag", /placeholder/],
  ["vault:secret/data/db#password", "a marker", /placeholder/],
  ["ref+vault://db/password#/x", "a marker of vals", /placeholder/],
  ["ENC[AES256_GCM,data:abc,iv:def]", "a marker of SOPS", /placeholder/],
  ["hunter2-canary\n\n", "a second newline", /line break more/],
  ["hunter2-canary\r\n\r\n", "a second Windows newline", /line break more/],
  ["hunter2-canary\r", "a carriage return", /line break/],
  [" hunter2-canary", "a space before it", /begins with/],
  ["hunter2-canary ", "a space after it", /ends with/],
  ["hunter2-canary\t\n", "a tab after it", /ends with/],
  ["\uFEFFhunter2-canary", "a byte order mark", /begins with/],
  [" ", "a space alone", /begins with/],
  [`${cert}\n`, "a certificate and a second newline", /line break|blank/],
  [lines.slice(0, -1).join("\n"), "a certificate without its end", /PEM/],
  [lines.slice(0, 4).join("\n"), "half a certificate", /PEM/],
  [lines.slice(1).join("\n"), "a certificate without its beginning", /PEM/],
  [[...lines.slice(0, 2), ...lines.slice(3)].join("\n"), "a certificate that lacks a line", /PEM/],
  [cert.replaceAll("\n", ""), "a certificate in one line", /PEM/],
  [cert.trimEnd().replaceAll("\n", " "), "a certificate with spaces for line breaks", /PEM/],
  [cert.trimEnd().replaceAll("\n", "\\n"), "a certificate with escapes for line breaks", /PEM/],
  [key.slice(0, 60), "a cut key", /PEM/],
  [`${cert}${key.slice(0, 90)}`, "a whole block and a cut one", /PEM/],
  ["hunter2-canary", "no PEM", /PEM/, { type: "pem" }],
  [key, "a key for a certificate", /must be certificates/, { type: "certificate" }],
  [cert.replace(lines[1]!.slice(8, 40), "A".repeat(32)), "a certificate that is none", /certificate/, { type: "certificate" }],
  ["db.example:5432", "no URL", /must be an absolute URL/, { type: "url" }],
  ["https://exa mple.org/", "a URL with a space", /must be an absolute URL/, { type: "url" }],
  ["hunter2-canary", "no DSN", /connection string/, { type: "dsn" }],
  ["postgres://", "a DSN without a host", /connection string/, { type: "dsn" }],
  ["host=db user=app password", "a pair without a value", /connection string/, { type: "dsn" }],
];

const taken: readonly (readonly [string, string, Kind?])[] = [
  ["hunter2-canary", "a password"],
  ["correct horse battery staple", "words"],
  ["a$b{c}d%e#f<g>", "signs"],
  ["p@$$w0rd!{x}", "more signs"],
  ['{"private_key":"-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----\\n"}', "JSON that quotes a key"],
  [cert, "a certificate"],
  [cert.replaceAll("\n", "\r\n"), "a certificate with Windows newlines"],
  [`# from our authority\n${cert}${cert}`, "certificates with an explanation"],
  [`${cert}${key}`, "a certificate and its key", { type: "pem" }],
  [cert, "a certificate, as one", { type: "certificate" }],
  [exportEncrypted(), "an encrypted key", { type: "pem" }],
  ["https://user:canary@example.org/path", "a URL", { type: "url" }],
  ["postgres://user:p%40ss@db.example:5432/app?sslmode=require", "a DSN", { type: "dsn" }],
  ["mongodb+srv://u:p@a.example,b.example:27018/app", "a DSN of two hosts", { type: "dsn" }],
  ["jdbc:postgresql://db:5432/app?user=a&password=b", "a DSN of JDBC", { type: "dsn" }],
  ["user:pa:ss@tcp(db:3306)/app?parseTime=true", "a DSN of Go", { type: "dsn" }],
  ["host=db port=5432 user=app password='pa ss'", "a DSN of libpq", { type: "dsn" }],
  ["Server=db;Database=app;User Id=sa;Password=pa=ss;", "a DSN of ADO.NET", { type: "dsn" }],
  [" ${HOME} \n\n", "anything in a document", { isDocument: true }],
];

/** Only line breaks inside of blocks are gone: both decode to the same. */
function sameBlocks(text: string, whole: string): boolean {
  const blocks = (of: string): string =>
    JSON.stringify(
      [...of.matchAll(/-----BEGIN ([A-Z ]+)-----\n([^-]*)\n-----END \1-----/g)].map(([, label, body = ""]) => [
        label,
        body.replaceAll("\n", ""),
      ]),
    );
  return text.replaceAll("\n", "").length === whole.replaceAll("\n", "").length && blocks(text) === blocks(whole);
}

function exportEncrypted(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return privateKey.export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: "x" }).toString();
}

describe("the text of a secret", () => {
  it.each(refused.map(([text, name, says, kind = {}]) => [text, name, says, kind] as const))(
    "is refused in every source alike: %j, %s",
    async (text, _name, says, kind) => {
      const { dir, env } = await judged(text, kind);
      expect(dir).toMatch(says);
      expect(dir).toMatch(/^VX5007 the secret for \/mqtt\/password /);
      expect(env).toBe(dir);
    },
  );

  it.each(taken.map(([text, name, kind = {}]) => [text, name, kind] as const))(
    "is taken in every source alike: %j, %s",
    async (text, _name, kind) => {
      const expected = text.replace(/\r?\n$/, "");
      expect(await judged(text, kind)).toEqual({ dir: expected, env: expected });
    },
  );

  it("is refused wherever a PEM was cut: no one of 180 places is served", () => {
    // A generator of its own (mulberry32), so that every run cuts at the same places.
    let seed = 20_260_101;
    const random = (below: number): number => {
      seed = (seed + 0x6d2b79f5) | 0;
      let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) % below;
    };
    const whole = `${cert}${key}`.trimEnd();
    const cuts: readonly ((at: number) => string)[] = [
      (at) => whole.slice(0, 5 + (at % (whole.length - 5))),
      (at) => whole.slice(1 + (at % (whole.length - 30))),
      (at) => whole.slice(0, at) + whole.slice(at + 1 + random(40)),
    ];
    const served: string[] = [];
    for (const cut of cuts)
      for (let place = 0; place < 60; place++) {
        const text = cut(random(whole.length - 41));
        const isWhole = [cert.trimEnd(), key.trimEnd(), whole].includes(text.trimEnd()) || sameBlocks(text, whole);
        if (!isWhole && findSecretFault(text.replace(/\n$/, ""), {}) === undefined) served.push(text);
      }
    expect(served).toEqual([]);
  });

  it("is never empty, whichever source it comes from", async () => {
    for (const text of ["", "\n", "\r\n"]) {
      const { dir, env } = await judged(text, { isDocument: true });
      expect(dir).toBe("VX5007 the secret for /mqtt/password is empty");
      expect(env).toMatch(/empty/);
    }
  });

  it("is judged by the quick look as by the rule", () => {
    const sign = fc.constantFrom(..."aZ09_-=/+.~$({<% !\n#:@x", "your", "__", "changeme", "${A}", "ref+a://", "-----BEGIN A-----");
    const text = fc.array(sign, { maxLength: 8 }).map((parts) => parts.join(""));
    let plain = 0;
    fc.assert(
      fc.property(fc.oneof(text, fc.base64String({ minLength: 1 })), (candidate) => {
        if (!isPlain(candidate, undefined)) return;
        plain++;
        expect(findSecretFault(candidate, {})).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(500);
  });
});

describe("the end of a certificate", () => {
  const utcTime = (days: number): string => `${new Date(Date.now() + days * 86_400_000).toISOString().replaceAll(/\D/g, "").slice(2, 14)}Z`;

  it.each([
    [-1, /ended on/],
    [3, /ends on .*, in 3 days/],
    [400, undefined],
  ])("is told in the status, and in a line when it is near: %s days", async (days, says) => {
    const mount = await mountGateway();
    const { cert: pem } = makeCertificate(utcTime(days));
    await writeFile(join(mount.secretsDir, "mqtt-credentials", "password"), pem);
    const { instance, begin, lines: told } = await startGateway(mount.variables);
    await begin();
    const { certificates } = instance.status();
    expect(certificates).toMatchObject([{ pointer: "/mqtt/password" }]);
    expect(Math.abs(Date.parse(certificates[0]?.validTo ?? "") - Date.now() - days * 86_400_000)).toBeLessThan(60_000);
    expect(told.map(({ message }) => message)).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
    expect(JSON.stringify([told, instance.status()])).not.toContain(pem.split("\n")[1]);
  });
});
