import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { DiskHost } from "./disk-host.ts";
import { entriesOf, type FileRead, HostRefusal, TEMPORARY_PREFIX, type WriteHost } from "./host.ts";
import { MemoryHost } from "./memory-host.ts";

type Files = { readonly [path: string]: string };

function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "veltrix-host-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function writeAll(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const hosts: { readonly [name: string]: (files: Files) => WriteHost } = {
  MemoryHost: (files) => new MemoryHost(files),
  DiskHost: (files) => {
    const root = temporaryFolder();
    writeAll(root, files);
    return new DiskHost(root);
  },
};

function decodeText(read: FileRead): string | undefined {
  return read.kind === "bytes" ? new TextDecoder().decode(read.bytes) : undefined;
}

describe.each(Object.entries(hosts))("%s", (_name, open) => {
  const LIMIT = 1000;

  it("reads files, and tells missing ones", () => {
    const host = open({ "a/b.txt": "héllo\n", empty: "" });
    expect(decodeText(host.readFile("a/b.txt", LIMIT))).toBe("héllo\n");
    expect(decodeText(host.readFile("empty", LIMIT))).toBe("");
    for (const path of ["a/c.txt", "x/y/z"]) {
      expect(host.readFile(path, LIMIT)).toEqual({ kind: "missing" });
      expect(host.listFolder(path)).toEqual({ kind: "missing" });
    }
  });

  it("tells what is there and is not what was asked for from what is not there", () => {
    const host = open({ "a/b.txt": "", g: "" });
    expect(host.readFile("a", LIMIT)).toEqual({ kind: "refused", reason: "it is a folder" });
    expect(host.listFolder("g")).toEqual({ kind: "refused", reason: "it is not a folder" });
    for (const path of ["a/b.txt/c", "a/b.txt/c/d"]) {
      expect(host.readFile(path, LIMIT)).toEqual({ kind: "refused", reason: "a/b.txt is not a folder" });
      expect(host.listFolder(path)).toEqual({ kind: "refused", reason: "a/b.txt is not a folder" });
    }
  });

  it("refuses files over the limit, and reads those that just keep it", () => {
    const host = open({ a: "x".repeat(LIMIT + 1), b: "x".repeat(LIMIT) });
    expect(host.readFile("a", LIMIT)).toEqual({ kind: "refused", reason: `it has ${LIMIT + 1} bytes, and ${LIMIT} is the limit` });
    expect(host.readFile("b", LIMIT).kind).toBe("bytes");
  });

  it("lists folders in code unit order", () => {
    const host = open({ "f/b": "", "f/a/x": "", "f/C": "", "f/_": "", "f/é": "", g: "" });
    expect(entriesOf(host.listFolder("f"))).toEqual([
      { name: "C", kind: "file" },
      { name: "_", kind: "file" },
      { name: "a", kind: "folder" },
      { name: "b", kind: "file" },
      { name: "é", kind: "file" },
    ]);
    expect(entriesOf(host.listFolder("")).map(({ name }) => name)).toEqual(["f", "g"]);
  });

  it("replaces files, makes their folders, and reads what it wrote", () => {
    const host = open({ "out/a": "old" });
    host.replaceFile("out/a", "new");
    host.replaceFile("out/deep/er/b", "ü\u0000\n");
    expect(decodeText(host.readFile("out/a", LIMIT))).toBe("new");
    expect(decodeText(host.readFile("out/deep/er/b", LIMIT))).toBe("ü\u0000\n");
    expect(entriesOf(host.listFolder("out")).map(({ name }) => name)).toEqual(["a", "deep"]);
  });

  it("removes files with the folders that are empty then", () => {
    const host = open({ "out/a": "", "out/deep/er/b": "", "out/deep/c": "" });
    host.removeFile("out/deep/er/b");
    expect(entriesOf(host.listFolder("out/deep"))).toEqual([{ name: "c", kind: "file" }]);
    host.removeFile("out/deep/c");
    expect(entriesOf(host.listFolder("out"))).toEqual([{ name: "a", kind: "file" }]);
  });

  it("refuses to write where a folder stands, and below a file", () => {
    const host = open({ "out/folder/x": "", "out/file": "" });
    for (const path of ["out/folder", "out/file/below"]) expect(() => host.replaceFile(path, "x")).toThrow(HostRefusal);
    expect(decodeText(host.readFile("out/folder/x", LIMIT))).toBe("");
    expect(decodeText(host.readFile("out/file", LIMIT))).toBe("");
  });
});

