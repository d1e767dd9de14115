import { MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { expect, it } from "vitest";
import { runMain } from "../testing/run-main.ts";

// What a watch tells is in tools/envtest, against a real API server; here is what ends before one is asked.
it.each([
  [[], 2, "error[VX7019]"],
  [["--deadline", "10m"], 2, "error[VX7019]"],
  [["--deadline", "soon"], 1, "--deadline takes a duration like 3m, not `soon`"],
  [["--format", "github"], 1, '--format is one of "pretty", "json", not "github"'],
  [["--service", "chekout"], 1, "did you mean `checkout`?"],
])("ends with %j and asks no cluster", async (more, code, says) => {
  const workspace = temporaryWorkspace(shop);
  const ended = await runMain(["drift", "watch", "--env", "prod", ...more], { cwd: workspace.root });
  expect(ended.stdout + ended.stderr).toContain(says);
  expect(ended.code).toBe(code);
});

it("says in its help how long a rollout may take", async () => {
  const { stdout } = await runMain(["drift", "watch", "--help"], { cwd: "/" });
  expect(stdout.replace(/\s+/g, " ")).toContain(`defaults to ${MOUNT_DEADLINE_MS / 60_000}m`);
});
