import { contract, gateway, router, temporaryWorkspace, type TemporaryWorkspace, workloads } from "@veltrix/testkit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Document, parseAllDocuments } from "yaml";
import { patch } from "../testing/patch.ts";
import { runMain } from "../testing/run-main.ts";

describe("veltrix patch", () => {
  it("adds our parts, and leaves every other byte as it was", async () => {
    const { code, stdout, stderr } = await patch(gateway);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "veltrix: Deployment gateway patched for prod\n" });
    expect(stdout.replace(/v1:sha256:[0-9a-f]{64}/, "<hash>")).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
spec:
  template:
    spec:
      containers:
        - name: gateway # ours
          image: "gateway:1"   # three spaces

          env: # none yet
            - name: VELTRIX_SOURCE
              value: dir
            - name: VELTRIX_ENVIRONMENT
              value: prod
            - name: VELTRIX_CONFIG_DIR
              value: "/etc/veltrix/config"
            - name: VELTRIX_SECRETS_DIR
              value: "/etc/veltrix/secrets"
            - name: PORT
              valueFrom:
                configMapKeyRef:
                  name: gateway-env
                  key: PORT
                  optional: false
          volumeMounts:
            - name: veltrix-config
              mountPath: "/etc/veltrix/config"
              readOnly: true
            - name: veltrix-secrets
              mountPath: "/etc/veltrix/secrets"
              readOnly: true
      volumes:
        - name: veltrix-config
          configMap:
            name: gateway-config
        - name: veltrix-secrets
          projected:
            sources:
              - secret:
                  name: mqtt
                  items:
                    - key: password
                      path: mqtt/password
                  optional: false
    metadata:
      annotations:
        veltrix.dev/restart-fingerprint: "<hash>"
      # the end
`);
  });

  it("gives the same bytes the second time, and brings another build's and another environment's up to date", async () => {
    const workspace = temporaryWorkspace(workloads);
    const first = (await patch(gateway, ["--env", "dev"], workspace)).stdout;
    expect((await patch(first, ["--env", "dev"], workspace)).stdout).toBe(first);
    workspace.edit("schemas/gateway/values/base.yaml", "8883", "1883");
    workspace.edit("schemas/gateway/values/base.yaml", "mqtt/password", "broker/password");
    const second = (await patch(first, ["--env", "prod"], workspace)).stdout;
    const direct = (await patch(gateway, ["--env", "prod"], workspace)).stdout;
    expect(parseAllDocuments(second)[0]?.toJS()).toEqual(parseAllDocuments(direct)[0]?.toJS());
  });

  describe("a secret with x-env", () => {
    const withVariable = {
      ...workloads,
      "schemas/gateway/config.schema.json": contract(
        { kind: "Deployment", name: "gateway" },
        { password: { type: "string", "x-secret": true, "x-env": "PASSWORD" } },
      ),
      "schemas/gateway/values/base.yaml": "password: !secret mqtt/password\n",
    };
    const entryOf = async (text: string, workspace: TemporaryWorkspace): Promise<unknown> => {
      const { code, stdout, stderr } = await patch(text, ["--env", "prod", "--service", "gateway"], workspace);
      if (code !== 0) return stderr;
      const { spec } = (parseAllDocuments(stdout)[0] as Document).toJS() as {
        spec: { template: { spec: { containers: { env: { name: string }[] }[] } } };
      };
      return spec.template.spec.containers[0]?.env.filter(({ name }) => name === "PASSWORD");
    };
    const reference = (name: string): object[] => [
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name, key: "password", optional: false } } },
    ];

    it("is named, never written, and follows its reference", async () => {
      const workspace = temporaryWorkspace(withVariable);
      expect(await entryOf(gateway, workspace)).toEqual(reference("mqtt"));
      const first = (await patch(gateway, ["--env", "prod", "--service", "gateway"], workspace)).stdout;
      expect((await patch(first, ["--env", "prod", "--service", "gateway"], workspace)).stdout).toBe(first);
      workspace.edit("schemas/gateway/values/base.yaml", "mqtt/", "broker/");
      expect(await entryOf(first, workspace)).toEqual(reference("broker"));
    });

    it.each([
      ["has `value`", '{ name: PASSWORD, value: "canary" }'],
      ["is taken by `configMapKeyRef`", "{ name: PASSWORD, valueFrom: { configMapKeyRef: { name: gateway-env, key: PASSWORD } } }"],
      ["is taken by `fieldRef`", "{ name: PASSWORD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }"],
    ])("reports VX7015 where the workload's own entry %s", async (detail, entry) => {
      const text = gateway.replace("env: []", `env: [${entry}]`);
      expect(await entryOf(text, temporaryWorkspace(withVariable))).toContain(`VX7015] name-taken`);
      expect(await entryOf(text, temporaryWorkspace(withVariable))).toContain(detail);
    });
  });

  it("patches the workload of every service in a stream, or of the one that is asked for, and passes the rest on", async () => {
    const service = "apiVersion: v1\nkind: Service\nmetadata: { name: a }   # as it is\n";
    const stream = [service, gateway, router, "# the last words\n"].join("---\n");
    const all = await patch(stream);
    expect(all.stderr).toBe("veltrix: Deployment gateway, StatefulSet router patched for prod\n");
    expect(all.stdout.startsWith(`${service}---\n`)).toBe(true);
    expect(all.stdout.endsWith("---\n# the last words\n")).toBe(true);
    const one = await patch(stream, ["--env", "prod", "--service", "router"]);
    expect(one.stderr).toBe("veltrix: StatefulSet router patched for prod\n");
    expect(one.stdout).toContain(gateway);
  });

  it("finds a workload in a List, by its namespace, and by --workload", async () => {
    const item = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "edge" },
      spec: { template: { spec: { containers: [{ name: "tool" }] } } },
    };
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: [{ kind: "Service" }, item] }, undefined, 2);
    const { code, stdout } = await patch(list, ["--env", "prod", "--service", "tool", "--workload", "Deployment/edge"]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { items: unknown[] }).items[1]).toMatchObject({
      spec: { template: { spec: { volumes: [{ name: "veltrix-config", configMap: { name: "tool-config" } }] } } },
    });
    const named = (namespace: string): string => gateway.replace("name: gateway\n", `name: gateway\n  namespace: ${namespace}\n`);
    const both = await patch(`${named("iot-dev")}---\n${named("iot")}`);
    expect(both.code).toBe(0);
    expect(both.stdout.startsWith(named("iot-dev"))).toBe(true);
  });

  it("prints the manifests as JSON data with --format json", async () => {
    const { stdout } = await patch(gateway, ["--env", "prod", "--format", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [],
      summary: { environment: "prod", patched: [{ service: "gateway", kind: "Deployment", name: "gateway" }] },
      manifests: (await patch(gateway)).stdout,
    });
  });

  const volume = (body: string): string => gateway.replace("      # the end\n", `      volumes:\n        - ${body}\n`);
  const variable = (body: string): string => gateway.replace("env: []", `env: [${body}]`);
  const mount = (body: string): string => gateway.replace("env: []", `volumeMounts: [${body}]`);
  it.each([
    ["VX7014", "no workload is there", "kind: Service\n"],
    ["VX7014", "nothing is there at all", ""],
    ["VX7014", "the container is called otherwise", gateway.replace("- name: gateway", "- name: main")],
    ["VX7014", "it has no containers", gateway.replace(/containers:[^]*/, "containers: []\n")],
    ["VX7014", "it has no pod template", "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: gateway }\nspec: {}\n"],
    ["VX7014", "it is there twice", `${gateway}---\n${gateway}`],
    ["VX7014", "it is another namespace's", gateway.replace("name: gateway\n", "name: gateway\n  namespace: other\n")],
    ["VX7014", "it has an apiVersion of old", gateway.replace("apps/v1", "extensions/v1beta1")],
    ["VX7015", "the container is there twice", gateway.replace("      # the end\n", "        - name: gateway\n")],
    ["VX7015", "a volume has our name and is of another type", volume("{ name: veltrix-config, emptyDir: {} }")],
    ["VX7015", "a volume has our name and is another ConfigMap", volume("{ name: veltrix-config, configMap: { name: team } }")],
    [
      "VX7015",
      "a volume of our name stands twice",
      volume(
        "{ name: veltrix-config, configMap: { name: gateway-config } }\n        - { name: veltrix-config, configMap: { name: gateway-config } }",
      ),
    ],
    ["VX7015", "something else is mounted at our path", mount("{ name: data, mountPath: /etc/veltrix/config }")],
    ["VX7015", "ours is mounted by subPath", mount("{ name: veltrix-config, mountPath: /etc/veltrix/config, subPath: a }")],
    ["VX7015", "a variable of ours has a value of the team's", variable('{ name: PORT, value: "1" }')],
    [
      "VX7015",
      "a variable of ours is taken from elsewhere",
      variable("{ name: PORT, valueFrom: { configMapKeyRef: { name: team, key: PORT } } }"),
    ],
    [
      "VX7015",
      "a variable of ours comes from a Secret",
      variable("{ name: VELTRIX_SOURCE, valueFrom: { secretKeyRef: { name: a, key: b } } }"),
    ],
    [
      "VX7015",
      "a variable of ours stands twice",
      variable("{ name: VELTRIX_SOURCE, value: dir }, { name: VELTRIX_SOURCE, value: server }"),
    ],
    ["VX1003", "a key stands twice", gateway.replace("image:", "image: a\n          image:")],
    ["VX1003", "a key stands twice in another document", `${gateway}---\na: 1\na: 2\n`],
    ["VX1005", "S11: what is filled is repeated elsewhere", gateway.replace("env: []", "env: &e []\n          args: *e")],
    ["VX1006", "S4: it is nested without end", `${gateway}---\n${"[".repeat(50_000)}`],
    ["VX1001", "it is no YAML", `${gateway}: [`],
    ["VX3016", "it is a template", gateway.replace('"gateway:1"', "{{ .Values.image }}")],
  ])("reports %s when %s, and prints nothing on stdout", async (code, _when, text) => {
    for (const args of [
      ["--env", "prod", "--service", "gateway"],
      ["--env", "prod"],
    ]) {
      const result = await patch(text, args);
      expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 1, stdout: "" });
      const codes = new Set(result.stderr.match(/(?<=^error\[)VX[0-9]{4}/gm));
      expect(codes).toEqual(new Set([code]));
      expect(result.stderr).toMatch(/^ *--> stdin/m);
    }
  });

  it("shows the line at fault, also behind the first document", async () => {
    const { stderr } = await patch(`kind: Service\n---\n${volume("{ name: veltrix-config, emptyDir: {} }")}`);
    expect(stderr).toContain("--> stdin:16:19\n");
    expect(stderr).toContain("16 |         - { name: veltrix-config, emptyDir: {} }");
  });

  it("patches nothing when one of two workloads cannot be patched", async () => {
    const { code, stdout, stderr } = await patch(`${gateway}---\n${router.replace("- name: router", "- name: main")}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("no container of the StatefulSet `router`");
  });

  it("gives two services of one workload volumes and annotations of their own, and says the same a second time", async () => {
    const shared = {
      ...workloads,
      "schemas/router/config.schema.json": contract({ kind: "Deployment", name: "gateway" }, { topic: { type: "string" } }),
    };
    const text = gateway.replace("      # the end\n", "        - name: router\n");
    const workspace = temporaryWorkspace(shared);
    const { code, stdout, stderr } = await patch(text, ["--env", "prod"], workspace);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "veltrix: Deployment gateway patched for prod\n" });
    for (const id of ["gateway", "router"]) {
      expect(stdout).toContain(`veltrix.dev/restart-fingerprint-${id}: `);
      expect(stdout).toContain(`- name: veltrix-config-${id}\n`);
    }
    expect(stdout).not.toContain("name: veltrix-config\n");
    expect((await patch(stdout, ["--env", "prod"], workspace)).stdout).toBe(stdout);
  });

  it("reports VX1005 for a carriage return without a line feed, whose line only YAML ends", async () => {
    const { code, stdout, stderr } = await patch(gateway.replace("    spec:\n", "    spec:\r\n\r"));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("error[VX1005] unsupported-yaml: a carriage return without a line feed is not allowed in a manifest");
  });

  it("counts the workloads where there are many", async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `s${index}`);
    const many = Object.fromEntries(ids.map((id) => [`schemas/${id}/config.schema.json`, contract({ kind: "Deployment", name: id }, {})]));
    const text = ids.map((id) => gateway.replaceAll("gateway", id)).join("---\n");
    const { stdout, stderr } = await patch(text, ["--env", "prod"], temporaryWorkspace({ ...workloads, ...many }));
    expect(stderr).toBe("veltrix: 8 workloads patched for prod\n");
    expect(stdout.match(/veltrix.dev\/restart-fingerprint/g)).toHaveLength(8);
  });

  it("reports names on the command line that mean nothing", async () => {
    const run = async (...args: readonly string[]): Promise<string> => (await patch(gateway, args)).stderr;
    expect(await run("--env", "prd")).toContain("error[VX7007]");
    expect(await run("--env", "prod", "--service", "gatway")).toContain("did you mean `gateway`?");
    expect(await run("--env", "local")).toContain("error[VX7009]");
    expect(await run("--env", "prod", "--workload", "Deployment/a")).toContain("name it with --service");
    expect(await run("--env", "prod", "--service", "tool", "--workload", "Service/a")).toContain("is not a workload");
    expect(await run("--env", "prod", "--service", "tool")).toContain("the contract of tool names no workload");
    expect(await run("--env", "prod", "--file", "nowhere.yaml")).toContain("error[VX7011]");
    expect((await patch(new Uint8Array([0xff, 0x00]))).stderr).toContain("error[VX1004]");
    expect((await patch(new Uint8Array(16 * 1024 * 1024 + 1))).stderr).toContain("error[VX7011]");
  });

  it("reads a file, and nothing where there is no stdin", async () => {
    const workspace: TemporaryWorkspace = temporaryWorkspace({ ...workloads, "deploy/a.yaml": gateway });
    const { stdout } = await runMain(["patch", "--env", "prod", "--file", "deploy/a.yaml"], { cwd: workspace.root });
    expect(stdout).toBe((await patch(gateway)).stdout);
    expect((await runMain(["patch", "--env", "prod"], { cwd: workspace.root })).stderr).toContain("error[VX7014]");
  });

  it("ends in a patch that parses or in a coded refusal, for any damage to a manifest", async () => {
    const workspace = temporaryWorkspace(workloads);
    const damage = fc.record({
      at: fc.nat(1_200),
      remove: fc.nat(12),
      insert: fc.constantFrom("", "\n", " ", "- ", "{", "]", ": ", "~", "# ", "|\n", "\t", "'", "? ", "---\n", "null", "\r"),
    });
    const counts = { patched: 0, refused: 0 };
    const patched = (await patch(gateway, ["--env", "prod"], workspace)).stdout;
    const flow = gateway.replace(
      / {4}spec:[^]*/,
      "    spec: { containers: [ { name: gateway, env: [ { name: A } ], volumeMounts: }, { name: b } ] }\n",
    );
    const bases = [gateway, patched, flow, JSON.stringify(parseAllDocuments(gateway)[0]?.toJS(), undefined, 2)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bases), fc.array(damage, { minLength: 1, maxLength: 2 }), async (base, damages) => {
        const text = damages.reduce((rest, { at, remove, insert }) => rest.slice(0, at) + insert + rest.slice(at + remove), base);
        const { code, stdout, stderr } = await patch(text, ["--env", "prod"], workspace);
        if (code === 0) {
          counts.patched++;
          expect((await patch(stdout, ["--env", "prod"], workspace)).stdout).toBe(stdout);
        } else {
          counts.refused++;
          expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
          expect(stderr).toMatch(/^error\[VX[1-7]/m);
        }
      }),
      { numRuns: Number(process.env["VELTRIX_PATCH_RUNS"] ?? 150) },
    );
    expect(Math.min(counts.patched, counts.refused)).toBeGreaterThan(0);
  }, 120_000);
});
