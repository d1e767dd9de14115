// Names that lead elsewhere, words that a terminal acts upon, and secrets: through every command.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { shop, temporaryWorkspace, type TemporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { commands } from "./commands.ts";
import { commandOf } from "./registered.ts";
import { runMain } from "./testing/run-main.ts";

const FORMATS = ["pretty", "json", "github", "sarif", "junit"];

/** Ways to write a folder that is not below the one that is meant. */
const spellings: readonly string[] = [
  "..",
  "../..",
  "../outside",
  "./../outside",
  "a/../../outside",
  "..//outside",
  "../outside/",
  "../outside/.",
  "../outside/../outside",
  "/",
  "//",
  "/nowhere",
  "//nowhere",
  "/etc/../nowhere",
  "/dev/null",
  "/dev/null/x",
  "file:///nowhere",
  "file://localhost/nowhere",
  "..\\outside",
  "..\\..\\outside",
  "\\nowhere",
  "C:\\nowhere",
  "C:nowhere",
  "\\\\host\\share",
  "\\\\?\\C:\\nowhere",
  "%2e%2e/outside",
  "..%2foutside",
  "%2e%2e%2foutside",
  "%252e%252e/outside",
  "..%5coutside",
  "..%c0%afoutside",
  "%00",
  "..\0/outside",
  "outside\0",
  "\0",
  "..\n/outside",
  "..\r/outside",
  "	../outside",
  " ../outside",
  "../outside ",
  ".. /outside",
  "....//outside",
  ".../outside",
  "..;/outside",
  ". ./outside",
  "‥/outside",
  "．．/outside",
  "..／outside",
  "..∕outside",
  "‮/outside",
  "~",
  "~/outside",
  "~root",
  "$HOME",
  "${HOME}",
  "$(pwd)",
  "`pwd`",
  "*",
  "?",
  "[a]",
  "{a,b}",
  "a|b",
  "a;b",
  "a&b",
  "a'b",
  'a"b',
  "a<b",
  "link",
  "link/below",
  "link/../outside",
  "outside/../../outside",
  "__proto__",
  "constructor",
  "nul",
  "con",
  "x".repeat(300),
].flat();

/** No system hands a NUL over in an argument. */
const asArguments = spellings.filter((spelling) => !spelling.includes("\0"));

/** The shop in a folder of its own, with things around it that must stay as they are. */
function sandbox(settings = ""): { readonly box: TemporaryWorkspace; readonly cwd: string; readonly before: ReadonlyMap<string, string> } {
  // Deep enough that no spelling leads out of the box.
  const inside = Object.fromEntries(Object.entries(shop).map(([path, text]) => [`home/work/${path}`, text]));
  const box = temporaryWorkspace({
    ...inside,
    "home/work/schemas/veltrix.yaml": (shop["schemas/veltrix.yaml"] ?? "") + settings,
    "home/outside/config.json": '{ "mine": true }\n',
    "home/outside/keep": "keep\n",
    "home/config.json": "theirs\n",
    "home/keep": "keep\n",
  });
  mkdirSync(box.at("home/empty"));
  symlinkSync(box.at("home/outside"), box.at("home/work/link"));
  return { box, cwd: box.at("home/work"), before: contentsOf(box) };
}

function contentsOf(box: TemporaryWorkspace): ReadonlyMap<string, string> {
  return new Map(box.files().map((path) => [path, box.read(path)]));
}

/** Files that are not as they were, those below the workspace's own output left out. */
function changes(box: TemporaryWorkspace, before: ReadonlyMap<string, string>): readonly string[] {
  const now = contentsOf(box);
  const paths = [...new Set([...before.keys(), ...now.keys()])];
  return paths.filter((path) => before.get(path) !== now.get(path)).sort();
}

