// Merging as a build shows it: what is delivered, what is refused, and what is told of what a layer hides.
import { describe, expect, it } from "vitest";
import type { Compilation } from "../compilation.ts";
import { compile } from "../compile.ts";
import { MemoryHost } from "../host/memory-host.ts";
import { originOf } from "../origin.ts";

const TLS = {
  type: "object",
  additionalProperties: false,
  "x-exported": true,
  properties: { ca: { type: "string" }, min: { type: "string" }, deep: { type: "object" } },
};

interface Layers {
  readonly base: string;
  readonly prod?: string;
}

/** `gw` may take `tls` of `broker`; `level` has a default, `name` is required. */
function compileLayers(gw: Layers, broker = "tls: { ca: x, min: '1.2', deep: { a: 1, b: 2 } }\n"): Compilation {
  const contract = (more: object): string =>
    JSON.stringify({ "x-veltrix": { version: "1.0.0", dependsOn: {} }, type: "object", additionalProperties: false, ...more });
  const properties = {
    tls: TLS,
    src: { type: "object" },
    list: { type: "array" },
    level: { type: "integer", default: 3 },
    name: { type: "string" },
    old: { type: "string", deprecated: true, "x-renamed-to": "new" },
    new: { type: "string" },
  };
  return compile(
    new MemoryHost({
      "schemas/veltrix.yaml": "environments: { prod: {} }\n",
      "schemas/broker/config.schema.json": contract({ properties: { tls: TLS } }),
      "schemas/broker/values/base.yaml": broker,
      "schemas/gw/config.schema.json": contract({
        "x-veltrix": { version: "1.0.0", dependsOn: { broker: "*" } },
        required: ["name"],
        properties,
      }),
      "schemas/gw/values/base.yaml": gw.base,
      ...(gw.prod === undefined ? {} : { "schemas/gw/values/prod.yaml": gw.prod }),
    }),
  );
}

function told({ diagnostics }: Compilation): readonly string[] {
  return diagnostics
    .filter(({ code }) => code !== "VX3007")
    .map(({ code, at, suggestions }) => `${code} ${at.file.replace("schemas/", "")} ${at.pointer} ${suggestions.join()}`.trimEnd());
}

function delivered(compilation: Compilation): unknown {
  return compilation.model?.services.find(({ id }) => id === "gw")?.configs[0]?.value;
}

describe("an object over a reference", () => {
  it("merges with what the reference gives", () => {
    const compilation = compileLayers({
      base: "name: a\nlevel: 1\ntls: !ref broker#/tls\n",
      prod: "tls: { min: '1.3', deep: { b: 3 } }\n",
    });
    expect(told(compilation)).toEqual([]);
    expect(delivered(compilation)).toEqual({ name: "a", level: 1, tls: { ca: "x", min: "1.3", deep: { a: 1, b: 3 } } });
  });

  it("takes keys of it away, replaces objects of it, and refers to others inside", () => {
    const compilation = compileLayers({
      base: "name: a\nlevel: 1\ntls: !ref broker#/tls\n",
      prod: "tls: { ca: !unset, deep: !replace { c: 4 }, min: !ref gw#/name }\n",
    });
    expect(told(compilation)).toEqual([]);
    expect(delivered(compilation)).toEqual({ name: "a", level: 1, tls: { min: "a", deep: { c: 4 } } });
  });

  it("may be empty, which changes nothing and is warned of; `!replace {}` is empty", () => {
    const base = "name: a\nlevel: 1\ntls: !ref broker#/tls\n";
    const empty = compileLayers({ base, prod: "tls: {}\n" });
    expect(told(empty)).toEqual(["VX2032 gw/values/prod.yaml /tls"]);
    expect(empty.diagnostics.find(({ code }) => code === "VX2032")?.hint).toContain("`tls: !replace {}`");
    expect(delivered(empty)).toMatchObject({ tls: { ca: "x", min: "1.2" } });
    expect(delivered(compileLayers({ base, prod: "tls: !replace {}\n" }))).toEqual({ name: "a", level: 1, tls: {} });
  });

  it("is told by its reference where that is wrong, at the line of the reference", () => {
    const compilation = compileLayers({ base: "name: a\nlevel: 1\ntls: !ref broker#/tsl\n", prod: "tls: { min: '1.3' }\n" });
    expect(told(compilation)).toContain("VX3002 gw/values/base.yaml /tls broker#/tls");
  });

  it("is judged by what it comes to, and a key that it lacks is blamed on whoever writes it", () => {
    const compilation = compileLayers({ base: "name: a\nlevel: 1\ntls: !ref broker#/tls\n", prod: "tls: { min: 3 }\n" });
    expect(told(compilation)).toEqual(["VX2003 gw/values/prod.yaml /tls/min"]);
  });
});