describe("DiskHost: reading", () => {
  it("S2: refuses links that lead out of the workspace, to nothing, or in a circle", () => {
    const root = temporaryFolder();
    writeAll(root, { "outside.txt": "canary", "outside/f.txt": "canary", "w/schemas/a.txt": "a" });
    const link = (target: string, path: string): void => symlinkSync(target, join(root, "w/schemas", path));
    link("../../outside.txt", "leak");
    link(join(root, "outside.txt"), "absolute");
    link("../../outside", "folder");
    link("nowhere", "dangling");
    link("loop2", "loop1");
    link("loop1", "loop2");
    link("a.txt", "inside");
    link(join(root, "outside.txt"), "chain1");
    link("chain1", "chain2");
    const host = new DiskHost(join(root, "w"));
    for (const path of ["leak", "absolute", "folder", "folder/f.txt", "dangling", "loop1", "chain2"]) {
      const read = host.readFile(`schemas/${path}`, 1000);
      expect([path, read.kind]).toEqual([path, "refused"]);
      expect(JSON.stringify(read)).not.toContain("canary");
    }
    expect(decodeText(host.readFile("schemas/inside", 1000))).toBe("a");
    expect(host.listFolder("schemas/folder")).toEqual({ kind: "refused", reason: "it is a link that leads out of the workspace" });
    expect(
      entriesOf(host.listFolder("schemas"))
        .filter(({ kind }) => kind === "file")
        .map(({ name }) => name),
    ).toEqual(["a.txt", "inside"]);
  });

  it("refuses what is no plain file, without waiting for it", () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "folder"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    const host = new DiskHost(root);
    expect(host.readFile("folder", 1000)).toMatchObject({ kind: "refused" });
    expect(host.readFile("pipe", 1000)).toEqual({ kind: "refused", reason: "it is not a plain file" });
    expect(host.listFolder("pipe")).toEqual({ kind: "refused", reason: "it is not a folder" });
    expect(entriesOf(host.listFolder(""))).toEqual([
      { name: "folder", kind: "folder" },
      { name: "pipe", kind: "other" },
    ]);
  });
});

it("S2: sees a folder that has become a link since it was last listed", () => {
  const root = temporaryFolder();
  writeAll(root, { "w/schemas/a/values.yaml": "a: 1\n", "outside/values.yaml": "secret: 1\n" });
  const host = new DiskHost(join(root, "w"));
  host.listFolder("schemas/a");
  expect(host.readFile("schemas/a/values.yaml", 100).kind).toBe("bytes");
  rmSync(join(root, "w/schemas/a"), { recursive: true });
  symlinkSync(join(root, "outside"), join(root, "w/schemas/a"));
  expect(host.listFolder("schemas/a")).toMatchObject({ kind: "refused" });
  expect(host.readFile("schemas/a/values.yaml", 100).kind).toBe("refused");
});

describe("C2: DiskHost refuses to write through links", () => {
  function prepare(): { readonly root: string; readonly host: DiskHost; readonly untouched: () => readonly string[] } {
    const root = temporaryFolder();
    writeAll(root, { "outside/file.txt": "mine", "w/generated/a/x": "x" });
    return {
      root,
      host: new DiskHost(join(root, "w")),
      untouched: () => [...readdirSync(join(root, "outside")), readFileSync(join(root, "outside/file.txt"), "utf8")],
    };
  }

  it("a linked file", () => {
    const { root, host, untouched } = prepare();
    symlinkSync(join(root, "outside/file.txt"), join(root, "w/generated/a/linked"));
    expect(() => host.replaceFile("generated/a/linked", "yours")).toThrow(/it is a link/);
    expect(untouched()).toEqual(["file.txt", "mine"]);
    expect(lstatSync(join(root, "w/generated/a/linked")).isSymbolicLink()).toBe(true);
  });

  it.each(["generated", "generated/b", "generated/b/c"])("a linked folder %s", (folder) => {
    const { root, host, untouched } = prepare();
    rmSync(join(root, "w", folder), { recursive: true, force: true });
    mkdirSync(dirname(join(root, "w", folder)), { recursive: true });
    symlinkSync(join(root, "outside"), join(root, "w", folder));
    for (const path of ["file.txt", "new.txt", "d/new.txt"])
      expect(() => host.replaceFile(`${folder}/${path}`, "yours")).toThrow(/it is a link/);
    expect(() => host.removeFile(`${folder}/file.txt`)).toThrow(/it is a link/);
    expect(untouched()).toEqual(["file.txt", "mine"]);
  });

  it.each(["generated", "generated/a"])("the folder %s that became a link after it was written to", (folder) => {
    const { root, host, untouched } = prepare();
    host.replaceFile("generated/a/y", "y");
    renameSync(join(root, "w", folder), join(root, "w/moved"));
    mkdirSync(join(root, "outside/a"));
    symlinkSync(join(root, "outside"), join(root, "w", folder));
    const path = "generated/a/file.txt";
    expect(() => host.replaceFile(path, "yours")).toThrow(HostRefusal);
    expect(() => host.removeFile(path)).toThrow(HostRefusal);
    expect(untouched()).toEqual(["a", "file.txt", "mine"]);
    expect(readdirSync(join(root, "outside/a"))).toEqual([]);
  });

  it.each(["../escape", "generated/../../escape", "/tmp/veltrix-escape", "generated/a/../../../escape"])("C3: the path %s", (path) => {
    const { root, host } = prepare();
    expect(() => host.replaceFile(path, "x")).toThrow(HostRefusal);
    expect(existsSync(join(root, "escape"))).toBe(false);
    expect(host.readFile(path, 1000).kind).not.toBe("bytes");
  });
});

