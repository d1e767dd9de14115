import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { Compilation } from "../compilation.ts";
import { compile } from "../compile.ts";
import { DiskHost } from "../host/disk-host.ts";
import type { ReadHost } from "../host/host.ts";
import { MemoryHost } from "../host/memory-host.ts";

const settings = "environments:\n  dev: { namespace: iot }\n";

function contract(properties: object, more: object = {}): string {
  return JSON.stringify({ "x-veltrix": { version: "1.0.0" }, type: "object", properties, additionalProperties: false, ...more });
}

function compileWith(files: { readonly [path: string]: string }): Compilation {
  return compile(new MemoryHost({ "schemas/veltrix.yaml": settings, ...files }));
}

/** `code message` of every problem. */
function problemsOf({ diagnostics }: Compilation): readonly string[] {
  return diagnostics.map(({ code, message }) => `${code} ${message}`);
}

const secret = "top-secret-canary";

/** Spellings of an address outside of schemas/; PORT and OUTSIDE are filled in. */
const hostile = [
  "http://127.0.0.1:PORT/x",
  "https://127.0.0.1:PORT/x.json",
  "https://169.254.169.254/latest/meta-data/",
  "HTTP://127.0.0.1:PORT/x",
  "http:127.0.0.1:PORT/x",
  "//127.0.0.1:PORT/x",
  "///127.0.0.1:PORT/x",
  "http:%2F%2F127.0.0.1:PORT/x",
  "%68ttp://127.0.0.1:PORT/x",
  "ftp://127.0.0.1:PORT/x",
  "ws://127.0.0.1:PORT/x",
  "data:application/json,{}",
  "javascript:0",
  "node:fs",
  "npm:left-pad",
  "/etc/passwd",
  "OUTSIDE/leak.json",
  "file:///etc/passwd",
  "file:OUTSIDE/leak.json",
  "FILE://OUTSIDE/leak.json",
  "file://localhost/etc/passwd",
  "../../leak.json",
  "../../../leak.json",
  "../../../../../../../../../../etc/passwd",
  "./../../leak.json",
  "../gateway/../../leak.json",
  "..//..//leak.json",
  ".././../leak.json",
  "%2e%2e/%2e%2e/leak.json",
  "..%2f..%2fleak.json",
  "%2E%2E%2F%2E%2E%2Fleak.json",
  "..%252f..%252fleak.json",
  "%252e%252e/%252e%252e/leak.json",
  "..\\..\\leak.json",
  "..%5c..%5cleak.json",
  "\\\\127.0.0.1\\share\\x",
  "C:\\leak.json",
  "C:/leak.json",
  "~/leak.json",
  "$HOME/leak.json",
  "leak.json\u0000.schema.json",
  "leak.json%00",
  "..%c0%af..%c0%afleak.json",
  "..%ef%bc%8f..%ef%bc%8fleak.json",
  "．．/．．/leak.json",
  " ../../leak.json",
  "../../leak.json?x",
  "../shared/linked.schema.json",
  "../shared/folder/leak.json",
  "../veltrix.yaml",
  "values/base.yaml",
  "../../package.json#/name",
];

