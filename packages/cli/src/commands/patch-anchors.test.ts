import { gateway } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { patch } from "../testing/patch.ts";

/** A Deployment as teams write it who repeat nothing, with a line in each of two containers. */
function anchored(other: string, own: string): string {
  return `x-defaults: &defaults
  imagePullPolicy: Always
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  labels: &labels { app: gateway }
spec:
  selector: { matchLabels: *labels }
  template:
    metadata:
      labels: *labels
    spec:
      containers:
        - name: second
          <<: *defaults
          ${other}
        - name: gateway
          <<: *defaults
          ${own}
`;
}

describe("veltrix patch of manifests that repeat themselves", () => {
  it("patches beside anchors, aliases and merge keys, and leaves them as they are", async () => {
    const text = `${anchored("env: [{ name: A, value: b }]", "env: [{ name: C, value: d }]")}`;
    const { code, stdout, stderr } = await patch(text);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "veltrix: Deployment gateway patched for prod\n" });
    for (const line of text.split("\n").filter((each) => !each.includes("env:"))) expect(stdout).toContain(`${line}\n`);
    expect((await patch(stdout)).stdout).toBe(stdout);
  });

  it.each([
    ["an alias stands where our parts go", anchored("env: &e [{ name: A, value: b }]", "env: *e"), "the alias *e"],
    [
      "our container is repeated elsewhere",
      gateway
        .replace("- name: gateway", "- &again\n          name: gateway")
        .replace("      # the end\n", "        - { <<: *again, name: second }\n"),
      "the anchor &again",
    ],
    ["the workload is an alias", `kind: List\nx: &w\n${gateway.replace(/^/gm, "  ")}\nitems: [*w]\n`, "an alias in the place of an object"],
  ])("reports VX1005 where %s", async (_what, text, feature) => {
    const { code, stdout, stderr } = await patch(text);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`error[VX1005] unsupported-yaml: ${feature}`);
  });
});
