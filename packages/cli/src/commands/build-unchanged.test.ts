import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { shop, type TemporaryWorkspace, temporaryWorkspace } from "@veltrix/testkit";
import { describe, expect, it, vi } from "vitest";
import { runMain } from "../testing/run-main.ts";
import { LAST_BUILD, type LastBuild, writer } from "@veltrix/compiler/incremental";

const PATIENCE = { timeout: 30_000, interval: 25 };
const BASE = "schemas/checkout/values/base.yaml";
const BUILT = "generated/checkout/k8s/prod/configmap.yaml";

async function buildIn(workspace: TemporaryWorkspace, ...args: readonly string[]): Promise<string> {
  return (await runMain(["build", ...args], { cwd: workspace.root })).stderr;
}

function read(workspace: TemporaryWorkspace, folder = "generated"): LastBuild {
  return JSON.parse(readFileSync(workspace.at(`${folder}/${LAST_BUILD}`), "utf8")) as LastBuild;
}

/** Makes the file say a number that no build would: whoever says it has not built. */
function mark(workspace: TemporaryWorkspace, folder = "generated"): void {
  const last = read(workspace, folder);
  writeFileSync(workspace.at(`${folder}/${LAST_BUILD}`), JSON.stringify({ ...last, built: { ...last.built, unchanged: 4711 } }));
}

/** A workspace whose generated package is installed, built, and saved: until its files are old enough, nothing is. */
async function saved(files: { readonly [path: string]: string } = shop, folder = "generated"): Promise<TemporaryWorkspace> {
  const workspace = temporaryWorkspace(files);
  mkdirSync(workspace.at(`${folder}/node_modules`), { recursive: true });
  await vi.waitFor(async () => {
    await buildIn(workspace);
    mark(workspace, folder);
  }, PATIENCE);
  expect(await buildIn(workspace)).toMatch(/^veltrix: 2 services, 2 environments: 0 files written, 0 removed, 4711 unchanged\n$/);
  return workspace;
}

describe("a build of which nothing has changed", () => {
  it("says what it came to, in every format, and reads no contract", async () => {
    const workspace = await saved();
    const { code, stdout } = await runMain(["build", "--format", "json"], { cwd: workspace.root });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      diagnostics: [],
      summary: { errors: 0, warnings: 0, services: 2, environments: 2, written: [], removed: [], unchanged: 4711 },
    });
  });

  it("finds its file where the settings name another folder", async () => {
    const settings = `${shop["schemas/veltrix.yaml"]}outputs: { folder: built/config }\n`;
    const workspace = await saved({ ...shop, "schemas/veltrix.yaml": settings }, "built/config");
    expect(read(workspace, "built/config").states).toHaveProperty(["built/config/index.json"]);
  });

  it("saves nothing where the generated package is not installed", async () => {
    const workspace = temporaryWorkspace(shop);
    await buildIn(workspace);
    await buildIn(workspace);
    expect(workspace.files().filter((path) => path.includes("node_modules"))).toEqual([]);
  });

  it("C3: follows no link out of the workspace to save itself", async () => {
    const workspace = temporaryWorkspace(shop);
    const outside = temporaryWorkspace({ "kept.txt": "kept\n" });
    mkdirSync(workspace.at("generated"));
    symlinkSync(outside.root, workspace.at("generated/node_modules"));
    for (let round = 0; round < 3; round++) expect(await buildIn(workspace)).toContain("2 services");
    expect(outside.files()).toEqual(["kept.txt"]);
  });
});

