// G8: the build, a process that loads what was emitted, ajv and Python's jsonschema judge random values by random
// contracts with every keyword. VELTRIX_CONTRACTS=20000 is the long run; VELTRIX_FUZZ_SEED begins elsewhere.
import { emitAll } from "@veltrix/compiler";
import { validateValue } from "@veltrix/compiler/validate";
import { typescriptEmitter } from "@veltrix/emit-typescript";
import { appendToken, type JsonObject, type JsonValue, type Violation } from "@veltrix/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { compileAsKey } from "../contracts.ts";
import { randomContract } from "../random-contracts.ts";
import { type Emission, isRuntimeBuilt, judgeInProcess } from "./processes.ts";
import { hasPython, judgeInPython } from "./python.ts";

const SEED = Number(process.env["VELTRIX_FUZZ_SEED"] ?? 1);
const CONTRACTS = Number(process.env["VELTRIX_CONTRACTS"] ?? 1_000);
const VALUES = 8;
const CHUNK = 500;

/** A contract that the compiler took, and what it says of each value. */
interface Subject {
  readonly seed: number;
  readonly schema: JsonObject;
  readonly values: readonly JsonValue[];
  /** As `judgeInProcess` tells it. */
  readonly built: readonly string[];
  readonly emission: Emission;
}

const KEY_RULES = new Set(["required", "dependentRequired", "additionalProperties", "unevaluatedProperties"]);

/** A violation as a process tells it: the key at fault, and the rule. */
function lineOf({ pointer, rule, expected }: Violation): string {
  return `${KEY_RULES.has(rule) ? appendToken(pointer, String(expected)) : pointer} ${rule}`;
}

async function subjectOf(seed: number): Promise<Subject | undefined> {
  const { schema, values } = randomContract(seed, VALUES);
  const { model } = compileAsKey(schema);
  const service = model?.services[0];
  if (model === undefined || service === undefined) return undefined;
  const { files } = await emitAll(typescriptEmitter, model);
  const given = values.map((value) => ({ value }));
  return {
    seed,
    schema,
    values,
    built: given.map((value) => validateValue(service.contract.schema, value).map(lineOf).join("\n")),
    emission: { files: Object.fromEntries(files.map(({ path, contents }) => [path.replace("probe/", ""), contents])), values: given },
  };
}

/**
 * The verdicts of ajv; undefined where it is known to say other things than the specification: of `unevaluated*`, and of
 * `maxContains` beside `minContains: 0`, where it wants an item all the same.
 */
function judgeByAjv({ schema, values }: Subject): readonly (boolean | undefined)[] | undefined {
  const text = JSON.stringify(schema);
  if (text.includes('"unevaluated') || (text.includes('"minContains":0') && text.includes('"maxContains"'))) return undefined;
  // Without `allErrors` it takes an empty list where `contains` stands beside `prefixItems`.
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    ownProperties: true,
    unicodeRegExp: true,
    logger: false,
    validateSchema: false,
  });
  ajv.addFormat("date", /^2026-02-(?:0[1-9]|1[0-9]|2[0-8])$/);
  ajv.addFormat("ipv4", /^192\.0\.2\.1$/);
  const judge = ajv.compile(schema);
  return values.map((value) => {
    try {
      return judge(value);
    } catch {
      // Its code sets a member of an object that it has not made: "Cannot set properties of undefined".
      return undefined;
    }
  });
}

describe("G8: one verdict", { timeout: 7_200_000 }, () => {
  const absent = [isRuntimeBuilt ? "" : "no process: nothing is compiled here", hasPython ? "" : "no Python: its jsonschema is absent"];
  it(`of build, process, ajv and Python on ${CONTRACTS} random contracts ${absent.filter((why) => why !== "").join("; ")}`, async () => {
    const wrong: string[] = [];
    const counts = { contracts: 0, refused: 0, pairs: 0, valid: 0, byAjv: 0, byPython: 0, byProcess: 0 };
    for (let next = SEED; counts.contracts < CONTRACTS;) {
      const subjects: Subject[] = [];
      while (subjects.length < Math.min(CHUNK, CONTRACTS - counts.contracts)) {
        const subject = await subjectOf(next++);
        if (subject === undefined) counts.refused++;
        else subjects.push(subject);
      }
      counts.contracts += subjects.length;
      const inProcess = isRuntimeBuilt ? judgeInProcess(subjects.map(({ emission }) => emission)) : undefined;
      const inPython = hasPython ? judgeInPython(subjects) : undefined;
      for (const [index, subject] of subjects.entries()) {
        const byAjv = judgeByAjv(subject);
        for (const [turn, built] of subject.built.entries()) {
          const isValid = built === "";
          counts.pairs++;
          if (isValid) counts.valid++;
          const others: readonly (readonly [name: keyof typeof counts, isValid: boolean | undefined])[] = [
            ["byAjv", byAjv?.[turn]],
            ["byPython", inPython?.[index]?.[turn]],
          ];
          for (const [name, other] of others) {
            if (other === undefined) continue;
            counts[name]++;
            if (other !== isValid)
              wrong.push(`${name} ${other}, seed ${subject.seed}: ${JSON.stringify([subject.schema, subject.values[turn]])}`);
          }
          const process = inProcess?.[index]?.[turn];
          if (process === undefined) continue;
          counts.byProcess++;
          if (process !== built)
            wrong.push(`process, seed ${subject.seed}: ${JSON.stringify([built, process, subject.schema, subject.values[turn]])}`);
        }
      }
    }
    console.log(`seed ${SEED}: ${JSON.stringify(counts)}`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(counts.valid).toBeGreaterThan(counts.pairs / 10);
  });
});
