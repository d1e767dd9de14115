import { describe, expect, it } from "vitest";
import { findSuspect } from "./texts.ts";

describe("findSuspect", () => {
  it.each([
    // tags of values files, in quotes
    "!ref broker#/host",
    "!secret db/password",
    "!unset",
    // markers of secret managers
    "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]",
    "amqp://ENC[PKCS7,abc]@host",
    "ENC(d2hhdA==)",
    "{cipher}AQICAHh",
    "$ANSIBLE_VAULT;1.1;AES256\n3061",
    "-----BEGIN PGP MESSAGE-----\nabc",
    "ref+vault://kv/db#/password",
    "postgres://user:ref+awssecrets://db/pw+@host",
    "secretref+azurekeyvault://vault/name",
    "vault:secret/data/db#pw",
    ">>vault:secret/data/db#pw",
    "<path:secret/data/db#pw>",
    "op://vault/item/field",
    "sm://project/secret",
    "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/y)",
    "{{resolve:secretsmanager:db:SecretString:password}}",
    "((db-password))",
    "@DB_HOST@",
    // words
    "CHANGEME",
    "xxx",
    "XXX",
    "********",
    "placeholder",
    "<your-host>",
    "<<HOST>>",
    "__HOST__",
    "__db_host__",
    "$HOME",
    "your-api-key",
  ])("takes %j for a placeholder", (text) => {
    expect(findSuspect(text)?.kind).toBe("placeholder");
  });

  it.each(["${HOST}", "http://{{ host }}/", "#{DB_HOST}#", "%APPDATA%", "$(POD_IP)", "a <no value> b"])(
    "takes %j for a template",
    (text) => {
      expect(findSuspect(text)?.kind).toBe("template");
    },
  );

  it.each([
    "__name__",
    "__address__",
    "__meta_kubernetes_pod_name__",
    "xx",
    "xxl",
    "**",
    "*",
    "vault",
    "vault:8200",
    "https://vault.example/#anchor",
    "op",
    "smtp://host",
    "ref",
    "!important",
    "user@example.org",
    "@scope/package",
    "#{Socket.gethostname + 1}",
    "a < b > c",
    "(a)",
    "price: $5",
    "100%",
    "ENC",
    "todo-service",
    "several\nlines\n",
  ])("says nothing of %j", (text) => {
    expect(findSuspect(text)).toBeUndefined();
  });

  it("names the beginning of a marker, and nothing of what it encloses", () => {
    expect(findSuspect("ENC[AES256_GCM,data:hunter2]")?.found).toBe("ENC[AES256_GCM");
    expect(findSuspect("vault:secret/data/db#pw")?.found).toBe("vault:");
    expect(findSuspect("ENC(hunter2)")?.found).toBe("ENC(");
  });

  it.each([
    [" a", "begins with a space"],
    ["a\t", "ends with a tab"],
    ["a\n", "ends with a line break"],
    ["a\u00a0", "ends with the blank U+00A0"],
  ])("names the whitespace of %j", (text, found) => {
    expect(findSuspect(text)).toEqual({ kind: "whitespace", found });
  });
});