describe("!unset", () => {
  it.each<[string, Layers, readonly string[]]>([
    ["in base", { base: "name: a\nlevel: !unset\n" }, ["VX2031 gw/values/base.yaml /level"]],
    ["of a key that no lower layer holds", { base: "name: a\n", prod: "src: !unset\n" }, ["VX2031 gw/values/prod.yaml /src"]],
    [
      "of a misspelt key, with the right one",
      { base: "name: a\nsrc: { endpoint: 1 }\n", prod: "src: { endpont: !unset }\n" },
      ["VX2031 gw/values/prod.yaml /src/endpont endpoint"],
    ],
    ["in a list", { base: "name: a\nlist: [{ a: 1 }]\n", prod: "list: [{ a: !unset }]\n" }, ["VX2031 gw/values/prod.yaml /list/0/a"]],
    ["as an item", { base: "name: a\nlist: [1]\n", prod: "list: [!unset ]\n" }, ["VX2031 gw/values/prod.yaml /list/0"]],
    [
      "below `!replace`",
      { base: "name: a\nsrc: { a: 1 }\n", prod: "src: !replace { a: !unset }\n" },
      ["VX2031 gw/values/prod.yaml /src/a"],
    ],
    [
      "of what a referred object does not hold",
      { base: "name: a\nsrc: !ref broker#/tls/deep\n", prod: "src: { zone: !unset }\n" },
      ["VX2031 gw/values/prod.yaml /src/zone"],
    ],
    ["with a text behind it", { base: "name: a\n", prod: "level: !unset 3\n" }, ["VX2013 gw/values/prod.yaml undefined"]],
    ["before an object", { base: "name: a\n", prod: "src: !unset { a: 1 }\n" }, ["VX2013 gw/values/prod.yaml undefined"]],
    ["of a required key", { base: "name: a\n", prod: "name: !unset\n" }, ["VX2001 gw/values/prod.yaml /name"]],
  ])("is refused %s", (_name, layers, expected) => {
    const compilation = compileLayers(layers);
    expect(told(compilation)).toEqual(expected);
    expect(compilation.model).toBeUndefined();
  });

  it("takes a default away too, whether or not a layer holds the key", () => {
    expect(delivered(compileLayers({ base: "name: a\n" }))).toEqual({ name: "a", level: 3 });
    expect(delivered(compileLayers({ base: "name: a\nlevel: 5\n", prod: "level: !unset\n" }))).toEqual({ name: "a" });
    const alone = compileLayers({ base: "name: a\n", prod: "level: !unset\n" });
    expect(told(alone)).toEqual([]);
    expect(delivered(alone)).toEqual({ name: "a" });
  });

  it("lets a key be written under its new name above its old one", () => {
    const both = { base: "name: a\nlevel: 1\nold: x\n", prod: "old: !unset\nnew: y\n" };
    expect(delivered(compileLayers(both))).toEqual({ name: "a", level: 1, new: "y" });
  });
});

