// The JSON Schema Test Suite, where it stands beside the repository: our verdict must be its verdict.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { inlineSchema } from "../link/inline.ts";
import { lintSchema } from "../link/lint.ts";
import { ReferenceResolver } from "../link/refs.ts";
import { Problems } from "../read/document.ts";
import { validateValue } from "./interpreter.ts";

const suite = fileURLToPath(new URL("../../../../../shared/corpora/json-schema-suite/tests", import.meta.url));
const FILE = "schemas/suite.json";

interface Group {
  readonly description: string;
  readonly schema: JsonObject | boolean;
  readonly tests: readonly { readonly description: string; readonly data: JsonValue; readonly valid: boolean }[];
}

/** Groups whose schema is refused, in words, or whole files. Nothing else is, and nothing that stands here is accepted. */
const refused: { readonly [draft: string]: { readonly [file: string]: readonly string[] | "all" } } = {
  "draft2020-12": {
    // $id that changes the base of relative references, inside a file
    "anchor.json": ["Location-independent identifier with base URI change in subschema"],
    // $dynamicRef and $dynamicAnchor
    "dynamicRef.json": "all",
    // formats that nothing checks
    "format.json": [
      "idn-email format",
      "idn-hostname format",
      "json-pointer format",
      "relative-json-pointer format",
      "iri format",
      "iri-reference format",
      "uri-reference format",
      "uri-template format",
      "duration format",
    ],
    // no value can be right
    "minContains.json": ["maxContains < minContains"],
    // a pattern that takes quadratic time
    "patternProperties.json": ["patternProperties validates properties matching a regex"],
    // the metaschema, schemas that are true or false as a whole, $id that changes the base
    "ref.json": [
      "remote ref, containing refs itself",
      "$ref to boolean schema true",
      "$ref to boolean schema false",
      "Recursive references between schemas",
      "relative refs with absolute uris and defs",
      "$id must be resolved against nearest parent, not just immediate parent",
      "order of evaluation: $id and $ref on nested schema",
      "ref with absolute-path-reference",
    ],
  },
  draft7: {
    "definitions.json": ["validate definition against metaschema"],
    "ref.json": [
      "remote ref, containing refs itself",
      "Recursive references between schemas",
      "Location-independent identifier with base URI change in subschema",
      "relative refs with absolute uris and defs",
      "$id must be resolved against nearest parent, not just immediate parent",
      "ref with absolute-path-reference",
    ],
  },
};

/** Verdicts that differ on purpose: `__proto__` is no key here, and what stands beside a draft-07 `$ref` counts. */
const different = new Set([
  "draft2020-12 properties.json: properties whose names are Javascript object property names: __proto__ not valid",
  "draft7 properties.json: properties whose names are Javascript object property names: __proto__ not valid",
  "draft7 ref.json: ref overrides any sibling keywords: ref valid, maxItems ignored",
]);

/** The linked schema, or undefined when it is refused. */
function link(draft: string, written: JsonObject | boolean): JsonValue | undefined {
  const problems = new Problems(FILE);
  const isDraft7 = draft === "draft7" && typeof written === "object";
  const schema = isDraft7 ? { $schema: "http://json-schema.org/draft-07/schema#", ...written } : written;
  lintSchema(schema, problems);
  if (problems.diagnostics.length > 0 || typeof schema === "boolean") return problems.diagnostics.length > 0 ? undefined : schema;
  const resolver = new ReferenceResolver(new Map([[FILE, { file: FILE, schema }]]));
  const linked = inlineSchema({ root: { file: FILE, pointer: "", schema }, resolver, problemsOf: () => problems });
  return problems.diagnostics.length > 0 ? undefined : linked;
}

function groupsOf(draft: string, file: string): readonly Group[] {
  return JSON.parse(readFileSync(join(suite, draft, file), "utf8")) as readonly Group[];
}

/** None where the suite is absent: what is skipped is collected all the same. */
function filesOf(draft: string): readonly string[] {
  const folder = join(suite, draft);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
}

describe.skipIf(!existsSync(suite))("the JSON Schema Test Suite at ../shared/corpora/json-schema-suite", () => {
  describe.each(Object.keys(refused))("%s", (draft) => {
    const files = filesOf(draft);

    it("is there", () => {
      expect(files.length).toBeGreaterThan(15);
      expect(Object.keys(refused[draft] ?? {}).filter((file) => !files.includes(file))).toEqual([]);
    });

    describe.each(files)("%s", (file) => {
      const groups = groupsOf(draft, file);

      it("refuses the schemas that it must, and no other", () => {
        const names = refused[draft]?.[file] ?? [];
        const isRefused = ({ description }: Group): boolean => names === "all" || names.includes(description);
        const wrong = groups.filter((group) => isRefused(group) !== (link(draft, group.schema) === undefined));
        expect(wrong.map(({ description }) => description)).toEqual([]);
      });

      it("gives the suite's verdict on every value", () => {
        const wrong: string[] = [];
        for (const { description, schema, tests } of groups) {
          const linked = link(draft, schema);
          if (linked === undefined) continue;
          for (const test of tests) {
            const name = `${draft} ${file}: ${description}: ${test.description}`;
            // The suite takes formats for remarks; here they are rules, so that what it calls invalid is.
            const valid =
              file === "format.json" && /^invalid .* is only an annotation by default$/.test(test.description) ? false : test.valid;
            const isDifferent = (validateValue(linked, test.data).length === 0) !== valid;
            if (isDifferent !== different.has(name)) wrong.push(name);
          }
        }
        expect(wrong).toEqual([]);
      });
    });
  });
});
