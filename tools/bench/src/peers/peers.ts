// Measures the peers on the workspace that Veltrix was measured on.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environments } from "../generate/service.ts";
import { addUsage, leastOf, runNode, runProgram, type Usage } from "../measure.ts";

const json2ts = createRequire(import.meta.url).resolve("json-schema-to-typescript/dist/src/cli.js");
const script = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** Types and validators with the tools' defaults: the command line of json-schema-to-typescript, and an ajv script. */
export function measureGlued(folder: string, repeat: number): Usage {
  return leastOf(repeat, () =>
    addUsage([runNode(folder, [json2ts, "-i", "schemas", "-o", "types"]), runNode(folder, [script("standalone"), folder])]),
  );
}

/** Types, validators, validated layers and ConfigMaps in one tuned process. */
export function measureTuned(folder: string, repeat: number): Usage {
  return leastOf(repeat, () => runNode(folder, [script("tuned"), folder]));
}

/** CPU seconds of `kubectl kustomize`, once per service and environment. */
export function measureKustomize(kubectl: string, folder: string, ids: readonly string[]): number {
  const overlays = ids.flatMap((id) => environments.map((environment) => join(folder, "k8s", id, environment)));
  return runProgram(
    kubectl,
    overlays.map((overlay) => ({ args: ["kustomize", overlay], output: join(overlay, "rendered.yaml") })),
  );
}