describe("S1, S2: a $ref that leads outside", () => {
  it("is about forty spellings and more", () => {
    expect(new Set(hostile).size).toBeGreaterThanOrEqual(40);
  });

  it.each(hostile)("refuses %j: no file outside is read and no socket opened", async (spelling) => {
    const outside = mkdtempSync(join(tmpdir(), "veltrix-outside-"));
    onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
    const workspace = join(outside, "workspace");
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(outside, path)), { recursive: true });
      writeFileSync(join(outside, path), text);
    };
    const leak = JSON.stringify({ const: secret });
    write("leak.json", leak);
    write("workspace/leak.json", leak);
    write("workspace/package.json", '{ "name": { "const": 1 } }');
    write("workspace/schemas/veltrix.yaml", settings);
    write("workspace/schemas/shared/ok.schema.json", "{}");
    symlinkSync(join(outside, "leak.json"), join(workspace, "schemas/shared/linked.schema.json"));
    symlinkSync(outside, join(workspace, "schemas/shared/folder"));
    let hits = 0;
    const server = createServer(() => hits++).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    const connect = vi.spyOn(Socket.prototype, "connect");
    onTestFinished(() => connect.mockRestore());
    const address = server.address();
    const ref = spelling.replace("PORT", String(typeof address === "object" ? address?.port : 0)).replace("OUTSIDE", outside);
    write("workspace/schemas/gateway/config.schema.json", contract({ leaked: { $ref: ref } }));
    write("workspace/schemas/gateway/values/base.yaml", "leaked: other\n");

    const compilation = compile(onlySchemas(new DiskHost(workspace)));

    expect(compilation.model).toBeUndefined();
    const codes = compilation.diagnostics.map(({ code }) => code);
    // The links themselves are refused as well, whether a $ref leads to them or not.
    expect(codes.filter((code) => code !== "VX1007" && code !== "VX1011")).toEqual(
      spelling.includes("linked") ? [] : [expect.stringMatching(/^VX110[34]$/)],
    );
    expect(JSON.stringify([compilation.diagnostics, [...compilation.documents]])).not.toContain(secret);
    expect(connect).not.toHaveBeenCalled();
    expect(hits).toBe(0);
  });
});

/** A host that fails the test when anything but schemas/ is asked for. */
function onlySchemas(host: ReadHost): ReadHost {
  const check = (path: string): string => {
    expect(path).toMatch(/^schemas(?:\/(?!\.\.(?:\/|$))[^/]+)*$/);
    return path;
  };
  return { readFile: (path, limit) => host.readFile(check(path), limit), listFolder: (path) => host.listFolder(check(path)) };
}