describe("C3: names that lead elsewhere", { timeout: 900_000 }, () => {
  it("are 60 and more", () => {
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(60);
  });

  it("are no --workspace that anything is written to", async () => {
    const { box, cwd, before } = sandbox();
    for (const spelling of asArguments) {
      const { code, stdout, stderr } = await runMain(["build", "--workspace", spelling], { cwd });
      expect([spelling, code, (stdout + stderr).includes("VX9001")]).toEqual([spelling, 1, false]);
    }
    expect(changes(box, before)).toEqual([]);
  });

  it("are no --service, in no command that takes one", async () => {
    const { box, cwd, before } = sandbox();
    const lines = [["export", "--env", "dev", "--out", "out"], ["run", "--env", "dev"], ["graph"], ["parity"], ["init"]];
    for (const spelling of asArguments)
      for (const line of lines) {
        const rest = line[0] === "run" ? ["--", process.execPath, "-e", "process.exit(9)"] : [];
        const { code, stdout, stderr } = await runMain([...line, `--service=${spelling}`, ...rest], { cwd });
        expect([line[0], spelling, code, (stdout + stderr).includes("VX9001")]).toEqual([line[0], spelling, 1, false]);
      }
    expect(changes(box, before)).toEqual([]);
  });

  it("are no outputs.folder", async () => {
    // What a link is, the build sees when it writes; and these two name plain folders of the workspace.
    for (const spelling of spellings.filter((one) => !["link", "nul", "con", "constructor"].includes(one))) {
      const { box, cwd, before } = sandbox(`outputs: { folder: ${JSON.stringify(spelling)} }\n`);
      const { code, stdout, stderr } = await runMain(["build", "--format", "json"], { cwd });
      expect([spelling, code, (stdout + stderr).includes("VX9001")]).toEqual([spelling, 1, false]);
      expect([spelling, changes(box, before)]).toEqual([spelling, []]);
    }
    const { box, cwd, before } = sandbox('outputs: { folder: "link" }\n');
    expect((await runMain(["build"], { cwd })).code).toBe(1);
    expect(changes(box, before)).toEqual([]);
  });

  it("are the --out of an export only as far as nothing of anyone else is touched", async () => {
    for (const spelling of asArguments.filter((one) => !one.startsWith("/") && !one.startsWith("file:"))) {
      const { box, cwd, before } = sandbox();
      const { stdout, stderr } = await runMain(["export", "--service", "catalog", "--env", "dev", `--out=${spelling}`], { cwd });
      expect([spelling, (stdout + stderr).includes("VX9001")]).toEqual([spelling, false]);
      const changed = changes(box, before);
      expect([spelling, changed.filter((path) => before.has(path))]).toEqual([spelling, []]);
      expect([spelling, changed.filter((path) => !/(?:^|\/)(?:config|veltrix)\.json$/.test(path))]).toEqual([spelling, []]);
    }
  });
});