describe("DiskHost: temporary files", () => {
  it("sweeps what dead writers left, and keeps what living ones write", () => {
    const root = temporaryFolder();
    const dead = spawn(process.execPath, ["-e", ""]);
    const { pid } = dead;
    return new Promise<void>((resolve, reject) => {
      dead.once("exit", () => {
        try {
          const names = [`${TEMPORARY_PREFIX}${pid}-0`, `${TEMPORARY_PREFIX}${process.pid}-999`, `${TEMPORARY_PREFIX}x`, "other"];
          writeAll(root, Object.fromEntries(names.map((name) => [`g/${name}`, ""])));
          const host = new DiskHost(root);
          for (const name of names) host.sweep(`g/${name}`);
          expect(readdirSync(join(root, "g")).sort()).toEqual(names.slice(1).sort());
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  });

  it("leaves none after a write that fails", () => {
    const root = temporaryFolder();
    mkdirSync(join(root, "g/name/x"), { recursive: true });
    expect(() => new DiskHost(root).replaceFile("g/name", "text")).toThrow(HostRefusal);
    expect(readdirSync(join(root, "g"))).toEqual(["name"]);
  });
});

describe("C1: a writer that is killed at any moment", () => {
  const source = fileURLToPath(new URL(".", import.meta.url));
  let compiled: string;

  beforeAll(() => {
    compiled = mkdtempSync(join(tmpdir(), "veltrix-host-compiled-"));
    const tsc = join(source, "../../../../node_modules/.bin/tsc");
    const types = ["--types", "node", "--typeRoots", join(source, "../../../../node_modules/@types")];
    execFileSync(tsc, [
      join(source, "disk-host.ts"),
      "--ignoreConfig",
      "--noCheck",
      "--module",
      "nodenext",
      "--target",
      "es2023",
      "--rewriteRelativeImportExtensions",
      "--outDir",
      compiled,
      ...types,
    ]);
    writeFileSync(join(compiled, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(compiled, "writer.js"),
      `import { createHash } from "node:crypto";
import { DiskHost } from "./disk-host.js";
const host = new DiskHost(process.argv[2]);
process.stdout.write("ready\\n");
for (let round = 0; ; round++) {
  for (const name of ["a", "b", "c"]) {
    const body = (name + round + ";").repeat(20_000);
    host.replaceFile("generated/" + name + "/file.txt", createHash("sha256").update(body).digest("hex") + body);
  }
}
`,
    );
    return () => rmSync(compiled, { recursive: true, force: true });
  });

  it("leaves every file old or new, and temporary files that the next one sweeps", { timeout: 600_000 }, async () => {
    const root = temporaryFolder();
    const names = ["a", "b", "c"].map((name) => `generated/${name}`);
    let found = 0;
    let leftovers = 0;
    // On until a kill came at a moment that matters.
    for (let round = 0; round < 60 || leftovers === 0; round++) {
      await runAndKill([join(compiled, "writer.js"), root], (round * 7) % 41);
      for (const folder of names) {
        if (!existsSync(join(root, folder, "file.txt"))) continue;
        const text = readFileSync(join(root, folder, "file.txt"), "utf8");
        expect(text.slice(0, 64)).toBe(createHash("sha256").update(text.slice(64)).digest("hex"));
        found++;
      }
      const host = new DiskHost(root);
      for (const folder of names) {
        for (const { name } of entriesOf(host.listFolder(folder))) {
          if (!name.startsWith(TEMPORARY_PREFIX)) continue;
          leftovers++;
          host.sweep(`${folder}/${name}`);
        }
        expect(
          entriesOf(host.listFolder(folder))
            .map(({ name }) => name)
            .filter((name) => name !== "file.txt"),
        ).toEqual([]);
      }
    }
    expect(found).toBeGreaterThan(60);
  });
});

/** Starts a script, and kills it some milliseconds after it says that it is ready. */
function runAndKill(args: readonly string[], delay: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), delay));
    child.once("error", reject);
    child.once("exit", (code, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(`the writer ended by itself with ${code}`))));
  });
}
