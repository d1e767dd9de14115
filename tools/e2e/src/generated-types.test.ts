// The generated package type-checks under the strictest settings of TypeScript 5 and 7, libraries included.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { repository } from "./clone.ts";

const require = createRequire(import.meta.url);
const compilers = {
  "TypeScript 5": join(dirname(require.resolve("typescript-5/package.json")), "lib", "tsc.js"),
  "TypeScript 7": join(repository, "node_modules", "typescript", "lib", "tsc.js"),
};
const schemas = join(repository, "schemas");
const services = readdirSync(schemas).filter((name) => existsSync(join(schemas, name, "config.schema.json")));

const strictest = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  moduleResolution: "nodenext",
  types: ["node"],
  typeRoots: [join(repository, "node_modules", "@types")],
  noEmit: true,
  skipLibCheck: false,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
};

const files = {
  "tsconfig.json": JSON.stringify({
    compilerOptions: strictest,
    files: [...services.map((service) => join(repository, "generated", service, "index.d.ts")), "use.mts"],
  }),
  "use.mts": `
import { loadConfig, createTestConfig, type DeviceGatewayConfig, type DeviceGatewayValues } from "${join(repository, "generated/device-gateway/index.js")}";
const { config } = await loadConfig();
const host: string = config.mqtt.host;
const port: number = config.http.port;
const milliseconds: number = config.mqtt.keepAlive;
const skew: number = config.ingest.limits.current.maxClockSkew;
const password: string = config.mqtt.password.reveal();
const name: string | undefined = config.mqtt.tls?.serverName;
// @ts-expect-error nothing of a configuration can be written
config.mqtt.host = "other";
// @ts-expect-error a hot subtree is read through current
config.ingest.limits.maxReadings;
// @ts-expect-error an optional subtree may be absent
config.mqtt.tls.serverName;
// @ts-expect-error a secret is no text
const text: string = config.mqtt.password;
// @ts-expect-error the contract has no such key
config.mqtt.hots;
// @ts-expect-error a plain number is no duration
const duration: DeviceGatewayConfig["mqtt"]["keepAlive"] = 30;
// @ts-expect-error values are raw: a duration is written as a text
const values: DeviceGatewayValues["mqtt"]["keepAlive"] = 30;
export const used = [host, port, milliseconds, skew, password, name, text, duration, values, createTestConfig];
`,
};

describe.each(Object.entries(compilers))("%s", (_name, compiler) => {
  it(`G7 accepts the declarations of ${services.length} services, and refuses seven wrong uses`, () => {
    const folder = temporaryWorkspace(files);
    const { stdout, stderr, status } = spawnSync(process.execPath, [compiler, "-p", folder.root], { encoding: "utf8" });
    expect(stdout + stderr).toBe("");
    expect(status).toBe(0);
  });
});
