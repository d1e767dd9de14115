// Real JSON Schemas with their instances: compiled, typed, and judged by the interpreter and by emitted code.
import { validateValue } from "@veltrix/compiler/validate";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAsKey, type Emitted, emitProbe, refusalOf } from "./contracts.ts";
import { hasCorpora, instancesIn, namesIn, readJson } from "./corpora.ts";
import { typeCheck } from "./type-check.ts";

/** Schemas that a configuration contract may not be, with the codes that say so. */
const refused: { readonly [name: string]: readonly string[] } = {
  // keywords and a format of its own
  "abc-supply-plan-13.0.0": ["VX1101", "VX1102"],
  // formats of its own, a pattern that takes quadratic time
  "chrome-manifest": ["VX1101", "VX1106"],
  // keywords that are none
  "ninjs-2.0": ["VX1102"],
  "vhwdebugger-binding-schema": ["VX1102"],
  "vtesttree-schema-v1.0.0": ["VX1102"],
  "vtesttree-schema-v2.0.0": ["VX1102"],
  // patterns that take quadratic time or worse, or look around
  codecov: ["VX1106"],
  "github-workflow": ["VX1106"],
  "pre-commit-config": ["VX1106"],
  "prometheus-alertmanager": ["VX1106"],
  pubspec: ["VX1101", "VX1106"],
  sergen: ["VX1106"],
  // draft-04
  "web-manifest-share-target": ["VX1101"],
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
  const counts = { positive: 0, negative: 0 };

  beforeAll(async () => {
    for (const name of names) {
      const schema = readJson("schemastore", "schemas", `${name}.json`);
      const compilation = compileAsKey(schema, sharedFor(schema));
      const probe = await emitProbe(compilation);
      if (probe === undefined) refusals.set(name, refusalOf(compilation));
      else emitted.set(name, probe);
    }
  }, 120_000);

  it("refuses the schemas that it must, and no other", () => {
    expect(Object.fromEntries(refusals)).toEqual(refused);
  });

  it("accepts every positive instance and refuses every negative one, interpreted and emitted", () => {
    const wrong: string[] = [];
    for (const [name, probe] of emitted) {
      for (const kind of ["positive", "negative"] as const) {
        for (const { name: file, value } of instancesIn("schemastore", kind, name)) {
          counts[kind]++;
          const findings = validateValue(probe.schema, { value });
          const violations = probe.validate({ value });
          const verdicts = [findings.length === 0, violations.length === 0];
          if (verdicts.some((isValid) => isValid !== (kind === "positive")))
            wrong.push(
              `${kind} ${name}/${file}: interpreted ${verdicts[0]}, emitted ${verdicts[1]} ${JSON.stringify([...findings, ...violations].slice(0, 2).map(({ pointer, rule, expected }) => ({ pointer, rule, expected })))}`,
            );
        }
      }
    }
    console.log(`${emitted.size} of ${names.length} schemas; ${counts.positive} positive and ${counts.negative} negative instances`);
    expect(wrong).toEqual([]);
  });

  it("declares types that one strict run of the compiler accepts", { timeout: 120_000 }, () => {
    expect(emitted.size).toBeGreaterThan(20);
    expect(typeCheck(Object.fromEntries([...emitted].map(([name, probe]) => [`${name}/index.d.ts`, probe.declarations])))).toBe("");
  });
});
