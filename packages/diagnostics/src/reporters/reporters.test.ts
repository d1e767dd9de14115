import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../diagnostic.ts";
import { report } from "../report.ts";
import { reportGithub } from "./github.ts";
import { reportJson } from "./json.ts";
import { reportPretty } from "./pretty.ts";

const texts: { readonly [file: string]: string } = {
  "schemas/a/values/base.yaml": "port: 70000\nhost: x\n",
  "schemas/a/config.schema.json": '{\n  "properties": { "port": {} }\n}\n',
};
const readText = (file: string): string | undefined => texts[file];

const base = { service: "a", pointer: "/port", where: " in dev and prod" };
const outOfRange = report(
  "VX2004",
  { ...base, value: 70000, rule: "must be at most 65535", write: "write a number up to 65535" },
  {
    at: { file: "schemas/a/values/base.yaml", pointer: "/port", on: "value" },
    service: "a",
    environments: ["dev", "prod"],
    key: "/port",
    related: [{ at: { file: "schemas/a/config.schema.json", pointer: "/properties/port", on: "key" }, message: "the rule is declared at" }],
  },
);
const unused = report("VX3007", { service: "a", target: "b" }, { at: { file: "schemas/a/config.schema.json" }, service: "a" });
const gone = report(
  "VX1011",
  { file: "schemas/a/x.txt", reason: "no rule knows it", suggestions: [] },
  { at: { file: "schemas/a/x.txt" } },
);

