// The JSON Schema Test Suite, where it stands beside the repository: our verdict must be its verdict.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { hasErrors } from "@veltrix/diagnostics";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { findSuite } from "@veltrix/testkit";
import { describe, expect, it } from "vitest";
import { inlineSchema } from "../link/inline.ts";
import { lintSchema } from "../link/lint.ts";
import { ReferenceResolver, type SchemaDocument } from "../link/refs.ts";
import { Problems } from "../read/document.ts";
import { validateValue } from "./interpreter.ts";

const found = findSuite();
const suite = join(found ?? "", "tests");
const remotes = join(found ?? "", "remotes");
const FILE = "schemas/suite.json";

interface Group {
  readonly description: string;
  readonly schema: JsonObject | boolean;
  readonly tests: readonly { readonly description: string; readonly data: JsonValue; readonly valid: boolean }[];
}

/** Groups whose schema is refused, with the reason. Nothing else is, and nothing that stands here is accepted. */
const refused: { readonly [draft: string]: { readonly [file: string]: readonly string[] } } = {
  "draft2020-12": {
    // no value can be right
    "minContains.json": ["maxContains < minContains"],
    // a metaschema of one's own
    "vocabulary.json": ["schema that uses custom metaschema with with no validation vocabulary", "ignore unrecognized optional vocabulary"],
  },
  draft7: {},
};

const DRAFT7 = "http://json-schema.org/draft-07/schema#";

/** A document as it is found at `address`: without an `$id` of its own it is known by that. */
function registered(address: string, schema: JsonObject, isDraft7: boolean): JsonObject {
  const dialect = isDraft7 && schema["$schema"] === undefined ? { $schema: DRAFT7 } : {};
  if (schema["$id"] === undefined && schema["$ref"] === undefined) return { ...dialect, $id: address, ...schema };
  return schema["$id"] === undefined ? { ...dialect, $id: address, allOf: [schema] } : { ...dialect, ...schema };
}

/** The suite's remote documents and the metaschemas, by a file name each. */
function readRemotes(draft: string): ReadonlyMap<string, SchemaDocument> {
  const isDraft7 = draft === "draft7";
  const documents = new Map<string, SchemaDocument>();
  const add = (address: string, schema: JsonObject): void => {
    const file = `schemas/remotes/${documents.size}.json`;
    documents.set(file, { file, schema: registered(address, schema, isDraft7) });
    if (typeof schema["$id"] !== "string" || schema["$id"] === address) return;
    const alias = `schemas/remotes/${documents.size}.json`;
    documents.set(alias, { file: alias, schema: { $id: address, $ref: schema["$id"] } });
  };
  const require = createRequire(import.meta.url);
  // Read by their path: what they hold is JSON, not JavaScript.
  const own = (path: string): JsonObject => JSON.parse(readFileSync(require.resolve(`ajv/dist/refs/${path}.json`), "utf8")) as JsonObject;
  if (isDraft7) add("http://json-schema.org/draft-07/schema", own("json-schema-draft-07"));
  else
    for (const path of ["schema", ...METASCHEMAS.map((name) => `meta/${name}`)])
      add(`https://json-schema.org/draft/2020-12/${path}`, own(`json-schema-2020-12/${path}`));
  for (const path of readdirSync(remotes, { recursive: true, encoding: "utf8" })) {
    if (!path.endsWith(".json") || !(path.startsWith(`${draft}/`) || !/^(?:draft|v1)/.test(path))) continue;
    add(`http://localhost:1234/${path}`, JSON.parse(readFileSync(join(remotes, path), "utf8")) as JsonObject);
  }
  return documents;
}

const METASCHEMAS = ["applicator", "content", "core", "format-annotation", "meta-data", "unevaluated", "validation"];

const remotesOf: { readonly [draft: string]: ReadonlyMap<string, SchemaDocument> } =
  found !== undefined ? { "draft2020-12": readRemotes("draft2020-12"), draft7: readRemotes("draft7") } : {};

/** The schema, linked as the key `value` of a contract, or undefined when it is refused. */
function link(draft: string, written: JsonObject | boolean): JsonValue | undefined {
  const problems = new Problems(FILE);
  const schema = draft === "draft7" && typeof written === "object" ? { $schema: DRAFT7, ...written } : written;
  lintSchema(schema, problems);
  if (hasErrors(problems.diagnostics)) return undefined;
  const root = { file: "schemas/root.json", pointer: "", schema: { type: "object", properties: { value: { $ref: "suite.json" } } } };
  const resolver = new ReferenceResolver(new Map([[root.file, root], [FILE, { file: FILE, schema }], ...(remotesOf[draft] ?? [])]));
  const linked = inlineSchema({ root, resolver, problemsOf: () => problems });
  return hasErrors(problems.diagnostics) ? undefined : linked;
}

function groupsOf(draft: string, file: string): readonly Group[] {
  return JSON.parse(readFileSync(join(suite, draft, file), "utf8")) as readonly Group[];
}

/** None where the suite is absent: what is skipped is collected all the same. */
function filesOf(draft: string): readonly string[] {
  const folder = join(suite, draft);
  return found !== undefined && existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
}

describe.skipIf(found === undefined)("the JSON Schema Test Suite (npm run suite)", () => {
  describe.each(Object.keys(refused))("%s", (draft) => {
    const files = filesOf(draft);

    it("is there", () => {
      expect(files.length).toBeGreaterThan(15);
      expect(remotesOf[draft]?.size ?? 0).toBeGreaterThan(10);
    });

    describe.each(files)("%s", (file) => {
      const groups = groupsOf(draft, file);

      it("refuses the schemas that it must, and no other", () => {
        const names = refused[draft]?.[file] ?? [];
        const isRefused = ({ description }: Group): boolean => names.includes(description);
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
            // The suite takes formats for annotations; here they are rules, so that what it calls invalid is.
            // Of two, whose rules are tables of Unicode, nothing is checked (VX1110).
            const valid =
              file === "format.json" &&
              !description.startsWith("idn-") &&
              /^invalid .* is only an annotation by default$/.test(test.description)
                ? false
                : test.valid;
            if ((validateValue(linked, { value: test.data }).length === 0) !== valid) wrong.push(name);
          }
        }
        expect(wrong).toEqual([]);
      });
    });
  });
});
