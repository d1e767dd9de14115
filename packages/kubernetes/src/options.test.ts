import { compile, MemoryHost } from "@veltrix/compiler";
import { describe, expect, it } from "vitest";
import { kubernetesOptions, outputsOf } from "./options.ts";
import { compileFiles, sampleFiles } from "./testing/sample.ts";

function filesWith(outputs: string): { readonly [path: string]: string } {
  return { ...sampleFiles, "schemas/veltrix.yaml": `${sampleFiles["schemas/veltrix.yaml"]}outputs: { ${outputs} }\n` };
}

/** `severity pointer` of what is said, under any word. */
function refusals(outputs: string): readonly string[] {
  const { diagnostics, model } = compile(new MemoryHost(filesWith(outputs)), { emitters: [kubernetesOptions] });
  expect(model).toBeUndefined();
  expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(diagnostics.map(() => "error VX1009"));
  return diagnostics.map(({ at }) => at.pointer?.replace("/outputs/", "") ?? "");
}

describe("outputsOf", () => {
  it("reads outputs that are written only where they are asked for", () => {
    const outputs = (text: string): unknown => outputsOf(compileFiles(filesWith(text)));
    expect(outputs("folder: out")).toEqual({ targets: ["kubectl", "kustomize", "helm"] });
    expect(outputs("targets: [helm]")).toEqual({ targets: ["helm"] });
    const store = "externalSecrets: { store: { name: vault.a, kind: SecretStore }, refreshInterval: 1h30m";
    const read = { store: { name: "vault.a", kind: "SecretStore" }, refreshInterval: "1h30m" };
    expect(outputs(`${store} }`)).toMatchObject({ externalSecrets: read });
    const remoteKey = "kv/{environment}/{secret}/{key}";
    expect(outputs(`${store}, remoteKey: "${remoteKey}" }`)).toMatchObject({ externalSecrets: { ...read, remoteKey } });
    expect(outputs('admission: { mode: audit, deployers: [ci, "system:masters"] }')).toMatchObject({
      admission: { mode: "audit", deployers: ["ci", "system:masters"] },
    });
  });

  it.each([
    ["targets: [terraform]", ["targets/0"]],
    ["targets: helm", ["targets"]],
    ["kubernetes: {}", ["kubernetes"]],
    ["admision: { mode: warn }", ["admision"]],
    ["externalSecrets: vault", ["externalSecrets"]],
    ["externalSecrets: { refreshInterval: 1h }", ["externalSecrets"]],
    [
      "externalSecrets: { store: { name: Vault, kind: Store }, refreshInterval: 1h }",
      ["externalSecrets/store/name", "externalSecrets/store/kind"],
    ],
    [`externalSecrets: { store: { name: ${"a".repeat(254)}, kind: SecretStore }, refreshInterval: 1h }`, ["externalSecrets/store/name"]],
    ["externalSecrets: { store: { name: a, kind: SecretStore } }", ["externalSecrets"]],
    ["externalSecrets: { store: { name: a, kind: SecretStore }, refreshInterval: 1 day }", ["externalSecrets/refreshInterval"]],
    ["externalSecrets: { store: { name: a, kind: SecretStore }, refreshInterval: 60 }", ["externalSecrets/refreshInterval"]],
    ["externalSecrets: { store: { name: a, kind: SecretStore }, refreshInterval: 1h, remoteKey: '{env}' }", ["externalSecrets/remoteKey"]],
    ["externalSecrets: { store: { name: a, kind: SecretStore }, refreshInterval: 1h, remoteKey: 'a b' }", ["externalSecrets/remoteKey"]],
    ["externalSecrets: { store: { name: a, kind: SecretStore }, refreshInterval: 1h, remotKey: a }", ["externalSecrets/remotKey"]],
    ["admission: { deployers: [ci] }", ["admission"]],
    ["admission: { mode: block, deployers: [ci] }", ["admission/mode"]],
    ["admission: { mode: deny }", ["admission"]],
    ["admission: { mode: deny, deployers: [] }", ["admission/deployers"]],
    ["admission: { mode: deny, deployers: ci }", ["admission/deployers"]],
    ["admission: { mode: deny, deployers: [1] }", ["admission/deployers/0"]],
    ["admission: { mode: deny, deployers: [' '] }", ["admission/deployers/0"]],
    ["admission: { mode: deny, deployers: [ci], deployer: ci }", ["admission/deployer"]],
  ])("VX1009 stands where outputs are wrong: %s", (outputs, pointers) => {
    expect(refusals(outputs)).toEqual(pointers);
  });
});
