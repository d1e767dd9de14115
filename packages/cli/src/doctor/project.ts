// The project around the schemas: the generated folder, its place in the workspace, what git keeps and what it must not.
import { execFile } from "node:child_process";
import { build, type Emitter, type Outputs } from "@veltrix/compiler";
import type { LookingHost } from "./looking-host.ts";
import { addPackage } from "../init/pnpm-workspace.ts";
import type { CheckResult } from "./check-result.ts";
import { parseObject, readText } from "./packages.ts";

/** Versions of Node that Veltrix runs on. */
const NODE = [20, 19] as const;

/** The version of Node, where it is known. */
export function checkNode(version: string | undefined): CheckResult {
  const check = "node";
  if (version === undefined) return { kind: "skipped", check, detail: "its version is not known" };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > NODE[0] || (major === NODE[0] && minor >= NODE[1])) return { kind: "ok", check, detail: version };
  return { kind: "wrong", check, detail: `this is Node ${version}`, fix: `use Node ${NODE.join(".")} or newer`, file: "package.json" };
}

/** Whether generated/ is what the schemas give. */
export async function checkGenerated(
  host: LookingHost,
  emitters: readonly Emitter[],
  { folder }: Pick<Outputs, "folder">,
): Promise<CheckResult> {
  const check = "generated";
  const { diagnostics } = await build(host, { emitters, check: true });
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
  if (first === undefined) return { kind: "ok", check, detail: `${folder}/ is up to date` };
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return { kind: "wrong", check, detail: `${first.message}${more}`, fix: "run `veltrix build` and commit the result", file: first.at.file };
}

/** Whether package manager and code find the generated package. */
export function checkWorkspace(host: LookingHost, { package: name, folder }: Pick<Outputs, "package" | "folder">): readonly CheckResult[] {
  const check = "workspace";
  const wrong = (detail: string, file: string): CheckResult => ({
    kind: "wrong",
    check,
    detail,
    fix: "run `veltrix init`: it adds what is missing and changes nothing else",
    file,
  });
  const manifest = parseObject(readText(host, `${folder}/package.json`) ?? "");
  const findings: CheckResult[] = [];
  if (manifest?.["name"] !== name) findings.push(wrong(`${folder}/package.json is not the package ${name}`, `${folder}/package.json`));
  if (!isMember(host, folder)) findings.push(wrong(`${folder} is not a package of the workspace`, "pnpm-workspace.yaml"));
  return findings.length > 0 ? findings : [{ kind: "ok", check, detail: `${name} is a package of the workspace` }];
}

/** pnpm lists its packages in a file of its own, npm and yarn in package.json. */
function isMember(host: LookingHost, folder: string): boolean {
  const text = readText(host, "pnpm-workspace.yaml");
  if (text !== undefined) {
    const edit = addPackage(text, folder);
    return edit.kind === "text" && edit.text === text;
  }
  const listed = parseObject(readText(host, "package.json") ?? "")?.["workspaces"];
  if (!Array.isArray(listed)) return false;
  const yaml = `packages:\n${listed.map((pattern) => `  - ${JSON.stringify(String(pattern))}\n`).join("")}`;
  const edit = addPackage(yaml, folder);
  return edit.kind === "text" && edit.text === yaml;
}

/** Line endings, what git must not keep, and what it keeps nevertheless. */
export async function checkGit(host: LookingHost, root: string, { folder }: Pick<Outputs, "folder">): Promise<readonly CheckResult[]> {
  const lines = (file: string): readonly string[] => (readText(host, file) ?? "").split(/\r?\n/).map((line) => line.trim());
  const init = "run `veltrix init`: it adds the line";
  const attributes = lines(".gitattributes").some((line) => line.startsWith(`${folder}/** `) && /\beol=lf\b/.test(line));
  const ignored = lines(".gitignore").some((line) => /^\/?\.veltrix\/?$/.test(line));
  return [
    attributes
      ? { kind: "ok", check: "git attributes", detail: `${folder}/ keeps its line endings` }
      : {
          kind: "wrong",
          check: "git attributes",
          detail: `.gitattributes does not keep the line endings of ${folder}/`,
          fix: init,
          file: ".gitattributes",
        },
    ignored
      ? { kind: "ok", check: "git ignores", detail: ".veltrix/ is ignored" }
      : {
          kind: "wrong",
          check: "git ignores",
          detail: ".gitignore does not name .veltrix/, where secrets of local runs are kept",
          fix: init,
          file: ".gitignore",
        },
    await checkCommitted(root),
    checkLineEndings(host, folder),
  ];
}

async function checkCommitted(root: string): Promise<CheckResult> {
  const check = "committed secrets";
  const tracked = await trackedFiles(root, ".veltrix");
  if (tracked === undefined) return { kind: "skipped", check, detail: "this is not a git repository" };
  const [first] = tracked;
  if (first === undefined) return { kind: "ok", check, detail: "git holds nothing of .veltrix/" };
  return {
    kind: "wrong",
    check,
    detail: `git holds ${first}, and every clone has its secrets`,
    fix: "run `git rm -r --cached .veltrix`, and change every secret in it: they have been seen",
    file: first,
  };
}

/** Undefined where git has no answer. */
function trackedFiles(root: string, path: string): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    execFile("git", ["ls-files", "-z", "--", path], { cwd: root, encoding: "utf8" }, (error, stdout) =>
      resolve(error === null ? stdout.split("\0").filter((file) => file !== "") : undefined),
    );
  });
}

function checkLineEndings(host: LookingHost, folder: string): CheckResult {
  const check = "line endings";
  const found = firstWithCarriageReturn(host, folder) ?? firstWithCarriageReturn(host, "schemas");
  if (found === undefined) return { kind: "ok", check, detail: `no file of schemas/ and ${folder}/ has CRLF` };
  return {
    kind: "wrong",
    check,
    detail: `${found} has Windows line endings`,
    fix: "check it out again once .gitattributes says `* text=auto eol=lf`: run `git add --renormalize .`",
    file: found,
  };
}

function firstWithCarriageReturn(host: LookingHost, folder: string): string | undefined {
  for (const { name, kind } of host.entriesIn(folder)) {
    if (name === "node_modules" || name === ".turbo") continue;
    const path = `${folder}/${name}`;
    const found =
      kind === "folder" ? firstWithCarriageReturn(host, path) : readText(host, path)?.includes("\r\n") === true ? path : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
