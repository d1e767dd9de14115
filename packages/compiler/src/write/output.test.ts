import { describe, expect, it } from "vitest";
import { build, type BuildResult } from "../build.ts";
import { defineEmitter, type Emitter, GENERATED_MARK, type GeneratedFile } from "../emitter.ts";
import { type FolderRead, HostRefusal, type WriteHost } from "../host/host.ts";
import { MemoryHost } from "../host/memory-host.ts";

const schemas = {
  "schemas/veltrix.yaml": "environments:\n  dev: {}\n",
  "schemas/gateway/config.schema.json":
    '{ "x-veltrix": { "version": "1.0.0" }, "type": "object", "properties": { "port": { "type": "integer" } } }',
  "schemas/gateway/values/base.yaml": "port: 8080\n",
};

const files: readonly GeneratedFile[] = [
  { path: "gateway/a.js", contents: `// ${GENERATED_MARK}\na\n` },
  { path: "gateway/data.json", contents: '{"port":8080}\n' },
  { path: "top.txt", contents: "top\n" },
];

function emitting(...given: readonly GeneratedFile[]): Emitter {
  return defineEmitter({ name: "test", emit: (_model, put) => given.forEach(put) });
}

/** A host that notes every change in order, and refuses those of `refused`. */
class RecordingHost extends MemoryHost {
  readonly changes: string[] = [];
  refused = "";
  override replaceFile(path: string, contents: string): void {
    if (path === this.refused) throw new HostRefusal(path, "the disk is full");
    this.changes.push(`replace ${path}`);
    super.replaceFile(path, contents);
  }
  override removeFile(path: string): void {
    this.changes.push(`remove ${path}`);
    super.removeFile(path);
  }
}

function run(host: WriteHost, given: readonly GeneratedFile[], check = false): Promise<BuildResult> {
  return build(host, { emitters: [emitting(...given)], check });
}

async function built(): Promise<RecordingHost> {
  const host = new RecordingHost(schemas);
  await run(host, files);
  host.changes.length = 0;
  return host;
}

function said({ diagnostics }: BuildResult): readonly string[] {
  return diagnostics.map(({ code, severity, message }) => `${severity} ${code} ${message}`);
}

describe("build", () => {
  it("counts as unchanged only what it has seen to be so, also after a write was refused", async () => {
    const host = await built();
    host.refused = "generated/gateway/a.js";
    const stale = files.map((file, index) => ({ ...file, contents: index < 2 ? `${file.contents}new\n` : file.contents }));
    const { written, removed, unchanged, diagnostics } = await run(host, stale);
    // The first is refused and the second never tried; the third is as it was, and the index is stale too.
    expect([written, removed, unchanged, diagnostics.map(({ code }) => code)]).toEqual([[], [], 1, ["VX7005"]]);
  });

  it.each([false, true])("tells a folder of the output that cannot be listed from one that is not there (check: %s)", async (check) => {
    class Unlistable extends MemoryHost {
      override listFolder(path: string): FolderRead {
        return path === "generated/old" ? { kind: "refused", reason: "permission denied" } : super.listFolder(path);
      }
    }
    const first = await built();
    const copied = Object.fromEntries(first.paths().map((path) => [path, first.text(path) ?? ""]));
    const result = await run(new Unlistable({ ...copied, "generated/old/x": "" }), files, check);
    expect(said(result)).toEqual([`${check ? "error" : "warning"} VX1015 the folder cannot be read: permission denied`]);
  });

  it("writes every file, the index last", async () => {
    const host = new RecordingHost(schemas);
    const result = await run(host, files);
    expect(host.changes).toEqual([
      "replace generated/gateway/a.js",
      "replace generated/gateway/data.json",
      "replace generated/top.txt",
      "replace generated/index.json",
    ]);
    expect([result.written.length, result.removed, result.unchanged, result.diagnostics]).toEqual([4, [], 0, []]);
  });

  it("writes nothing when nothing changed, and the same bytes in any order of files", async () => {
    const host = await built();
    const index = host.text("generated/index.json");
    expect((await run(host, files)).unchanged).toBe(4);
    expect((await run(host, files.toReversed())).unchanged).toBe(4);
    expect(host.changes).toEqual([]);
    expect(host.text("generated/index.json")).toBe(index);
  });

  it("writes what changed, and the index", async () => {
    const host = await built();
    const result = await run(host, files.with(2, { path: "top.txt", contents: "other\n" }));
    expect(host.changes).toEqual(["replace generated/top.txt", "replace generated/index.json"]);
    expect(result.written).toEqual(["generated/top.txt", "generated/index.json"]);
  });

  it("writes nothing when the schemas or an emitter's check have an error", async () => {
    const host = await built();
    host.put("schemas/gateway/values/base.yaml", "port: x\n");
    expect(said(await run(host, []))).toEqual([expect.stringContaining("VX2003")]);
    host.put("schemas/gateway/values/base.yaml", "port: 1\n");
    const [problem] = (await run(new RecordingHost({ ...schemas, "schemas/x.txt": "" }), files)).diagnostics;
    const emitter: Emitter = { ...emitting(), check: () => (problem === undefined ? [] : [problem]) };
    expect(said(await build(host, { emitters: [emitter] }))).toEqual([expect.stringContaining("VX1011")]);
    expect(host.changes).toEqual([]);
  });

  it("C1: leaves the index as it was when a file cannot be written, and completes the set the next time", async () => {
    const host = await built();
    const index = host.text("generated/index.json");
    const changed = files.map(({ path, contents }) => ({ path, contents: `${contents}more\n` }));
    host.refused = "generated/gateway/data.json";
    expect(said(await run(host, changed))).toEqual(["error VX7005 generated/gateway/data.json is not written: the disk is full"]);
    expect(host.changes).toEqual(["replace generated/gateway/a.js"]);
    expect(host.text("generated/index.json")).toBe(index);
    expect((await run(host, changed, true)).diagnostics.every(({ code }) => code === "VX7003")).toBe(true);
    host.refused = "";
    expect((await run(host, changed)).diagnostics).toEqual([]);
    expect((await run(host, changed, true)).diagnostics).toEqual([]);
  });
});

