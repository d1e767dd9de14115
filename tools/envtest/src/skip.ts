// What this machine has of the real things, and what a test says that cannot run.
import { kubernetesTools, type KubernetesTools } from "@veltrix/e2e/kubernetes-tools";
import { type Assets, findAssets } from "./assets.ts";

/** Everything that the tests of this folder need. */
export interface RealThings extends KubernetesTools {
  readonly assets: Assets;
}

const assets = findAssets();
const tools = kubernetesTools();

/** Why the tests of this folder cannot run here; undefined where they can. */
export const skipped: string | undefined = "skipped" in assets ? assets.skipped : "skipped" in tools ? tools.skipped : undefined;
if (skipped !== undefined) console.warn(`SKIPPED: every test against a real API server: ${skipped}`);

/** What a suite's name ends with. */
export const reason: string = skipped === undefined ? "" : ` (SKIPPED: ${skipped})`;

/** The real things. @throws when this machine lacks one: call it inside a test that is not skipped. */
export function realThings(): RealThings {
  if ("skipped" in assets) throw new Error(assets.skipped);
  if ("skipped" in tools) throw new Error(tools.skipped);
  return { assets, ...tools };
}
