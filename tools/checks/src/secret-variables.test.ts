// A secret with `x-env`, from the contract to the memory of a process: read from its variable with the source `env`,
// from its mounted file with every other, and nowhere in what is written or said.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, DiskHost } from "@veltrix/compiler";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { ConfigError, type LoadedConfig, type LoadOptions, type Secret } from "@veltrix/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "./repository.ts";

const secret = { type: "string", "x-secret": true, minLength: 8 };
const contract = {
  "x-veltrix": { version: "1.0.0" },
  type: "object",
  required: ["port", "database"],
  properties: {
    port: { type: "integer", "x-env": "PORT" },
    // Nothing but secrets: only the reference says that it is there.
    database: {
      type: "object",
      required: ["password"],
      properties: { password: { ...secret, "x-env": "DB_PASSWORD" }, certificate: secret },
      additionalProperties: false,
    },
    // Optional as a whole; where it is there, it has a name.
    broker: {
      type: "object",
      required: ["name", "token"],
      properties: { name: { type: "string", "x-env": "BROKER_NAME" }, token: { ...secret, "x-env": "BROKER_TOKEN" } },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const files = {
  "schemas/veltrix.yaml": "environments:\n  dev: {}\n  prod: {}\n",
  "schemas/gateway/config.schema.json": JSON.stringify(contract),
  "schemas/gateway/values/base.yaml": "port: 8080\ndatabase:\n  password: !secret db/password\n",
  "schemas/gateway/values/prod.yaml": "broker:\n  name: main\n  token: !secret broker/token\n",
};

const CANARY = "canary-7f3a";

let workspace: string;
beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), "veltrix-secrets-"));
  const host = new DiskHost(workspace);
  for (const [path, text] of Object.entries(files)) host.replaceFile(path, text);
  const { diagnostics } = await build(host, { emitters: [typescriptEmitter] });
  expect(diagnostics).toEqual([]);
  mkdirSync(join(workspace, "node_modules/@veltrix"), { recursive: true });
  symlinkSync(join(root, "packages/runtime"), join(workspace, "node_modules/@veltrix/runtime"));
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

interface Config {
  readonly port: number;
  readonly database: { readonly password: Secret<string> };
  readonly broker?: { readonly name: string; readonly token: Secret<string> };
}

async function load(variables: { readonly [name: string]: string }): Promise<Config> {
  const accessor = pathToFileURL(join(workspace, "generated/gateway/index.js")).href;
  // The generated accessor, whose declarations are not at hand here.
  const { loadConfig } = (await import(/* @vite-ignore */ accessor)) as {
    loadConfig: (options: LoadOptions) => Promise<LoadedConfig<Config>>;
  };
  const loaded = await loadConfig({ variables: { VELTRIX_SOURCE: "env", VELTRIX_ENVIRONMENT: "dev", PORT: "8080", ...variables } });
  loaded.close();
  return loaded.config;
}

/** `code variable` of every problem of a start. */
async function problems(variables: { readonly [name: string]: string }): Promise<readonly string[]> {
  try {
    await load(variables);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.problems)}`).not.toContain(CANARY);
    return error.problems.map(({ code, source }) => `${code} ${source}`);
  }
}

describe("a generated accessor with the source env", () => {
  it("reads a secret from its variable, and makes the object that holds nothing else", async () => {
    const config = await load({ DB_PASSWORD: CANARY });
    expect(config.database.password.reveal()).toBe(CANARY);
    expect(config.broker).toBeUndefined();
    expect(JSON.stringify(config)).not.toContain(CANARY);
  });

  it("asks for all that stands beside a secret that the environment refers to", async () => {
    const prod = { VELTRIX_ENVIRONMENT: "prod", DB_PASSWORD: CANARY };
    expect((await problems(prod)).toSorted()).toEqual(["VX5008 BROKER_NAME", "VX5008 BROKER_TOKEN"]);
    const { broker } = await load({ ...prod, BROKER_NAME: "main", BROKER_TOKEN: `${CANARY}-2` });
    expect([broker?.name, broker?.token.reveal()]).toEqual(["main", `${CANARY}-2`]);
  });

  it("R1: reports each fault of a secret's variable and never its text", async () => {
    expect(await problems({})).toEqual(["VX5008 DB_PASSWORD"]);
    expect(await problems({ DB_PASSWORD: "" })).toEqual(["VX5008 DB_PASSWORD"]);
    expect(await problems({ DB_PASSWORD: "canary" })).toEqual(["VX5007 DB_PASSWORD"]);
  });
});

it("R1: a variable that is not UTF-8 shows as U+FFFD in a process, which is why that is refused", () => {
  const script = 'DB_PASSWORD=$(printf "a\\377b") exec "$0" -p "process.env.DB_PASSWORD"';
  expect(execFileSync("sh", ["-c", script, process.execPath], { encoding: "utf8" })).toBe("a\uFFFDb\n");
});
