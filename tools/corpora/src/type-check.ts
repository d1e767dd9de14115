// Type-checks texts in one run of the repository's TypeScript, as strictly as it can.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryWorkspace } from "@veltrix/testkit";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

const strictest = {
  target: "es2022",
  lib: ["es2023"],
  module: "nodenext",
  moduleResolution: "nodenext",
  types: ["node"],
  typeRoots: [join(repository, "node_modules/@types")],
  customConditions: ["veltrix:source"],
  allowImportingTsExtensions: true,
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  paths: { "@veltrix/runtime": [join(repository, "packages/runtime/src/index.ts")] },
};

/** What the compiler says of `files`, by path; the empty text when it accepts them all. */
export function typeCheck(files: { readonly [path: string]: string }): string {
  const config = { compilerOptions: strictest, files: Object.keys(files) };
  const folder = temporaryWorkspace({ ...files, "tsconfig.json": JSON.stringify(config), "package.json": '{ "type": "module" }' });
  const compiler = join(repository, "node_modules/typescript/lib/tsc.js");
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, "-p", folder.root], { encoding: "utf8", maxBuffer: 1e8 });
  return stdout + stderr;
}
