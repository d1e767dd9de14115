import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { compile } from "../compile.ts";
import { DiskHost } from "../host/disk-host.ts";
import { MemoryHost } from "../host/memory-host.ts";
import { findFiles, matchesName } from "./glob.ts";
import { MAX_FILE_BYTES, MAX_MANIFESTS } from "./limits.ts";
import { parseManifestFile } from "./workloads.ts";

const base = { "schemas/a/config.schema.json": '{ "x-veltrix": { "version": "1.0.0" }, "type": "object" }' };

function compiled(files: { readonly [path: string]: string }, workloads = '["deploy/**/*.yaml"]'): ReturnType<typeof compile> {
  return compile(new MemoryHost({ ...base, "schemas/veltrix.yaml": `environments: { dev: {} }\nworkloads: ${workloads}\n`, ...files }));
}

function codesOf(text: string | Uint8Array): readonly string[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return parseManifestFile("a.yaml", bytes).diagnostics.map(({ code }) => code);
}

/** A workspace on the disk. */
function onDisk(files: { readonly [path: string]: string }): { readonly root: string; readonly outside: string } {
  const folder = mkdtempSync(join(tmpdir(), "veltrix-read-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const root = join(folder, "workspace");
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, outside: folder };
}

describe("globs", () => {
  it.each([
    ["*.yaml", "a.yaml", true],
    ["*.yaml", "a.yml", false],
    ["a?c*", "abc", true],
    ["a?c*", "ac", false],
    ["*a*b*", "xaxxbx", true],
    ["*a*b*", "bbaa", false],
    ["**", "", true],
    ["", "", true],
    ["", "a", false],
  ])("%j takes %j: %s", (pattern, name, isTaken) => {
    expect(matchesName(pattern, name)).toBe(isTaken);
  });

  it("S5: are matched in time that grows with the text alone, not with the stars", () => {
    expect(matchesName(`${"*a".repeat(200)}b`, "a".repeat(20_000))).toBe(false);
  });

  const files = Object.fromEntries(
    [
      "deploy/a.yaml",
      "deploy/b/a.yaml",
      "deploy/b/c/a.yaml",
      "deploy/b/c/d.yml",
      "deploy/.hidden/a.yaml",
      "node_modules/p/a.yaml",
      "generated/a.yaml",
      "a.yaml",
    ].map((path) => [path, ""]),
  );
  it.each([
    ["deploy/*.yaml", ["deploy/a.yaml"]],
    ["deploy/**/*.yaml", ["deploy/a.yaml", "deploy/b/a.yaml", "deploy/b/c/a.yaml"]],
    ["**/*.yaml", ["a.yaml", "deploy/a.yaml", "deploy/b/a.yaml", "deploy/b/c/a.yaml"]],
    ["**/c/*", ["deploy/b/c/a.yaml", "deploy/b/c/d.yml"]],
    ["deploy/.hidden/*.yaml", ["deploy/.hidden/a.yaml"]],
    ["generated/*.yaml", []],
    ["*/?.yaml", ["deploy/a.yaml"]],
  ])("%s names files", (pattern, expected) => {
    const found = findFiles(new MemoryHost(files), pattern, new Set(["generated"])).files;
    expect(found.filter((path) => pattern === "deploy/.hidden/*.yaml" || !path.includes("node_modules"))).toEqual(expected);
  });

  it("S11: ends for any number of `**`, and for a folder that holds itself", () => {
    const { root } = onDisk({ "deploy/a.yaml": "" });
    symlinkSync(".", join(root, "deploy/loop"));
    const host = new DiskHost(root);
    expect(findFiles(host, "**/**/**/**/**/**/a.yaml", new Set()).files.length).toBeGreaterThan(0);
  });
});

describe("manifests", () => {
  it("are read into the model, document by document", () => {
    const { model, diagnostics } = compiled({ "deploy/a.yaml": "# head\n---\na: 1\n---\n---\nb: [2]\n" });
    expect(diagnostics).toEqual([]);
    expect(model?.workloads).toEqual({ unmatched: [], files: [{ file: "deploy/a.yaml", documents: [{ a: 1 }, null, { b: [2] }] }] });
  });

  it("are read once where two globs name them, and globs that name none are noted", () => {
    const { model } = compiled({ "deploy/a.yaml": "a: 1\n" }, '["deploy/a.yaml", "x/*.yaml", "**/a.yaml"]');
    expect(model?.workloads).toEqual({ unmatched: [1], files: [{ file: "deploy/a.yaml", documents: [{ a: 1 }] }] });
  });

  it("are none of our own files, whatever a glob says", () => {
    const { model } = compiled(
      { "schemas/a/values/base.yaml": "{}\n", "generated/a/k8s/dev/configmap.yaml": "{{\n", "a.yaml": "" },
      '["**/*.yaml"]',
    );
    expect(model?.workloads.files.map(({ file }) => file)).toEqual(["a.yaml"]);
  });

  it("S2: never come from outside of the workspace: VX1007 for a link that leads there", () => {
    const { root, outside } = onDisk({
      ...base,
      "schemas/veltrix.yaml": 'environments: { dev: {} }\nworkloads: ["deploy/*.yaml"]\n',
      "deploy/ok.yaml": "a: 1\n",
    });
    writeFileSync(join(outside, "secret.yaml"), "token: abc\n");
    symlinkSync(join(outside, "secret.yaml"), join(root, "deploy/link.yaml"));
    const { diagnostics, documents } = compile(new DiskHost(root));
    expect(diagnostics.map(({ code, at }) => `${code} ${at.file}`)).toEqual(["VX1007 deploy/link.yaml"]);
    expect(JSON.stringify([...documents])).not.toContain("abc");
  });

  it("S2: are not looked for in a folder that is a link to the outside", () => {
    const { root, outside } = onDisk({
      ...base,
      "schemas/veltrix.yaml": 'environments: { dev: {} }\nworkloads: ["deploy/**/*.yaml"]\n',
      "deploy/ok.yaml": "a: 1\n",
    });
    mkdirSync(join(outside, "others"));
    writeFileSync(join(outside, "others/secret.yaml"), "token: abc\n");
    symlinkSync(join(outside, "others"), join(root, "deploy/others"));
    const { model, diagnostics } = compile(new DiskHost(root));
    expect(model?.workloads.files.map(({ file }) => file)).toEqual(["deploy/ok.yaml"]);
    expect(diagnostics.map(({ code, severity, at }) => `${severity} ${code} ${at.file}`)).toEqual(["warning VX1015 deploy/others"]);
  });

  it("are not taken for missing where a pattern names a folder that is none, or a file that is a folder", () => {
    const { root } = onDisk({ ...base, "deploy/a/x.yaml": "a: 1\n", "deploy/c.yaml/x": "", "deploy/b": "" });
    symlinkSync("nowhere", join(root, "deploy/d"));
    const placesOf = (pattern: string): readonly string[] => {
      writeFileSync(join(root, "schemas/veltrix.yaml"), `environments: { dev: {} }\nworkloads: ["${pattern}", "deploy/a/*.yaml"]\n`);
      return compile(new DiskHost(root)).diagnostics.map(({ code, severity, at }) => `${severity} ${code} ${at.file}`);
    };
    expect(placesOf("deploy/b/*.yaml")).toEqual(["error VX1015 deploy/b"]);
    expect(placesOf("deploy/d/*.yaml")).toEqual(["error VX1015 deploy/d"]);
    expect(placesOf("deploy/*/x.yaml")).toEqual(["warning VX1015 deploy/d"]);
    expect(placesOf("deploy/*.yaml")).toEqual(["error VX1007 deploy/c.yaml"]);
  });

  it("S4: have the limits of every file: bytes, nesting, values, and how many there are", () => {
    expect(compiled({ "deploy/a.yaml": `a: ${"x".repeat(MAX_FILE_BYTES)}` }).diagnostics.map(({ code }) => code)).toEqual(["VX1007"]);
    expect(codesOf("[".repeat(10_000))).toEqual(["VX1006"]);
    expect(codesOf(`${Array.from({ length: 70 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")} 1\n`)).toEqual(["VX1006"]);
    expect(codesOf(`a: [${"1,".repeat(60_000)}]\n---\nb: [${"1,".repeat(60_000)}]\n`)).toContain("VX1006");
    const many = Object.fromEntries(Array.from({ length: MAX_MANIFESTS + 1 }, (_, index) => [`deploy/${index}.yaml`, ""]));
    expect(compiled(many).diagnostics.map(({ code }) => code)).toEqual(["VX1006"]);
  });

  it.each([
    ["S11: an alias without an anchor before it", "a: *x\nb: &x 1\n", "VX1005"],
    ["S11: an alias of another document's anchor", "a: &x 1\n---\nb: *x\n", "VX1005"],
    ["S11: an alias inside its own anchor", "a: &x [*x]\n", "VX1006"],
    ["S11: a merge key of no object", "a: { <<: 1 }\n", "VX1005"],
    ["a tag", "a: !!binary aGk=\n", "VX1005"],
    ["our tags, which mean nothing there", "a: !secret a/b\n", "VX1005"],
    ["S10: a key that stands twice, in any document", "a: 1\n---\nb: 1\nb: 2\n", "VX1003"],
    ["S6: a key of the prototype", "__proto__: 1\n", "VX1012"],
    ["broken syntax", "a: [1\n", "VX1001"],
    ["S13: bytes that are no UTF-8", new Uint8Array([0x61, 0x3a, 0x20, 0xff]), "VX1004"],
    ["S13: a byte order mark", "\uFEFFa: 1\n", "VX1004"],
    ["S12: a number that no reader holds", "a: 9007199254740993\n", "VX1013"],
    ["a template", "a: {{ .Values.x }}\n", "VX3016"],
    ["a template's line", "{{- if .Values.x }}\na: 1\n{{- end }}\n", "VX3016"],
    ["a hidden character in a file whose texts hold braces", 'a: "{{ x }}"\nb: x\u200by\n', "VX1014"],
  ])("are refused for %s", (_what, text, code) => {
    expect(new Set(codesOf(text))).toEqual(new Set([code]));
  });

  it("S11: may repeat themselves by anchors, aliases and merge keys, as kubectl reads them", () => {
    const text = `defaults: &d { image: "a:1", env: &e [{ name: A }] }
first: { <<: *d, name: first }
second: { name: second, image: "b:1", <<: [*d, { image: "c:1", tty: true }] }
env: *e
---
defaults: &d 1
d: *d
`;
    const [only] = compiled({ "deploy/a.yaml": text }).model?.workloads.files ?? [];
    const env = [{ name: "A" }];
    expect(only?.documents).toEqual([
      {
        defaults: { image: "a:1", env },
        first: { image: "a:1", env, name: "first" },
        second: { name: "second", image: "b:1", env, tty: true },
        env,
      },
      { defaults: 1, d: 1 },
    ]);
    const bomb = [
      "a: &a0 [1,1,1,1,1,1,1,1,1]",
      ...Array.from({ length: 9 }, (_, i) => `b${i}: &a${i + 1} [${Array(9).fill(`*a${i}`).join()}]`),
    ];
    expect(codesOf(`${bomb.join("\n")}\n`)).toContain("VX1006");
  });

  it("may hold braces in texts, blocks and comments", () => {
    expect(codesOf('# {{ a }}\nrule: "{{ $labels.job }}"\nmessage: |\n  {{ range .Alerts }}\n  {{ end }}\n')).toEqual([]);
  });

  it("are not called templates for a fault elsewhere, when only a comment holds braces", () => {
    expect(codesOf("# {{ a }}\na: [1\n")).toEqual(["VX1001"]);
  });
});