/** A secret as a store holds it, and one as someone once pasted it: a token that nobody was ever given. */
const CANARY = "canary-7f3a9e";
const TOKEN = ["ghp", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"].join("_");
const ESC = "\u001b[31mred\u001b]0;title\u0007\u009b1m";

/** In double quotes, as JSON and YAML have it, and with nothing in it that cannot be seen. */
const escaped = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Every command, as a user would write it. */
const lines: readonly (readonly string[])[] = [
  ["build"],
  ["build", "--check"],
  ["why", "checkout#/", "--env", "dev"],
  ["why", "checkout#/database/password", "--env", "dev"],
  ["why", "checkout#/logging/level", "--env", "prod"],
  ["why", "catalog#/endpoint/host", "--env", "dev"],
  ["why", "checkout#/catalog/host", "--env", "dev"],
  ["explain", "VX2001"],
  ["run", "--env", "dev", "--service", "checkout", "--", process.execPath, "-e", ""],
  ["export", "--service", "checkout", "--env", "dev", "--out", "out"],
  ["diff", "--env", "dev", "prod"],
  ["diff"],
  ["parity"],
  ["patch", "--env", "dev", "--file", "deploy.yaml"],
  ["graph"],
  ["graph", "--key", "catalog#/endpoint/host"],
  ["editor"],
  ["editor", "--modeline"],
  ["doctor"],
  ["init", "--service", "new-one"],
  ["drift", "--env", "dev"],
  ["drift", "watch", "--env", "dev"],
  ["drift", "manifests", "deployment", "--env", "dev", "--image", "example.test/veltrix:1"],
  ["drift", "mount", "out"],
  ["prune", "--env", "dev", "--kubeconfig", "nowhere"],
];

const hostileShop: { readonly [path: string]: string } = {
  ...shop,
  // As an escape of JSON: the file itself is clean.
  "schemas/checkout/config.schema.json": (shop["schemas/checkout/config.schema.json"] ?? "").replace(
    "Port of the checkout.",
    escaped(`Port ${ESC} of the checkout.`).slice(1, -1),
  ),
  "schemas/catalog/values/base.yaml": `endpoint:\n  host: ${escaped(`catalog ${ESC} example`)}\n  port: 80\n`,
  ".veltrix/secrets/dev.yaml": `shop-db:\n  password: ${CANARY}\n`,
  "deploy.yaml": `kind: Deployment\nmetadata: { name: ${escaped(`x${ESC}`)} }\n`,
};

/** Bytes that a terminal acts upon: all control characters but line breaks and tabs. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

describe("C4: what commands print", { timeout: 900_000 }, () => {
  it("tries every command", () => {
    const tried = new Set(lines.map((line) => commandOf(line, commands)?.name));
    expect(commands.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });

  it.each(FORMATS)("holds no secret of a store and no control character (--format %s)", async (format) => {
    const workspace = temporaryWorkspace(hostileShop);
    expect((await runMain(["build"], { cwd: workspace.root })).code).toBe(0);
    for (const line of lines) {
      const words = commandOf(line, commands)?.name.split(" ").length ?? 1;
      const args = [...line.slice(0, words), "--format", format, ...line.slice(words)];
      const { stdout, stderr } = await runMain(args, { cwd: workspace.root, env: { NO_COLOR: "1" } });
      expect([args.join(" "), (stdout + stderr).includes(CANARY)]).toEqual([args.join(" "), false]);
      expect([args.join(" "), CONTROL.exec(stdout + stderr)?.[0]?.codePointAt(0)]).toEqual([args.join(" "), undefined]);
    }
    for (const path of workspace.files().filter((file) => !file.startsWith(".veltrix/") && !file.startsWith("schemas/")))
      expect([path, workspace.read(path).includes(CANARY)]).toEqual([path, false]);
  });

  it.each(FORMATS)("holds no secret that someone wrote into a values file (--format %s)", async (format) => {
    const workspace = temporaryWorkspace({
      ...shop,
      "schemas/catalog/values/base.yaml": `endpoint:\n  host: ${TOKEN}\n  port: 80\n`,
    });
    for (const [command = "", ...rest] of lines) {
      const args = [command, "--format", format, ...rest];
      const { stdout, stderr } = await runMain(args, { cwd: workspace.root, env: { NO_COLOR: "1" } });
      expect([args.join(" "), (stdout + stderr).includes(TOKEN)]).toEqual([args.join(" "), false]);
    }
    const written = readdirSync(workspace.root, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith("schemas"));
    for (const path of written)
      if (workspace.files().includes(path))
        expect([path, readFileSync(join(workspace.root, path), "utf8").includes(TOKEN)]).toEqual([path, false]);
  });

  it.each(FORMATS)("holds no secret that stands in the line of another problem (--format %s)", async (format) => {
    const workspace = temporaryWorkspace({
      ...shop,
      "pnpm-workspace.yaml": "packages: []\n",
      "schemas/catalog/values/base.yaml": `endpoint: { host: ${TOKEN}, port: eighty, hots: ${TOKEN} }\n`,
    });
    for (const [command = "", ...rest] of lines) {
      const args = [command, "--format", format, ...rest];
      const { stdout, stderr } = await runMain(args, { cwd: workspace.root, env: { NO_COLOR: "1" } });
      expect([args.join(" "), (stdout + stderr).includes(TOKEN)]).toEqual([args.join(" "), false]);
    }
  });

  it.each(FORMATS)("holds no secret of a commit that diff compares with (--format %s)", async (format) => {
    const workspace = temporaryWorkspace({ ...shop, "schemas/catalog/values/base.yaml": `endpoint:\n  host: ${TOKEN}\n  port: 80\n` });
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", ...args], {
        cwd: workspace.root,
      });
    git("init", "--quiet");
    git("add", "schemas");
    git("commit", "--quiet", "--message", "first");
    workspace.edit("schemas/catalog/values/base.yaml", TOKEN, "catalog.example");
    const { code, stdout, stderr } = await runMain(["diff", "--format", format], { cwd: workspace.root });
    expect([code, (stdout + stderr).includes(TOKEN)]).toEqual([0, false]);
    if (["pretty", "json"].includes(format)) expect(stdout).toContain("[secret]");
  });
});
