import { describe, expect, it } from "vitest";
import { findSecretForms } from "./secret-forms.ts";

// In pieces, so that no scanner takes this file for one.
const join = (...pieces: readonly string[]): string => pieces.join("");
const hex = (length: number): string => "0123456789abcdef".repeat(8).slice(0, length);
const mixed = (length: number): string => "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7".repeat(8).slice(0, length);
const pem = (kind: string, body: string): string =>
  join("-----BEGIN ", kind, "PRIV", "ATE KEY-----\n", body, "\n-----END ", kind, "PRIV", "ATE KEY-----");

const url = "a URL with a password in it";
const connection = "a connection string with a password in it";
const privateKey = "a private key";

const secrets: readonly (readonly [text: string, kind: string])[] = [
  ...[
    "amqp://iot:vK7pQ2mZx@broker:5672/v",
    "amqps://iot:vK7pQ2mZx@broker:5671",
    "redis://:vK7pQ2mZx@cache:6379/0",
    "rediss://default:vK7pQ2mZx@cache:6379",
    "mqtts://gateway:vK7pQ2mZx@broker:8883",
    "nats://u:vK7pQ2mZx@n:4222",
    "kafka://u:vK7pQ2mZx@n:9092",
    "https://u:vK7pQ2mZx@h.example/x",
    "smtps://u:vK7pQ2mZx@mail:465",
    "ldap://cn:vK7pQ2mZx@h",
    "mongodb+srv://u:p%40ss@h1:27017,h2:27017/x",
    "postgresql://u:vK7pQ2mZx@h/db",
    "clickhouse://u:12345@h",
    "redis://u:pa/ss@h:1",
    "amqp://guest:guest@broker",
  ].map((text) => [text, url] as const),
  ...[
    "Server=db;User Id=sa;Password=vK7pQ2mZx;",
    "host=db user=u password=vK7pQ2mZx dbname=x",
    "u:vK7pQ2mZx@tcp(db:3306)/x",
    "jdbc:postgresql://h/db?user=u&password=vK7pQ2mZx",
    'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="vK7pQ2mZx";',
    `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${mixed(86)}==`,
    `HostName=hub.azure-devices.net;DeviceId=d;SharedAccessKey=${mixed(43)}=`,
  ].map((text) => [text, connection] as const),
  [pem("", "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF"), privateKey],
  [pem("OPENSSH ", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB"), privateKey],
  [pem("ENCRYPTED ", "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI"), privateKey],
  [pem("EC ", "MHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY").replaceAll("\n", "\\n"), privateKey],
  [join("-----BEGIN PGP PRIV", "ATE KEY BLOCK-----\n\nlQOYBFabcdefghijklmnop"), privateKey],
  [join("eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0NTY3ODkwIn0.", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"), "a JSON Web Token"],
  [join("sk_", "live_", mixed(24)), "a Stripe key"],
  [join("gl", "pat-", mixed(20)), "a GitLab token"],
  [join("AI", "za", mixed(35)), "a Google API key"],
  [join("GOC", "SPX-", mixed(28)), "a Google client secret"],
  [join("hv", "s.", mixed(90)), "a Vault token"],
  [join("dop", "_v1_", hex(64)), "a DigitalOcean token"],
  [join("da", "pi", hex(32)), "a Databricks token"],
  [join("dp", ".pt.", mixed(43)), "a Doppler token"],
  [join("S", "K", hex(32)), "a Twilio API key"],
  [join("ke", "y-", hex(32)), "a Mailgun API key"],
  [join(hex(32), "-u", "s12"), "a Mailchimp API key"],
  [join("123456789", ":AA", mixed(33)), "a Telegram token"],
  [join("py", "pi-AgEIcHlwaS5vcmc", mixed(60)), "a PyPI token"],
  [join("dckr", "_pat_", mixed(27)), "a Docker token"],
  [join("NR", "AK-ABCDEFGHJKLMNPQRSTUVWXYZ234"), "a New Relic key"],
  [join("gl", "sa_", mixed(32), "_", hex(8)), "a Grafana token"],
  [join("snt", "rys_", mixed(60)), "a Sentry token"],
  [join("AGE-SECRET", "-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)), "an age key"],
  [join("h", "f_", mixed(34)), "a Hugging Face token"],
  [join("ATA", "TT3xFfGF0", mixed(60)), "an Atlassian token"],
  [join("AK", "IAIOSFODNN7EXAMPLQ"), "an AWS access key"],
  [`aws_secret_access_key: ${mixed(40)}`, "an AWS credential"],
  [join("gh", "p_", mixed(36)), "a GitHub token"],
  [join("github", "_pat_", mixed(82)), "a GitHub token"],
  [join("np", "m_", mixed(36)), "an npm token"],
  [join("xo", "xb-123456789012-1234567890123-", mixed(24)), "a Slack token"],
  [join("https://hooks.sl", "ack.com/services/T00000000/B00000000/", mixed(24)), "a Slack webhook"],
  [join("S", "G.", mixed(22), ".", mixed(43)), "a SendGrid API key"],
  [join("sk-", "proj-", mixed(48)), "an OpenAI API key"],
  [join("sk-", "ant-api03-", mixed(93)), "an Anthropic API key"],
  [join("lin_", "api_", mixed(40)), "a Linear API key"],
  [`Authorization: Bearer ${mixed(40)}`, "an authorization header"],
  ["Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==", "an authorization header"],
  [`//registry.example/:_authToken=${mixed(36)}`, "a registry's credential"],
  [`https://x.blob.example/c?sv=2022&sig=${mixed(43)}%3D`, "a signed URL"],
];

describe("a secret in the clear", () => {
  it.each(secrets)("is known by its form: %j", (text, kind) => {
    const before = "value: ";
    const [found, ...others] = findSecretForms(`${before}${text}\n`);
    expect(found?.kind).toBe(kind);
    expect(others).toEqual([]);
    const shown = `${before}${text}\n`.slice(found?.offset, found?.end);
    expect(shown.length).toBeGreaterThan(8);
    expect(text).toContain(shown.trim());
  });

  it("is found behind another on the same line, in order", () => {
    const [one, other] = [join("gl", "pat-", mixed(20)), "amqp://u:vK7pQ2mZx@h"];
    expect(findSecretForms(`[${other}, ${one}, ${one}]`).map(({ kind }) => kind)).toEqual([url, "a GitLab token", "a GitLab token"]);
  });

  it("is a word in a value, but not in a comment that shows how", () => {
    const text = "# proxy: http://user:password@proxy.example\nproxy: http://user:password@proxy.example\n";
    expect(findSecretForms(text, (offset) => offset < 40)).toEqual([{ offset: 51, end: 72, kind: url }]);
  });
});

describe("no secret", () => {
  it.each([
    "mqtts://broker.veltrix-dev.svc.cluster.local:8883",
    "http://a:8080/x@y",
    "http://[::1]:8080/a@b",
    "https://example.org/@scope/pkg:1",
    "https://user:${PASSWORD}@h",
    "amqp://u:$(PASSWORD)@h",
    "redis://:{{ .Values.password }}@h",
    "https://u:<password>@h",
    "https://u:****@h",
    "jdbc:postgresql://h/db?user=u&password=${P}",
    "passwordFile=/etc/password",
    "password=",
    "git@github.com:org/repo.git",
    "sk-learn-model-name-with-many-words-here",
    `digest: sha256:${hex(64)}`,
    `image: repo/name@sha256:${hex(64)}`,
    `docker://registry:5000/a/b@sha256:${hex(64)}`,
    `task_${hex(32)}`,
    "SKU0123456789abcdef",
    "Bearer authentication scheme of the gateway",
    "Basic authentication",
    "-----BEGIN CERTIFICATE-----\nMIIabcdefghijklmnop\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIabc0123456789",
    join("-----BEGIN RSA PRIV", "ATE KEY-----\n...\n-----END RSA PRIV", "ATE KEY-----"),
  ])("is taken for one: %j", (text) => {
    expect(findSecretForms(`value: ${text}\n`)).toEqual([]);
  });
});

it("reads a hostile text of two million characters: no form looks at all of it again and again", () => {
  const pieces = [
    "amqp://host:5672 /a:b ",
    "://a",
    "a:b@",
    " password= ",
    "Basic ",
    join("-----BEGIN PRIV", "ATE KEY-----\\n"),
    "eyJaaaaaaaa.",
    "sk-",
    "-eyJ",
    "a-",
  ];
  const hostile = pieces.map((piece) => piece.repeat(30_000)).join("") + `https://${"a".repeat(300_000)}:${"b".repeat(300_000)}`;
  expect(findSecretForms(hostile)).toEqual([]);
});
