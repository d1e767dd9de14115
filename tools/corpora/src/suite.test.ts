// The JSON Schema Test Suite once more, as keys of contracts: what is emitted must give the suite's verdicts too.
// The suite's other documents stand beside the contract, under the addresses that they are referred to by.
import { validateValue } from "@veltrix/compiler/validate";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { compileAsKey, emitProbe, refusalOf } from "./contracts.ts";
import { hasSuite, namesIn, readJson } from "./corpora.ts";

interface Group {
  readonly description: string;
  readonly schema: JsonObject | boolean;
  readonly tests: readonly { readonly description: string; readonly data: JsonValue; readonly valid: boolean }[];
}

/** Groups whose schemas are refused, with the codes that say why. Nothing else is. */
const refused: { readonly [draft: string]: { readonly [group: string]: string } } = {
  "draft2020-12": {
    // a number that a float does not hold exactly
    "const.json: float and integers are equal up to 64-bit representation limits": "VX1013",
    // no value can be right
    "minContains.json: maxContains < minContains": "VX1101",
    // `__proto__`
    "properties.json: properties whose names are Javascript object property names": "VX1012",
    // the metaschema, by its address
    "defs.json: validate definition against metaschema": "VX1104",
    "ref.json: remote ref, containing refs itself": "VX1104",
    // a document by an address that it does not have here
    "refRemote.json: base URI change": "VX1104",
    "refRemote.json: base URI change - change folder": "VX1104",
    "refRemote.json: base URI change - change folder in subschema": "VX1104",
    "refRemote.json: remote HTTP ref with different $id": "VX1104",
    "refRemote.json: remote HTTP ref with different URN $id": "VX1104",
    "refRemote.json: remote HTTP ref with nested absolute ref": "VX1104",
    "refRemote.json: retrieved nested refs resolve relative to their URI not $id": "VX1103",
    // a metaschema of one's own
    "vocabulary.json: ignore unrecognized optional vocabulary": "VX1101",
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary": "VX1101",
  },
  draft7: {
    "const.json: float and integers are equal up to 64-bit representation limits": "VX1013",
    "definitions.json: validate definition against metaschema": "VX1104",
    "properties.json: properties whose names are Javascript object property names": "VX1012",
    "ref.json: remote ref, containing refs itself": "VX1104",
    "refRemote.json: base URI change": "VX1104",
    "refRemote.json: base URI change - change folder": "VX1104",
    "refRemote.json: base URI change - change folder in subschema": "VX1104",
    "refRemote.json: remote ref": "VX1104",
    "refRemote.json: retrieved nested refs resolve relative to their URI not $id": "VX1103",
  },
};

/** The suite's documents that a schema refers to. */
function sharedFor(schema: JsonValue, draft: string): readonly JsonValue[] {
  const asked = new Set([...JSON.stringify(schema).matchAll(/"\$ref":"([^"#]+)/g)].map(([, ref = ""]) => ref.split("/").at(-1)));
  return namesIn("json-schema-suite", "remotes", draft)
    .filter((file) => asked.has(file))
    .map((file) => {
      const document = readJson("json-schema-suite", "remotes", draft, file) as JsonObject;
      return { $id: `http://localhost:1234/${draft}/${file}`, ...document };
    });
}

describe.skipIf(!hasSuite)("emitted validators on the JSON Schema Test Suite (npm run suite)", () => {
  it.each(Object.keys(refused))("give the verdicts of %s", { timeout: 120_000 }, async (draft) => {
    const wrong: string[] = [];
    const counts = { groups: 0, values: 0 };
    const found: { [group: string]: string } = {};
    const read = new Set<string>();
    for (const file of namesIn("json-schema-suite", "tests", draft).filter((name) => name.endsWith(".json"))) {
      // A suite file is a list of groups.
      for (const group of readJson("json-schema-suite", "tests", draft, file) as unknown as readonly Group[]) {
        counts.groups++;
        read.add(`${file}: ${group.description}`);
        const isDraft7 = draft === "draft7" && typeof group.schema === "object";
        const schema = isDraft7 ? { $schema: "http://json-schema.org/draft-07/schema#", ...(group.schema as JsonObject) } : group.schema;
        const compilation = compileAsKey(schema, sharedFor(schema, draft));
        const probe = await emitProbe(compilation);
        if (probe === undefined) {
          found[`${file}: ${group.description}`] = refusalOf(compilation).join(" ");
          continue;
        }
        for (const { description, data, valid } of group.tests) {
          counts.values++;
          // Formats are rules here, but for two whose rules are tables of Unicode (VX1110).
          const isRule = !group.description.startsWith("idn-") && /^invalid .* is only an annotation by default$/.test(description);
          const verdicts = [validateValue(probe.schema, { value: data }).length === 0, probe.validate({ value: data }).length === 0];
          if (verdicts.some((isValid) => isValid !== (isRule ? false : valid)))
            wrong.push(`${file}: ${group.description}: ${description}: ${verdicts.join()}`);
        }
      }
    }
    console.log(`${draft}: ${counts.groups} groups, ${Object.keys(found).length} refused, ${counts.values} values`);
    expect(wrong).toEqual([]);
    // The suite may be there in part.
    const expected = Object.entries(refused[draft] ?? {}).filter(([group]) => read.has(group));
    expect(found).toEqual(Object.fromEntries(expected));
    expect(counts.groups).toBeGreaterThan(100);
  });
});
