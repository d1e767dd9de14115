// Seeds to cases: five of six are grown from a grammar, the sixth is a changed copy of this repository's workspace.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Files, randomWorkspace } from "./grammar.ts";
import { mutateWorkspace } from "./mutate.ts";
import { Chance } from "./random.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The files of schemas/. */
export const workspace: Files = Object.fromEntries(
  readdirSync(join(root, "schemas"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(root.length), readFileSync(path, "utf8")];
    }),
);

/** One case in so many is a copy: they take long, being of some size. */
const COPIES = 6;

/** The workspace of one seed. */
export function caseOf(seed: number): { readonly [path: string]: string | Uint8Array } {
  const chance = new Chance(seed);
  return seed % COPIES === 0 ? mutateWorkspace(workspace, chance) : randomWorkspace(chance);
}