describe("orphans", () => {
  it("removes files with our mark and unchanged files that the index lists, before the new index", async () => {
    const host = await built();
    const result = await run(host, []);
    expect(host.changes).toEqual([
      "remove generated/gateway/a.js",
      "remove generated/gateway/data.json",
      "remove generated/top.txt",
      "replace generated/index.json",
    ]);
    expect([result.removed.length, result.diagnostics]).toEqual([3, []]);
  });

  it("C3: never removes what is not ours: files without mark, listed files that were edited, what package managers put there", async () => {
    const host = await built();
    host.put("generated/gateway/notes.txt", "mine\n");
    host.put("generated/gateway/data.json", '{"port":9090}\n');
    for (const kept of ["package.json", "turbo.json", "README.md", "node_modules/x/y.js", ".turbo/log"])
      host.put(`generated/${kept}`, "kept\n");
    const result = await run(host, []);
    expect(said(result)).toEqual([
      "warning VX7004 no schema produces generated/gateway/data.json",
      "warning VX7004 no schema produces generated/gateway/notes.txt",
    ]);
    expect(result.removed).toEqual(["generated/gateway/a.js", "generated/top.txt"]);
    expect(host.paths().filter((path) => path.startsWith("generated/"))).toHaveLength(8);
  });

  it("removes nothing by an index that cannot be read", async () => {
    const host = await built();
    host.put("generated/index.json", "{ broken");
    expect((await run(host, [])).removed).toEqual(["generated/gateway/a.js"]);
  });
});

describe("build --check", () => {
  it("is content with what a build wrote, and writes nothing", async () => {
    const host = await built();
    expect((await run(host, files, true)).diagnostics).toEqual([]);
    expect(host.changes).toEqual([]);
  });

  it("G6: reports VX7003 for edited and missing files with the first line that differs, VX7004 for orphans of either kind", async () => {
    const host = await built();
    host.put("generated/gateway/a.js", `// ${GENERATED_MARK}\nedited\n`);
    host.removeFile("generated/top.txt");
    host.put("generated/old/a.js", `// ${GENERATED_MARK}\n`);
    host.put("generated/old/mine.txt", "");
    host.changes.length = 0;
    expect([...said(await run(host, files, true))].sort()).toEqual([
      "error VX7003 generated/gateway/a.js is not what the schemas give: line 2 differs",
      "error VX7003 generated/top.txt is missing",
      "error VX7004 no schema produces generated/old/a.js",
      "error VX7004 no schema produces generated/old/mine.txt",
    ]);
    expect(host.changes).toEqual([]);
  });

  it.each(["", "a", `// ${GENERATED_MARK}\na`, `// ${GENERATED_MARK}\na\n\n`, `// ${GENERATED_MARK}\r\na\r\n`])(
    "G6: finds the change to %j",
    async (text) => {
      const host = await built();
      host.put("generated/gateway/a.js", text);
      expect(said(await run(host, files, true))).toEqual([
        expect.stringMatching(/^error VX7003 generated\/gateway\/a\.js is not what the schemas give: line [1-4] differs$/),
      ]);
    },
  );
});

describe("emitters", () => {
  it("may not write one file twice, nor the index", async () => {
    for (const path of ["top.txt", "index.json"]) {
      await expect(run(new MemoryHost(schemas), [...files, { path, contents: "" }])).rejects.toThrow(path);
    }
  });
});
