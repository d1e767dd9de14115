// <Service>Values and the validator hold each other: what the validator accepts is of the type, and what it refuses for
// a reason that a type can express is not.
import { validateValue } from "@veltrix/compiler/validate";
import type { JsonValue } from "@veltrix/protocol";
import { describe, expect, it } from "vitest";
import { compileAsKey, emitProbe } from "./contracts.ts";
import { typeCheck } from "./type-check.ts";
import { fittingValue, randomContract, sayable, spoil } from "./typed-schemas.ts";
import { randomFrom } from "./typos.ts";

const seed = Number(process.env["VELTRIX_TYPES_SEED"] ?? 11);
const contracts = Number(process.env["VELTRIX_TYPES_CONTRACTS"] ?? 120);
const VALUES = 8;
/** Contracts of one run of the compiler. */
const BATCH = 250;

interface Counts {
  accepted: number;
  refused: number;
  unsayable: number;
}

/** Files for the compiler: the declarations of each contract, and one file of values that are or are not of their types. */
async function writeBatch(first: number, last: number, counts: Counts): Promise<{ readonly [path: string]: string }> {
  const files: { [path: string]: string } = {};
  const imports: string[] = [];
  const lines: string[] = [];
  for (let index = first; index < last; index++) {
    const random = randomFrom(seed * 1_000_003 + index);
    const contract = randomContract(random);
    const probe = await emitProbe(compileAsKey(contract));
    if (probe === undefined) throw new Error(`contract ${index} is refused: ${JSON.stringify(contract)}`);
    files[`c${index}/index.d.ts`] = probe.declarations;
    imports.push(`import type { ProbeValues as C${index} } from "./c${index}/index.js";`);
    const said = sayable(contract);
    for (let turn = 0; turn < VALUES; turn++) {
      const fitting = fittingValue(contract, random);
      const value: JsonValue = turn % 2 === 0 ? fitting : spoil(fitting, random);
      const line = `export const c${index}v${turn}: C${index} = ${JSON.stringify({ value })};`;
      if (probe.validate({ value }).length === 0) {
        counts.accepted++;
        lines.push(line);
      } else if (validateValue(said, value).length > 0) {
        counts.refused++;
        lines.push("// @ts-expect-error -- the validator refuses it too", line);
      } else counts.unsayable++;
    }
  }
  return { ...files, "values.ts": `${imports.join("\n")}\n${lines.join("\n")}\n` };
}

/** What the failed line was held against, without what is the same in all. */
function typesIn(declarations: string): string {
  const end = declarations.indexOf("/** Configuration of");
  const shapes = declarations.indexOf("\nexport type ");
  return declarations.slice(declarations.indexOf("export interface"), end) + (shapes === -1 ? "" : declarations.slice(shapes));
}

describe("G7: types and validators", () => {
  it("accept and refuse the same values, as far as types can say", { timeout: 1_200_000 }, async () => {
    const counts: Counts = { accepted: 0, refused: 0, unsayable: 0 };
    const wrong: string[] = [];
    for (let first = 0; first < contracts; first += BATCH) {
      const files = await writeBatch(first, Math.min(first + BATCH, contracts), counts);
      const lines = (files["values.ts"] ?? "").split("\n");
      for (const found of typeCheck(files)
        .split("\n")
        .filter((text) => text.includes("error TS"))) {
        const line = Number(/\bvalues\.ts\((\d+),/.exec(found)?.[1] ?? 0);
        const shown = lines[line - 1]?.startsWith("//") === true ? (lines[line] ?? "") : (lines[line - 1] ?? "");
        const types = typesIn(files[`c${/^export const c(\d+)/.exec(shown)?.[1] ?? ""}/index.d.ts`] ?? "");
        wrong.push(`${found.slice(found.indexOf("error"), 400)}\n    ${shown.slice(0, 300)}\n    ${types}`);
      }
    }
    console.log(
      `seed ${seed}: ${contracts} contracts; ${counts.accepted} values are of their types, ${counts.refused} are not, ${counts.unsayable} break what no type says`,
    );
    expect(wrong).toEqual([]);
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(contracts);
  });
});
