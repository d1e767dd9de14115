// What must hold is itself seen to notice when it does not.
import { build, MemoryHost } from "@veltrix/compiler";
import { kubernetesEmitter } from "@veltrix/kubernetes";
import { describe, expect, it } from "vitest";
import { workspace } from "./case.ts";
import { inspectManifests } from "./manifests.ts";

const host = new MemoryHost(workspace);
const { model } = await build(host, { emitters: [kubernetesEmitter] });
const paths = host.paths().filter((path) => path.startsWith("generated/"));
const generated = new Map(paths.map((path) => [path.slice("generated/".length), host.text(path) ?? ""]));

/** Faults of the workspace's manifests with one file changed. */
async function faultsWith(path: string, change: (text: string) => string): Promise<readonly string[]> {
  if (model === undefined) throw new Error("the workspace does not build");
  const text = generated.get(path);
  if (text === undefined || change(text) === text) throw new Error(`${path} is not changed`);
  return inspectManifests(model, new Map([...generated, [path, change(text)]]), true);
}

describe("inspectManifests", { timeout: 60_000 }, () => {
  it("finds nothing in what the build writes", async () => {
    expect(model === undefined ? undefined : await inspectManifests(model, generated, true)).toEqual([]);
  });

  it.each([
    ["broker/k8s/dev/configmap.yaml", "veltrix-dev", "no", /does not hold the objects|two things/],
    ["broker/k8s/dev/component/patch.yaml", "name: veltrix-config", "name: other-config", /does not hold the objects/],
    ["broker/k8s/dev/kustomization.yaml", "configmap.yaml", "nowhere.yaml", /names nowhere\.yaml, which is not written/],
    ["broker/chart/files/dev/objects.yaml", "veltrix-dev", "veltrix", /is not what kubectl gets/],
    ["broker/chart/templates/_helpers.tpl", "veltrix-config", "{{ .Values.x }}", /holds a foreign action: \{\{ \.Values\.x \}\}/],
  ])("M1 M7: sees %s with %s as %s", async (path, from, to, expected) => {
    expect((await faultsWith(path, (text) => text.replace(from, to))).join("\n")).toMatch(expected);
  });
});