/** Everything that has to be noticed, by a change that leaves the rest as it is. */
const changes: readonly (readonly [string, (workspace: TemporaryWorkspace) => void])[] = [
  ["a value", (workspace) => workspace.edit(BASE, "port: 8080", "port: 8081")],
  [
    "a value of equal length whose time was put back",
    (workspace) => {
      const { atime, mtime } = statSync(workspace.at(BASE));
      workspace.edit(BASE, "port: 8080", "port: 8081");
      utimesSync(workspace.at(BASE), atime, mtime);
    },
  ],
  [
    "a file that another one was renamed over",
    (workspace) => {
      workspace.write("new.yaml", workspace.read(BASE).replace("port: 8080", "port: 8081"));
      renameSync(workspace.at("new.yaml"), workspace.at(BASE));
    },
  ],
  ["the settings", (workspace) => workspace.write("schemas/veltrix.yaml", `${workspace.read("schemas/veltrix.yaml")}# more\n`)],
  ["a new file", (workspace) => workspace.write("schemas/shared/more.schema.json", "{}\n")],
  ["a new service", (workspace) => mkdirSync(workspace.at("schemas/cart"))],
  ["a hand edit of what was built", (workspace) => workspace.edit(BUILT, "9090", "9191")],
  ["a built file that is gone", (workspace) => rmSync(workspace.at(BUILT))],
  ["a built folder that is gone", (workspace) => rmSync(workspace.at("generated/checkout"), { recursive: true })],
  ["a file beside what was built", (workspace) => workspace.write("generated/checkout/k8s/notes.txt", "mine\n")],
  ["a right to read", (workspace) => chmodSync(workspace.at(BASE), 0o600)],
];

describe("a build after a change", () => {
  it.each(changes)("is a whole one: %s", async (_what, change) => {
    const workspace = await saved();
    change(workspace);
    expect(await buildIn(workspace)).not.toContain("4711");
    const fresh = temporaryWorkspace(
      Object.fromEntries(
        workspace
          .files()
          .filter(isSource)
          .map((path) => [path, workspace.read(path)]),
      ),
    );
    await buildIn(fresh);
    const generated = (from: TemporaryWorkspace): readonly (readonly [string, string])[] =>
      from
        .files()
        .filter((path) => path.startsWith("generated/") && !path.includes("node_modules") && !path.endsWith("notes.txt"))
        .map((path) => [path, from.read(path)]);
    // The new service has no contract: that build has an error, and leaves everything as it was.
    if (generated(fresh).length > 0) expect(generated(workspace)).toEqual(generated(fresh));
  });

  const own = JSON.stringify(writer());
  const broken = [
    "",
    "{",
    "null",
    "[]",
    '{"format":1}',
    `{"format":1,"writer":${own}}`,
    `{"format":1,"writer":${own},"states":null,"built":{}}`,
  ];
  it.each(broken)("is a whole one when the file holds %j", async (text) => {
    const workspace = await saved();
    writeFileSync(workspace.at(`generated/${LAST_BUILD}`), text);
    expect(await buildIn(workspace)).toMatch(/: 0 files written, 0 removed, [0-9]{2} unchanged\n$/);
  });

  it("is a whole one when another Veltrix has built, or this one has changed", async () => {
    const workspace = await saved();
    const last = read(workspace);
    const other = [
      { ...last, writer: `${last.writer}x` },
      { ...last, states: { ...last.states, [import.meta.filename]: "1 2 3 4 5" } },
    ];
    expect(last.states[import.meta.filename]).toMatch(/^[0-9]+ /);
    for (const each of other) {
      writeFileSync(workspace.at(`generated/${LAST_BUILD}`), JSON.stringify(each));
      expect(await buildIn(workspace)).not.toContain("4711");
    }
  });

  it("says its warnings again and again", async () => {
    const workspace = await saved();
    workspace.write("generated/notes.txt", "mine\n");
    for (let round = 0; round < 3; round++) expect(await buildIn(workspace)).toContain("warning[VX7004]");
  });

  it("is never asked by --check", async () => {
    const workspace = await saved();
    expect(await buildIn(workspace, "--check")).not.toContain("4711");
    workspace.edit(BUILT, "9090", "9191");
    const { states } = read(workspace);
    const { ino, size, mtimeMs, ctimeMs, mode } = statSync(workspace.at(BUILT));
    const lie = { ...read(workspace), states: { ...states, [BUILT]: `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode}` } };
    writeFileSync(workspace.at(`generated/${LAST_BUILD}`), JSON.stringify(lie));
    expect(await buildIn(workspace, "--check")).toContain("error[VX7003]");
  });
});

function isSource(path: string): boolean {
  return path.startsWith("schemas/");
}
