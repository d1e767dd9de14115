// The Node.js versions that a test can run: the one that runs it, and those that are installed as packages.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A Node.js binary. */
export interface NodeBinary {
  readonly name: string;
  readonly path: string;
  readonly isThere: boolean;
}

const packaged = (major: number): NodeBinary => {
  const path = fileURLToPath(new URL(`../node_modules/node-${major}/bin/node`, import.meta.url));
  return { name: `Node.js ${major}`, path, isThere: existsSync(path) };
};

/** One that is too old for Veltrix: it must be told so. */
export const oldNode: NodeBinary = packaged(18);

/** All that are wanted. Those that are not there are skipped by name. */
export const nodes: readonly NodeBinary[] = [
  { name: `Node.js ${process.versions.node} (this one)`, path: process.execPath, isThere: true },
  packaged(22),
  packaged(24),
];
