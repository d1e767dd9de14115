import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderDelivered } from "@veltrix/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWorkspace, patient, removeWorkspace, runService, whenChecked } from "./testing/child.ts";
import { makeCertificate } from "./testing/certificate.ts";
import { startConfigService } from "./testing/config-service.ts";
import { hashesOf, PASSWORD, values, withValue } from "./testing/gateway.ts";
import { mountGateway } from "./testing/mount.ts";

let workspace: string;
beforeAll(async () => {
  workspace = await buildWorkspace();
});
afterAll(() => removeWorkspace(workspace));

const load = 'import { loadConfig } from "./index.js";\nconst gateway = await loadConfig();\n';

describe("a process", () => {
  it("R14: exits by itself, without close, with and without listeners", async () => {
    const { variables } = await mountGateway();
    const listeners =
      'for (const name of ["drift", "reload", "rejected"]) gateway.on(name, () => {});\ngateway.config.log.level.subscribe(() => {});\n';
    for (const extra of ["", listeners, "setTimeout(() => {}, 300);\n"]) {
      const ended = await runService(workspace, `${load}${extra}console.log(gateway.config.mqtt.qos);`, variables);
      expect(ended).toEqual({ code: 0, stdout: "1\n", stderr: "" });
    }
  });

  it(
    "R19: tells that it is not watched where no file can be opened after ready, and follows once one can",
    { timeout: 60_000 },
    async () => {
      const mount = await mountGateway();
      const source = `import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
${load}const told = [];
gateway.on("stale", ({ stale, reason }) => told.push([stale, reason]));
gateway.on("reload", ({ keys }) => told.push(keys));
const files = [];
try { for (;;) files.push(openSync("/dev/null")); } catch {}
const until = async (check) => { while (!check()) await new Promise((resolve) => setTimeout(resolve, 5)); };
await until(() => told.length === 1);
for (const file of files) closeSync(file);
await until(() => told.length === 2);
console.log("watched");
await until(() => told.length === 3);
console.log(JSON.stringify(told));
await gateway.close();`;
      const deliver = (): void => void mount.deliver(withValue("/log/level", "warn"));
      const ended = await runService(workspace, source, mount.variables, { openFiles: 64, onOutput: deliver });
      expect({ ...ended, stderr: "" }).toEqual({
        code: 0,
        stdout: 'watched\n[[true,"unwatched"],[false,null],["/log/level"]]\n',
        stderr: "",
      });
    },
  );

  it("exits after close, too", async () => {
    const { variables } = await mountGateway();
    const ended = await runService(
      workspace,
      `${load}setTimeout(async () => { await gateway.close(); console.log("closed"); }, 100);`,
      variables,
    );
    expect(ended).toEqual({ code: 0, stdout: "closed\n", stderr: "" });
  });

  it("loads node:crypto after ready, not before", async () => {
    const { variables } = await mountGateway();
    const source = `${load}const has = () => process.moduleLoadList.includes("NativeModule crypto");
const atReady = has();
${whenChecked}console.log(JSON.stringify([atReady, has(), gateway.status().release]));`;
    const ended = await runService(workspace, source, variables);
    expect(ended).toEqual({ code: 0, stdout: '[false,true,"same"]\n', stderr: "" });
  });

  it("R5: trusts a server whose authority is given, and no other", async () => {
    const certificate = makeCertificate();
    const service = await startConfigService(certificate);
    service.publish(values);
    const { variables, secretsDir } = await mountGateway();
    const authority = join(secretsDir, "..", "authority.pem");
    await writeFile(authority, certificate.cert);
    const remote = { ...variables, VELTRIX_SOURCE: "server", VELTRIX_SERVER: service.url, VELTRIX_CONFIG_DIR: "" };
    const source = `${load}console.log(gateway.status().source);`;
    const trusted = await runService(workspace, patient(source), { ...remote, NODE_EXTRA_CA_CERTS: authority });
    // Not even where Node.js is told to trust everybody.
    const untrusted = await runService(workspace, source, { ...remote, NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    await service.close();
    expect(trusted).toEqual({ code: 0, stdout: "server\n", stderr: "" });
    expect(untrusted.code).toBe(1);
    expect(untrusted.stderr).toMatch(/VX5016 .*TLS certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
  });

  it("R14: exits by itself while it follows a config service", async () => {
    const service = await startConfigService();
    service.publish(values);
    const { variables } = await mountGateway();
    const remote = { ...variables, VELTRIX_SOURCE: "server", VELTRIX_SERVER: service.url };
    const ended = await runService(workspace, patient(`${load}setTimeout(() => console.log(gateway.config.mqtt.qos), 300);`), remote);
    await service.close();
    expect(ended).toEqual({ code: 0, stdout: "1\n", stderr: "" });
  });

  it("loads node:crypto before ready when the policy says refuse", async () => {
    const { variables } = await mountGateway(values, {
      policy: { onDrift: "refuse", overrides: "allow" },
    });
    const ended = await runService(workspace, `${load}console.log(process.moduleLoadList.includes("NativeModule crypto"));`, variables);
    expect(ended.stdout).toBe("true\n");
  });

  it("R1: ends with 78, listing every problem on stderr", async () => {
    const mount = await mountGateway(withValue("/mqtt/qos", "one"));
    const source = 'import { loadConfigOrExit } from "./index.js";\nawait loadConfigOrExit();\nconsole.log("never");';
    const ended = await runService(workspace, source, {
      ...mount.variables,
      VELTRIX_OVERRIDE_NOTHING: "x",
    });
    expect(ended.code).toBe(78);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(/2 problems\n {2}VX5011 .*\n.*\n {2}VX5005 \/mqtt\/qos must be of type integer/);
  });

  it("R1: ends with an error when nobody waits for a refusal", async () => {
    const ended = await runService(
      workspace,
      'import { loadConfig } from "./index.js";\nvoid loadConfig();\nsetTimeout(() => {}, 500);',
      {},
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("VX5001");
  });

  it("says drift that nobody listens to as one line of JSON on stderr", async () => {
    const mount = await mountGateway();
    await writeFile(join(mount.dir, "..data", "config.json"), renderDelivered(withValue("/mqtt/qos", 2)));
    const ended = await runService(workspace, load, mount.variables);
    expect(ended.stderr.split("\n")).toHaveLength(2);
    expect(JSON.parse(ended.stderr)).toMatchObject({
      level: "warn",
      code: "VX5010",
      event: "drift",
      service: "device-gateway",
      environment: "prod",
      keys: ["/mqtt/qos"],
      findings: [
        {
          hop: "deployed-inconsistent",
          kind: "changed",
          pointer: "/mqtt/qos",
          expected: { hash: hashesOf(values).leaves["/mqtt/qos"] },
          actual: { value: 2 },
        },
      ],
      next: `veltrix drift mount ${mount.dir} --service device-gateway --env prod`,
    });
  });

  it("prints no secret through console.log, errors or a crash", async () => {
    const { variables } = await mountGateway();
    const source = `${load}console.log(gateway, gateway.config.mqtt, String(gateway.config.mqtt.password));
console.error(new Error("x", { cause: gateway }));
throw Object.assign(new Error("crash"), { gateway, password: gateway.config.mqtt.password });`;
    const ended = await runService(workspace, source, variables);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain("[secret]");
    expect(ended.stdout + ended.stderr).not.toContain(PASSWORD);
  });

  it("S6: holds its own under a polluted and a frozen Object.prototype", async () => {
    const { variables } = await mountGateway();
    const spoils = [
      "Object.freeze(Object.prototype);",
      'for (const key of ["qos", "mqtt", "secrets", "environment", "signal", "timeout", "logger", "retain", "current"]) Object.defineProperty(Object.prototype, key, { set() { throw new Error("setter"); }, get() { return undefined; }, configurable: true });',
      "Object.prototype.polluted = 1; Object.prototype.token = 'x';",
    ];
    for (const spoil of spoils) {
      await writeFile(join(workspace, "service", "spoil.js"), spoil);
      const source =
        'import "./spoil.js";\nconst { loadConfig } = await import("./index.js");\nconst gateway = await loadConfig();\nconsole.log(JSON.stringify(gateway.config.mqtt));';
      const ended = await runService(workspace, source, variables);
      expect(ended).toEqual({
        code: 0,
        stdout: '{"brokerUrl":"mqtts://broker.example:8883","clientId":"gateway-1","qos":1,"password":"[secret]"}\n',
        stderr: "",
      });
    }
  });
});
