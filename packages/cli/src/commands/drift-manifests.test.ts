import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

it("prints manifests whose roles have no verb that writes and no Secrets", async () => {
  const workspace = temporaryWorkspace(shop);
  const args = ["drift", "manifests", "deployment", "--env", "prod", "--image", "example.test/veltrix:1", "--format", "json"];
  const { code, stdout } = await runMain(args, { cwd: workspace.root });
  expect(code).toBe(0);
  const { manifests } = JSON.parse(stdout) as {
    readonly manifests: readonly { readonly kind: string; readonly rules?: readonly Rule[] }[];
  };
  const rules = manifests.flatMap((object) => object.rules ?? []);
  expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(["get", "list", "watch"]);
  expect(rules.flatMap(({ resources }) => resources)).not.toContain("secrets");
  expect(stdout).toContain('"image": "example.test/veltrix:1"');
  const yaml = await runMain(args.slice(0, -2), { cwd: workspace.root });
  expect(yaml.stdout).not.toMatch(/[&*]a\d/);
});

it("tells a Deployment to watch, and a CronJob to look", async () => {
  const workspace = temporaryWorkspace(shop);
  for (const [kind, words] of [
    ["deployment", ["veltrix", "drift", "watch"]],
    ["cronjob", ["veltrix", "drift"]],
  ] as const) {
    const args = ["drift", "manifests", kind, "--env", "prod", "--image", "a", "--format", "json"];
    const { stdout } = await runMain(args, { cwd: workspace.root });
    const command = [...words, "--env", "prod", "--workspace", "/workspace", "--format", "json"];
    expect(stdout.replaceAll(/\s/g, "")).toContain(`"command":${JSON.stringify(command)}`);
  }
});

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}