describe("reportPretty", () => {
  it("prints nothing when there is nothing", () => {
    expect(reportPretty({ diagnostics: [], readText })).toBe("");
  });

  it("prints problems in the order of files and lines, and counts them", () => {
    expect(reportPretty({ diagnostics: [gone, outOfRange, unused], readText }))
      .toBe(`warning[VX3007] unused-dependency: a declares a dependency on b, but no value refers to it
  --> schemas/a/config.schema.json:1:1
   = help: remove it from x-veltrix.dependsOn

error[VX2004] out-of-range: a in dev and prod: /port must be at most 65535
  --> schemas/a/values/base.yaml:1:7
   |
 1 | port: 70000
   |       ^^^^^ 70000 is out of range
   = the rule is declared at schemas/a/config.schema.json:2:19
   = help: write a number up to 65535

error[VX1011] unexpected-file: nothing reads schemas/a/x.txt: no rule knows it
  --> schemas/a/x.txt
   = help: remove it, or declare its environment in schemas/veltrix.yaml

2 errors, 1 warning
`);
  });

  it("C4: shows no line that holds a secret, of whatever problem", () => {
    const file = "schemas/a/values/base.yaml";
    const flow: { readonly [file: string]: string } = { [file]: '{ password: hunter2, port: "x" }\n', "b.yaml": "port: 1\n" };
    const at = (pointer: string) => ({ file, pointer, on: "value" as const });
    const secret = report("VX2010", { service: "a", pointer: "/password", where: "", name: "password" }, { at: at("/password") });
    const other = report("VX2004", { ...base, value: 1, rule: "must be less", write: "write less" }, { at: at("/port") });
    const elsewhere = {
      ...other,
      at: { ...at("/port"), file: "b.yaml" },
      related: [{ at: at("/port"), message: "it is taken here", isAtFault: true }],
    };
    for (const diagnostics of [[secret], [secret, other], [other, secret], [secret, elsewhere]]) {
      const text = reportPretty({ diagnostics, readText: (path) => flow[path] });
      expect(text).not.toContain("hunter2");
      expect(text).toContain(`--> ${file}:1:13`);
    }
    // Where no secret is known of, the line is shown.
    expect(reportPretty({ diagnostics: [other], readText: (path) => flow[path] })).toContain('port: "x"');
  });

  it("C4: shows no secret whose key holds half of a character", () => {
    const file = "schemas/a/values/base.yaml";
    const text = '{\n  "\\ud800": "hunter2"\n}\n';
    const secret = report(
      "VX2010",
      { service: "a", pointer: "/\ufffd", where: "", name: "\ufffd" },
      { at: { file, pointer: "/\ufffd", on: "value" } },
    );
    const hidden = report("VX1014", { name: "U+D800" }, { at: { file, offset: 4 } });
    const printed = reportPretty({ diagnostics: [hidden, secret], readText: () => text });
    expect(printed).not.toContain("hunter2");
    expect(printed).toContain(`--> ${file}:2:13`);
  });

  it("paints what it is given paints for, and its text stays the same", () => {
    const paint = { red: tag("red"), yellow: tag("yellow"), cyan: tag("cyan"), bold: tag("bold"), dim: tag("dim") };
    const painted = reportPretty({ diagnostics: [outOfRange, unused], readText, paint });
    expect(painted).toContain("<red>error[VX2004]</red>");
    expect(painted).toContain("<yellow>warning[VX3007]</yellow>");
    expect(painted.replaceAll(/<\/?(?:red|yellow|cyan|bold|dim)>/g, "")).toBe(
      reportPretty({ diagnostics: [outOfRange, unused], readText }),
    );
  });

  it("C4: prints no control character of a message, a file name or a hint", () => {
    const nasty = "\u001b]0;title\u0007\r\u202e";
    const diagnostic: Diagnostic = {
      ...unused,
      message: nasty,
      hint: nasty,
      at: { file: nasty },
      related: [{ at: { file: nasty }, message: nasty }],
    };
    // oxlint-disable-next-line no-control-regex -- these are the characters that must not be there
    expect(reportPretty({ diagnostics: [diagnostic], readText })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it("C4: shows no value that is a secret", () => {
    const file = "schemas/a/values/prod.yaml";
    const leaked = report(
      "VX2010",
      { ...base, pointer: "/password", name: "password" },
      { at: { file, pointer: "/password", on: "value" } },
    );
    for (const text of ["password: hunter2\n", "{ password: hunter2, other: hunter2 }\n", "password: |\n  hunter2\n"]) {
      const input = { diagnostics: [leaked], readText: () => text };
      for (const printed of [reportPretty(input), reportJson(input), reportGithub(input)]) expect(printed).not.toContain("hunter2");
    }
  });
});

function tag(name: string): (text: string) => string {
  return (text) => `<${name}>${text}</${name}>`;
}

describe("reportJson", () => {
  it("prints one document with places worked out", () => {
    expect(JSON.parse(reportJson({ diagnostics: [outOfRange], readText }))).toEqual({
      diagnostics: [
        {
          code: "VX2004",
          slug: "out-of-range",
          severity: "error",
          message: "a in dev and prod: /port must be at most 65535",
          service: "a",
          environment: null,
          environments: ["dev", "prod"],
          key: "/port",
          at: { file: "schemas/a/values/base.yaml", line: 1, column: 7, pointer: "/port" },
          related: [
            {
              message: "the rule is declared at",
              at: { file: "schemas/a/config.schema.json", line: 2, column: 19, pointer: "/properties/port" },
            },
          ],
          hint: "write a number up to 65535",
          suggestions: [],
        },
      ],
      summary: { errors: 1, warnings: 0 },
    });
  });

  it("names the environment where there is just one, and adds members of the command", () => {
    const one = { ...outOfRange, environments: ["prod"] };
    expect(JSON.parse(reportJson({ diagnostics: [one, gone], readText }, { written: 3 }, { drift: [] }))).toMatchObject({
      diagnostics: [
        { environment: "prod" },
        { environment: null, service: null, key: null, at: { file: "schemas/a/x.txt", line: null, column: null, pointer: null } },
      ],
      summary: { errors: 2, warnings: 0, written: 3 },
      drift: [],
    });
  });

  it("is a document also when there is nothing", () => {
    const text = reportJson({ diagnostics: [], readText });
    expect(text.endsWith("}\n")).toBe(true);
    expect(JSON.parse(text)).toEqual({ diagnostics: [], summary: { errors: 0, warnings: 0 } });
  });
});

describe("reportGithub", () => {
  it("prints one workflow command a problem", () => {
    expect(reportGithub({ diagnostics: [outOfRange, unused, gone], readText })).toBe(
      [
        "::warning file=schemas/a/config.schema.json,line=1,col=1,title=VX3007 unused-dependency::a declares a dependency on b, but no value refers to it%0Ahelp: remove it from x-veltrix.dependsOn",
        "::error file=schemas/a/values/base.yaml,line=1,col=7,title=VX2004 out-of-range::a in dev and prod: /port must be at most 65535%0Ahelp: write a number up to 65535",
        "::error file=schemas/a/x.txt,title=VX1011 unexpected-file::nothing reads schemas/a/x.txt: no rule knows it%0Ahelp: remove it, or declare its environment in schemas/veltrix.yaml",
        "",
      ].join("\n"),
    );
  });

  it("escapes what would end a property, a command or a line", () => {
    const diagnostic: Diagnostic = { ...gone, message: "100%\r\n::error::forged", hint: "a\nb", at: { file: "a,b:c%\n.yaml" } };
    const text = reportGithub({ diagnostics: [diagnostic], readText });
    expect(text).toBe("::error file=a%2Cb%3Ac%25%0A.yaml,title=VX1011 unexpected-file::100%25%0D%0A::error::forged%0Ahelp: a%0Ab\n");
  });

  it("prints nothing when there is nothing", () => {
    expect(reportGithub({ diagnostics: [], readText })).toBe("");
  });
});
