// Real JSON Schemas with their instances: compiled, typed, and judged by the interpreter and by emitted code.
import { validateValue } from "@veltrix/compiler/validate";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAsKey, type Emitted, emitProbe, refusalOf } from "./contracts.ts";
import { hasCorpora, instancesIn, namesIn, readJson } from "./corpora.ts";
import { typeCheck } from "./type-check.ts";

/** Schemas that a configuration contract may not be, with the codes that say so: none at present. */
const refused: { readonly [name: string]: readonly string[] } = {};

/** Instances with another verdict than their folder says, and why. */
const different: { readonly [instance: string]: string } = {
  "negative pre-commit-config/local-missing-entry.json":
    "its rule stands beside a $ref, where draft-07 ignores it: the compiler warns of that (VX1111), and the instance passes",
};

/** What is said of a schema that is accepted: words, formats and types that nothing checks, rules that its draft ignores, defaults that break their rules. */
const warned: { readonly [name: string]: string } = {
  "abc-supply-plan-13.0.0": "VX1109 VX1110",
  "chrome-manifest": "VX1110",
  codecov: "VX1111",
  "github-workflow": "VX1111 VX1123",
  liquibase: "VX1120",
  "ninjs-2.0": "VX1109",
  "pre-commit-config": "VX1111",
  prometheus: "VX1120 VX1123",
  "sil-kit-participant-configuration": "VX1120",
  stylelintrc: "VX1111",
  "vhwdebugger-binding-schema": "VX1109 VX1111",
  "vtesttree-schema-v1.0.0": "VX1109 VX1111",
  "vtesttree-schema-v2.0.0": "VX1109 VX1111",
};

/** The schemas that others refer to, under the addresses that they are referred to by. */
const names = namesIn("schemastore", "schemas").map((file) => file.replace(/\.json$/, ""));

function sharedFor(schema: JsonValue): readonly JsonValue[] {
  const asked = new Set([...JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+\.json)/g)].map(([, file = ""]) => file));
  return namesIn("schemastore", "ref-schemas")
    .filter((file) => asked.has(file))
    .map((file) => {
      const document = readJson("schemastore", "ref-schemas", file) as JsonObject;
      return { $id: `https://json.schemastore.org/${file}`, ...document };
    });
}

describe.skipIf(!hasCorpora)("schemas of ../shared/corpora/schemastore", () => {
  const emitted = new Map<string, Emitted>();
  const refusals = new Map<string, readonly string[]>();
  const warnings = new Map<string, string>();
  const counts = { positive: 0, negative: 0 };

  beforeAll(async () => {
    for (const name of names) {
      const schema = readJson("schemastore", "schemas", `${name}.json`);
      const compilation = compileAsKey(schema, sharedFor(schema));
      const probe = await emitProbe(compilation);
      const codes = compilation.diagnostics.filter(({ severity }) => severity === "warning").map(({ code }) => code);
      if (codes.length > 0) warnings.set(name, [...new Set(codes)].sort().join(" "));
      if (probe === undefined) refusals.set(name, refusalOf(compilation));
      else emitted.set(name, probe);
    }
  }, 120_000);

  it("refuses the schemas that it must, and no other", () => {
    expect(Object.fromEntries(refusals)).toEqual(refused);
  });

  it("accepts every positive instance and refuses every negative one, interpreted and emitted", () => {
    const wrong: string[] = [];
    const seen: string[] = [];
    for (const [name, probe] of emitted) {
      for (const kind of ["positive", "negative"] as const) {
        for (const { name: file, value } of instancesIn("schemastore", kind, name)) {
          counts[kind]++;
          const findings = validateValue(probe.schema, { value });
          const violations = probe.validate({ value });
          const verdicts = [findings.length === 0, violations.length === 0];
          if (verdicts.every((isValid) => isValid === (kind === "positive"))) continue;
          if (different[`${kind} ${name}/${file}`] !== undefined) seen.push(`${kind} ${name}/${file}`);
          else
            wrong.push(
              `${kind} ${name}/${file}: interpreted ${verdicts[0]}, emitted ${verdicts[1]} ${JSON.stringify([...findings, ...violations].slice(0, 2).map(({ pointer, rule, expected }) => ({ pointer, rule, expected })))}`,
            );
        }
      }
    }
    console.log(`${emitted.size} of ${names.length} schemas; ${counts.positive} positive and ${counts.negative} negative instances`);
    for (const [name, codes] of Object.entries(refused)) console.log(`refused: ${name} (${codes.join(" ")})`);
    for (const [instance, why] of Object.entries(different)) console.log(`different: ${instance}: ${why}`);
    expect(wrong).toEqual([]);
    expect(seen).toEqual(Object.keys(different));
    expect(counts).toEqual({ positive: 213, negative: 159 });
  });

  it("says what it does not check, by a warning", () => {
    expect(Object.fromEntries(warnings)).toEqual(warned);
  });

  it("declares types that one strict run of the compiler accepts", { timeout: 120_000 }, () => {
    expect(emitted.size).toBeGreaterThan(20);
    expect(typeCheck(Object.fromEntries([...emitted].map(([name, probe]) => [`${name}/index.d.ts`, probe.declarations])))).toBe("");
  });
});