describe("!replace", () => {
  it("is refused before a single value", () => {
    expect(told(compileLayers({ base: "name: a\n", prod: "level: !replace 4\n" }))).toEqual(["VX2013 gw/values/prod.yaml undefined"]);
  });

  it("takes nothing from below, at any depth, and merging goes on around it", () => {
    const compilation = compileLayers({
      base: "name: a\nlevel: 1\nsrc: { one: { a: 1, b: 2 }, two: { c: 3 } }\n",
      prod: "src: { one: !replace { d: 4 } }\n",
    });
    expect(delivered(compilation)).toEqual({ name: "a", level: 1, src: { one: { d: 4 }, two: { c: 3 } } });
  });
});

describe("originOf", () => {
  const compilation = compileLayers({
    base: "name: a\nlevel: 5\nsrc: { file: /a, keep: 1 }\ntls: !ref broker#/tls\n",
    prod: "level: !unset\nsrc: !replace { url: u }\ntls: { ca: !unset, min: '1.3' }\n",
  });
  const config = compilation.model?.services.find(({ id }) => id === "gw")?.configs[0];

  it.each<[string, object]>([
    ["/level", { kind: "unset", file: "schemas/gw/values/prod.yaml", overridden: [{ file: "schemas/gw/values/base.yaml", written: "5" }] }],
    ["/src", { kind: "value", replaces: true, overridden: [{ pointer: "/src" }] }],
    ["/src/file", { kind: "unset", replaces: true, pointer: "/src", overridden: [{ pointer: "/src/file", written: '"/a"' }] }],
    ["/src/url", { kind: "value", file: "schemas/gw/values/prod.yaml", overridden: [] }],
    ["/tls", { kind: "value", over: { file: "schemas/gw/values/base.yaml", reference: "broker#/tls" } }],
    ["/tls/ca", { kind: "unset", pointer: "/tls/ca", overridden: [{ pointer: "/tls" }] }],
    ["/tls/deep", { kind: "reference", reference: "broker#/tls", file: "schemas/gw/values/base.yaml" }],
    ["/tls/min", { kind: "value", file: "schemas/gw/values/prod.yaml" }],
  ])("tells of %s what holds it or hides it", (pointer, expected) => {
    expect(originOf(config, pointer)).toMatchObject(expected);
  });

  it("tells nothing of a key that nobody ever wrote", () => {
    expect(originOf(config, "/new")).toBeUndefined();
    expect(originOf(config, "/src/nothing")).toBeUndefined();
  });
});

describe("defaults: ignore", () => {
  const files = (policy: string): { [path: string]: string } => ({
    "schemas/veltrix.yaml": `environments: { dev: {}, prod: { production: true } }\npolicy: { defaults: ${policy} }\n`,
    "schemas/svc/config.schema.json": JSON.stringify({
      "x-veltrix": { version: "1.0.0" },
      type: "object",
      additionalProperties: false,
      properties: {
        pages: {
          type: "object",
          maxProperties: 1,
          additionalProperties: false,
          properties: { tab: { type: "string", default: "t" }, history: { type: "string", default: 5 } },
        },
      },
    }),
    "schemas/svc/values/base.yaml": "pages: { tab: mine }\n",
  });

  it("fills nothing in, refuses nothing in production, and lets a default be wrong", () => {
    const { model, diagnostics } = compile(new MemoryHost(files("ignore")));
    expect(diagnostics).toEqual([]);
    expect(model?.services[0]?.configs.map(({ value }) => value)).toEqual([{ pages: { tab: "mine" } }, { pages: { tab: "mine" } }]);
  });

  it("is named where a default breaks a rule of the object that it fills", () => {
    const sound = { ...files("declared") };
    sound["schemas/svc/config.schema.json"] = (sound["schemas/svc/config.schema.json"] ?? "").replace('"default":5', '"default":"h"');
    const problem = compile(new MemoryHost(sound)).diagnostics.find(({ code }) => code === "VX2005");
    expect(problem?.related.map(({ message }) => message).join()).toContain("/pages/history was filled in by its default");
  });
});