describe("S3: following references", () => {
  const values = { "schemas/gateway/values/base.yaml": "port: 8080\n" };
  const shared = "schemas/shared/net.schema.json";

  it("follows files, pointers, anchors, identifiers and draft-07 anchors", () => {
    const file = JSON.stringify({
      $id: "https://example.org/net",
      $defs: { "a/b": { type: "integer" }, named: { $anchor: "port", type: "integer" }, old: { $id: "#old", type: "integer" } },
    });
    for (const ref of [
      "../shared/net.schema.json#/$defs/a~1b",
      "../shared/net.schema.json#/%24defs/a~1b",
      "./../shared/./net.schema.json#port",
      "https://example.org/net#/$defs/named",
      "https://example.org/net#old",
    ]) {
      const compilation = compileWith({
        ...values,
        [shared]: file,
        "schemas/gateway/config.schema.json": contract({ port: { $ref: ref } }),
      });
      expect([ref, problemsOf(compilation)]).toEqual([ref, []]);
      expect(compilation.model?.services[0]?.contract.schema["properties"]).toMatchObject({ port: { type: "integer" } });
    }
  });

  it.each([
    ["#/$defs/nope", "VX1103 `#/$defs/nope` leads nowhere: schemas/gateway/config.schema.json has nothing at /$defs"],
    ["#nope", "VX1103 `#nope` leads nowhere: schemas/gateway/config.schema.json has no anchor `nope`"],
    ["#/%zz", "VX1103 `#/%zz` leads nowhere: its fragment is not percent-encoded UTF-8"],
    ["#/~2", "VX1103 `#/~2` leads nowhere: `/~2` is not a JSON pointer"],
    [
      "#/properties/toString",
      "VX1103 `#/properties/toString` leads nowhere: schemas/gateway/config.schema.json has nothing at /properties/toString",
    ],
    ["../shared/gone.schema.json", "VX1103 `../shared/gone.schema.json` leads nowhere: there is no file schemas/shared/gone.schema.json"],
  ])("reports VX1103 for %s", (ref, problem) => {
    expect(problemsOf(compileWith({ ...values, "schemas/gateway/config.schema.json": contract({ port: { $ref: ref } }) }))).toEqual([
      problem,
    ]);
  });

  it.each([
    ["itself", { a: { $ref: "#/$defs/a" } }],
    ["two", { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }],
    ["three", { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/c" }, c: { $ref: "#/$defs/a" } }],
  ])("reports VX1105 once for a chain of %s", (_name, $defs) => {
    const [problem, ...others] = problemsOf(
      compileWith({ ...values, "schemas/gateway/config.schema.json": contract({ port: { $ref: "#/$defs/a" } }, { $defs }) }),
    );
    expect(problem).toMatch(/^VX1105 this \$ref leads back to itself: (.+) -> (?:.+ -> )?\1$/);
    expect(others).toEqual([]);
  });

  it("accepts a schema that holds itself", () => {
    const tree = {
      type: "object",
      properties: { port: { type: "integer" }, below: { type: "array", items: { $ref: "#/$defs/tree" } } },
      additionalProperties: false,
    };
    const files = { "schemas/gateway/config.schema.json": contract({ tree: { $ref: "#/$defs/tree" } }, { $defs: { tree } }) };
    expect(
      problemsOf(compileWith({ ...files, "schemas/gateway/values/base.yaml": "tree: { below: [{ below: [{ port: 1 }] }] }\n" })),
    ).toEqual([]);
    expect(
      problemsOf(compileWith({ ...files, "schemas/gateway/values/base.yaml": "tree: { below: [{ below: [{ port: a }] }] }\n" })),
    ).toEqual(["VX2003 gateway in dev: /tree/below/0/below/0/port must be an integer, not a string"]);
  });

  it("looks fragments up below the nearest $id, and leads no other reference astray there", () => {
    const $defs = {
      port: { type: "string" },
      inner: { $id: "https://example.org/inner", $defs: { port: { type: "integer" } }, properties: { port: { $ref: "#/$defs/port" } } },
    };
    const files = {
      "schemas/gateway/config.schema.json": contract({ inner: { $ref: "#/$defs/inner" } }, { $defs }),
      "schemas/gateway/values/base.yaml": "inner: { port: 1 }\n",
    };
    expect(problemsOf(compileWith(files))).toEqual([]);
    const relative = { ...$defs, inner: { ...$defs.inner, properties: { port: { $ref: "../shared/net.schema.json" } } } };
    expect(
      problemsOf(
        compileWith({
          ...files,
          [shared]: "{}",
          "schemas/gateway/config.schema.json": contract({ inner: { $ref: "#/$defs/inner" } }, { $defs: relative }),
        }),
      ),
    ).toEqual([
      "VX1104 `../shared/net.schema.json` is not followed: a schema above it has an $id of its own, so it is not relative to this file",
    ]);
  });

  it("S4: reports VX1006 for schemas that double with every step", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, step) => [
        `d${step}`,
        { allOf: [{ $ref: `#/$defs/d${step + 1}` }, { $ref: `#/$defs/d${step + 1}` }] },
      ]),
    );
    const problems = problemsOf(
      compileWith({
        ...values,
        "schemas/gateway/config.schema.json": contract({ port: { $ref: "#/$defs/d0" } }, { $defs: { ...$defs, d40: {} } }),
      }),
    );
    expect(problems).toEqual([expect.stringMatching(/^VX1006 /)]);
  });

  it("S4: follows a chain of references as long as a document can hold, or reports VX1006", () => {
    const $defs = Object.fromEntries(Array.from({ length: 20_000 }, (_, step) => [`d${step}`, { $ref: `#/$defs/d${step + 1}` }]));
    const problems = problemsOf(
      compileWith({
        ...values,
        "schemas/gateway/config.schema.json": contract({ port: { $ref: "#/$defs/d0" } }, { $defs: { ...$defs, d20000: {} } }),
      }),
    );
    expect(problems).toEqual([expect.stringMatching(/^VX1006 /)]);
  });
});

describe("schemas that judge one value forever", () => {
  it.each(["allOf", "anyOf", "oneOf"])("reports VX1105 when %s leads back to its own schema", (keyword) => {
    const loop = { $defs: { a: { [keyword]: [{ type: "string" }, { $ref: "#/$defs/a" }] } } };
    expect(problemsOf(compileWith({ "schemas/gateway/config.schema.json": contract({ key: { $ref: "#/$defs/a" } }, loop) }))[0]).toMatch(
      /^VX1105 /,
    );
  });

  it("reports VX1101 when a type is named twice", () => {
    expect(problemsOf(compileWith({ "schemas/gateway/config.schema.json": contract({ key: { type: ["null", "null"] } }) }))[0]).toMatch(
      /^VX1101 /,
    );
  });
});
