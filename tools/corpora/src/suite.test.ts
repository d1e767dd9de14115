// The JSON Schema Test Suite once more, as keys of contracts: what is emitted must give the suite's verdicts too.
// Groups that refer to other documents are left to the compiler's own test, which registers those.
import { validateValue } from "@veltrix/compiler/validate";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { compileAsKey, emitProbe } from "./contracts.ts";
import { hasCorpora, namesIn, readJson } from "./corpora.ts";

interface Group {
  readonly description: string;
  readonly schema: JsonObject | boolean;
  readonly tests: readonly { readonly description: string; readonly data: JsonValue; readonly valid: boolean }[];
}

describe.skipIf(!hasCorpora)("emitted validators on ../shared/corpora/json-schema-suite", () => {
  it.each(["draft2020-12", "draft7"])("give the verdicts of %s", { timeout: 120_000 }, async (draft) => {
    const wrong: string[] = [];
    const counts = { groups: 0, refused: 0, values: 0 };
    for (const file of namesIn("json-schema-suite", "tests", draft).filter((name) => name.endsWith(".json"))) {
      // A suite file is a list of groups.
      for (const group of readJson("json-schema-suite", "tests", draft, file) as unknown as readonly Group[]) {
        counts.groups++;
        const isDraft7 = draft === "draft7" && typeof group.schema === "object";
        const schema = isDraft7 ? { $schema: "http://json-schema.org/draft-07/schema#", ...(group.schema as JsonObject) } : group.schema;
        const probe = await emitProbe(compileAsKey(schema));
        if (probe === undefined) {
          counts.refused++;
          continue;
        }
        for (const { description, data, valid } of group.tests) {
          counts.values++;
          const isRule = /^invalid .* is only an annotation by default$/.test(description);
          const verdicts = [validateValue(probe.schema, { value: data }).length === 0, probe.validate({ value: data }).length === 0];
          if (verdicts.some((isValid) => isValid !== (isRule ? false : valid)))
            wrong.push(`${file}: ${group.description}: ${description}: ${verdicts.join()}`);
        }
      }
    }
    console.log(`${draft}: ${counts.groups} groups, ${counts.refused} refused, ${counts.values} values`);
    expect(wrong).toEqual([]);
    expect(counts.refused).toBeLessThan(counts.groups / 5);
  });
});
