// Whatever stands in the place of a file or folder of a workspace: a build comes to the same, or says where it did not.
import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shop, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { replacements } from "./testing/non-folders.ts";
import { runMain } from "./testing/run-main.ts";

const whole = {
  ...shop,
  "schemas/veltrix.yaml": `${shop["schemas/veltrix.yaml"]}workloads: ["deploy/*.yaml"]\n`,
  "schemas/shared/deep/host.schema.json": '{ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string" }\n',
  "deploy/job.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n",
};

// Every path takes minutes on a slow disk: a part of them each time, all of them with VELTRIX_LONG=1.
const seed = Number(process.env["VELTRIX_SEED"] ?? Math.floor(Math.random() * 2 ** 32));
const PATHS_EACH = process.env["VELTRIX_LONG"] === "1" ? Infinity : 5;

/** Some of `paths`, others for each kind and command. */
function choose(paths: readonly string[], kind: string): readonly string[] {
  const rank = (path: string): string => createHash("sha256").update(`${seed} ${kind} ${path}`).digest("hex");
  return [...paths].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, PATHS_EACH);
}

/** Every file and folder below `folder`, relative to `root`. */
function pathsBelow(root: string, folder = ""): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? [path, ...pathsBelow(root, path)] : [path];
  });
}

function generatedIn(root: string): readonly (readonly [string, string])[] {
  return readdirSync(join(root, "generated"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): readonly [string, string] => [
      join(entry.parentPath, entry.name).slice(root.length),
      readFileSync(join(entry.parentPath, entry.name), "utf8"),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

interface Judged {
  readonly args: readonly string[];
  /** What a build of the whole workspace writes. */
  readonly expected: ReturnType<typeof generatedIn>;
}

interface Printed {
  readonly diagnostics: readonly { readonly at: { readonly file: string } }[];
}

/** What a build with `path` replaced said of it; undefined when it said nothing and came to the same. */
async function judge(root: string, path: string, { args, expected }: Judged): Promise<string | undefined> {
  const { code, stdout, stderr } = await runMain([...args, "--format", "json", "--workspace", root], { cwd: root });
  if (code === 2) return `ended as a bug: ${stderr.slice(0, 300)}`;
  const { diagnostics } = JSON.parse(stdout) as Printed;
  const files = diagnostics.map(({ at }) => at.file);
  if (files.some((file) => file === path || file.startsWith(`${path}/`))) return undefined;
  if (code === 0) return JSON.stringify(generatedIn(root)) === JSON.stringify(expected) ? undefined : "came to something else in silence";
  return `told elsewhere: ${files.join(", ")}`;
}

describe.each(Object.entries(replacements))(`%s (VELTRIX_SEED=${seed})`, (kind, replace) => {
  it.each(["build", "build --check"])(
    "is never taken for nothing by veltrix %s",
    async (line) => {
      const { root: built } = temporaryWorkspace(whole);
      expect((await runMain(["build"], { cwd: built })).code).toBe(0);
      const silent: string[] = [];
      for (const path of choose(pathsBelow(built), `${kind} ${line}`)) {
        const scratch = mkdtempSync(join(tmpdir(), "veltrix-no-folder-"));
        onTestFinished(() => {
          // Whoever is not root cannot remove what may not be read.
          if (kind === "no permission") chmodSync(join(scratch, "w", path), 0o700);
          rmSync(scratch, { recursive: true, force: true });
        });
        const root = join(scratch, "w");
        const outside = join(scratch, "outside");
        mkdirSync(outside);
        cpSync(built, root, { recursive: true });
        replace(join(root, path), outside);
        const fault = await judge(root, path, { args: line.split(" "), expected: generatedIn(built) });
        if (fault !== undefined) silent.push(`${path}: ${fault}`);
      }
      expect(silent).toEqual([]);
    },
    600_000,
  );
});
