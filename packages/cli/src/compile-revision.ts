// schemas/ as they are in a git revision. Nothing is checked out: the files are read from git's own store.
import { execFile } from "node:child_process";
import { type Compilation, compile, MemoryHost } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { knownEmitters } from "./emitters.ts";

/** What a revision's schemas compile to, or why they do not. */
export type Revision =
  | { readonly kind: "compiled"; readonly model: NonNullable<Compilation["model"]>; readonly commit: string }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/** Compiles the workspace at `root` as it was in `revision`. */
export async function compileRevision(root: string, revision: string): Promise<Revision> {
  const refuse = (detail: string): Revision => ({
    kind: "refused",
    diagnostic: report("VX7013", { revision, detail }, { at: { file: "command line" } }),
  });
  try {
    if (!(await isRepository(root))) return refuse("this is not a git repository");
    const commit = (await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]))
      .toString("utf8")
      .trim();
    const files = await readFiles(root, commit);
    if (files["schemas/veltrix.yaml"] === undefined) return refuse("it has no schemas/veltrix.yaml");
    // What is committed cannot be refused any more, but it need not be shown.
    const { model, diagnostics } = compile(new MemoryHost(files), { ...knownEmitters, plaintextSecrets: "conceal" });
    const first = diagnostics.find(({ severity }) => severity === "error");
    return model === undefined ? refuse(`they do not compile: ${first?.message ?? ""}`) : { kind: "compiled", model, commit };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    if (error.isMissing)
      return { kind: "refused", diagnostic: report("VX7010", { command: "git", detail: error.message }, { at: { file: "command line" } }) };
    return refuse(error.message);
  }
}

/** Asked first, because git words its refusals in the language of whoever runs it. */
async function isRepository(root: string): Promise<boolean> {
  try {
    await git(root, ["rev-parse", "--git-dir"]);
    return true;
  } catch (error) {
    if (error instanceof GitFailure && !error.isMissing) return false;
    throw error;
  }
}

/** Plain files below schemas/, by path. Links are left out: they lead to nothing in a tree. */
async function readFiles(root: string, commit: string): Promise<{ readonly [path: string]: Uint8Array }> {
  const listing = (await git(root, ["ls-tree", "-r", "-z", commit, "schemas/"])).toString("utf8");
  const entries = listing.split("\0").flatMap((line) => {
    const [, hash = "", path = ""] = /^100[0-9]{3} blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return hash === "" ? [] : [{ hash, path }];
  });
  const output = await git(root, ["cat-file", "--batch"], entries.map(({ hash }) => `${hash}\n`).join(""));
  const files: { [path: string]: Uint8Array } = {};
  let offset = 0;
  for (const { path } of entries) {
    const end = output.indexOf(0x0a, offset);
    const size = Number(output.toString("utf8", offset, end).split(" ")[2]);
    files[path] = output.subarray(end + 1, end + 1 + size);
    offset = end + 1 + size + 1;
  }
  return files;
}

class GitFailure extends Error {
  readonly isMissing: boolean;
  constructor(message: string, isMissing: boolean) {
    super(message);
    this.isMissing = isMissing;
  }
}

const MOST_BYTES = 256 * 1024 * 1024;

function git(cwd: string, args: readonly string[], input = ""): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile("git", [...args], { cwd, encoding: "buffer", maxBuffer: MOST_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT") reject(new GitFailure(error.message, true));
      else
        reject(
          new GitFailure(
            stderr
              .toString("utf8")
              .trim()
              .split("\n")[0]
              ?.replace(/^fatal: /, "") || "there is no such commit",
            false,
          ),
        );
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
