// A whole build in processes of their own: with a prototype that somebody changed, and under other circumstances.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "./repository.ts";

const schemas = readdirSync(join(root, "schemas"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replace(/^\//, ""));

/** Compositions and patterns, so that the libraries that are loaded late take part too. */
const extra: { readonly [path: string]: string } = {
  "schemas/composed/config.schema.json": JSON.stringify({
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    additionalProperties: false,
    properties: {
      mode: { oneOf: [{ type: "string", pattern: "^(a|ab)+$" }, { $ref: "#/$defs/node" }] },
      price: { type: "object", "x-kubernetes-validations": [{ rule: "self.low <= self.high", message: "low is above high" }] },
    },
    $defs: { node: { type: "object", additionalProperties: false, properties: { next: { $ref: "#/$defs/node" } } } },
  }),
  "schemas/composed/values/base.yaml": "mode: { next: {} }\nprice: { low: 1, high: 2 }\n",
};

/** Refused for many reasons: the words of refusals count as well. */
const wrong: { readonly [path: string]: string } = {
  "schemas/veltrix.yaml": "environments: { dev: {} }\n",
  "schemas/wrong/config.schema.json": JSON.stringify({
    "x-veltrix": { version: "1.0.0" },
    type: "object",
    additionalProperties: false,
    required: ["host", "toString"],
    properties: { host: { type: "string" }, toString: { type: "string" }, port: { type: "integer", maximum: 9 } },
  }),
  "schemas/wrong/values/base.yaml": "port: 10\nhsot: a\n",
};

function layDown(files: Iterable<readonly [path: string, contents: string | Buffer]>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-threats-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, contents] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  return folder;
}

/** The files of this repository's workspace, in the order of their names or the other way round. */
function workspace(isReversed = false, more = extra): string {
  const files = [...schemas.map((path): [string, Buffer] => [path, readFileSync(join(root, path))]), ...Object.entries(more)];
  return layDown(isReversed ? files.toReversed() : files);
}

interface Circumstances {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string };
}

/** A build, and what happens to the process right before it. */
interface Step {
  readonly folder: string;
  readonly before?: string;
}

interface Built {
  readonly diagnostics: readonly string[];
  /** Hash of every generated file by its path. */
  readonly files: { readonly [path: string]: string };
}

const modules = ["compiler", "emit-typescript", "kubernetes"].map((name) => join(root, `packages/${name}/src/index.ts`));

/** Builds one folder after another in a process of its own. */
function buildAll(steps: readonly Step[], { cwd = root, env = {} }: Circumstances = {}): readonly Built[] {
  const script = `
    const [compiler, types, objects] = await Promise.all(${JSON.stringify(modules)}.map((path) => import(path)));
    const { createHash } = await import("node:crypto");
    const { readdirSync, readFileSync } = await import("node:fs");
    const buildIn = async (folder) => {
      let result;
      try { result = await compiler.build(new compiler.DiskHost(folder), { emitters: [types.typescriptEmitter, objects.kubernetesEmitter] }); }
      catch (error) { return { diagnostics: ["threw"], files: {} }; }
      const list = (path) => readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? list(path + "/" + entry.name) : [path + "/" + entry.name]);
      const files = {};
      if (result.model !== undefined)
        for (const path of list(folder + "/generated").sort()) files[path.slice(folder.length)] = createHash("sha256").update(readFileSync(path)).digest("hex");
      return { diagnostics: result.diagnostics.map(({ code, message, hint }) => [code, message, hint].join(" ")), files };
    };
    const built = [];
    ${steps.map(({ folder, before = "" }) => `${before}\nbuilt.push(await buildIn(${JSON.stringify(folder)}));`).join("\n")}
    process.stdout.write(JSON.stringify(built));
  `;
  const args = ["--import", join(root, "tools/fuzz/source.mjs"), "--conditions=veltrix:source", "--input-type=module", "-e", script];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd,
    env: { PATH: process.env["PATH"], ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as readonly Built[];
}

const NAMES = ["polluted", "isAdmin", "exec", "shell", "file", "pointer", "service"];

const hostile: { readonly [name: string]: string } = {
  "with members that can be seen": `for (const name of ${JSON.stringify(NAMES)}) Object.prototype[name] = "polluted";`,
  "with members that cannot be seen": `for (const name of ${JSON.stringify(NAMES)})
    Object.defineProperty(Object.prototype, name, { value: "polluted", enumerable: false, writable: true, configurable: true });`,
  frozen: `for (const name of ${JSON.stringify(NAMES)}) delete Object.prototype[name];
    Object.freeze(Object.prototype); Object.freeze(Array.prototype);`,
};

describe("S6: a build with Object.prototype", { timeout: 900_000 }, () => {
  const refused = (): string => layDown(Object.entries(wrong));

  it(`${Object.keys(hostile).join(", ")} writes the same bytes and refuses in the same words`, () => {
    const [clean, cleanRefused, ...others] = buildAll([
      { folder: workspace(false, {}) },
      { folder: refused() },
      ...Object.values(hostile).flatMap((before) => [{ folder: workspace(false, {}), before }, { folder: refused() }]),
    ]);
    expect(Object.keys(clean?.files ?? {}).length).toBeGreaterThan(100);
    expect(cleanRefused?.diagnostics.map((words) => words.slice(0, 6)).sort()).toEqual(["VX2001", "VX2002", "VX2004"]);
    Object.keys(hostile).forEach((name, index) => {
      expect([name, others[2 * index]]).toEqual([name, clean]);
      expect([name, others[2 * index + 1]]).toEqual([name, cleanRefused]);
    });
  });

  it("changed writes the same bytes for compositions too", () => {
    const [clean, ...others] = buildAll([
      { folder: workspace() },
      ...Object.values(hostile).map((before) => ({ folder: workspace(), before })),
    ]);
    expect(others).toEqual([clean, clean, clean]);
  });
});

describe("G5: the same bytes", { timeout: 900_000 }, () => {
  it("come of the files in another order, another language, another time zone and another folder", () => {
    const [first] = buildAll([{ folder: workspace() }], { env: { LC_ALL: "C", TZ: "UTC" } });
    const turkish = { LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Pacific/Kiritimati" };
    const swedish = { LC_ALL: "sv_SE.UTF-8", TZ: "America/St_Johns", HOME: "/nowhere", USER: "another" };
    expect(Object.keys(first?.files ?? {}).length).toBeGreaterThan(100);
    expect(buildAll([{ folder: workspace(true) }], { env: turkish, cwd: tmpdir() })).toEqual([first]);
    expect(buildAll([{ folder: workspace(true) }], { env: swedish, cwd: "/" })).toEqual([first]);
  });
});
