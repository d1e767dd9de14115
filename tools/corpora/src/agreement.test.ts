// ajv, the interpreter and the emitted validator judge random values by random contracts: one verdict, one set of places.
import { validateValue } from "@veltrix/compiler/validate";
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { compileAsKey, emitProbe } from "./contracts.ts";
import { randomFrom } from "./typos.ts";

const SEED = 7;
const CONTRACTS = 200;
const VALUES = 10;
const NAMES = ["host", "port", "a/b", "x~y", "b-c"];

type Random = () => number;
const pick = <Item>(items: readonly Item[], random: Random): Item => items[Math.floor(random() * items.length)] as Item;

/** A contract's key; `isPlain`: without alternatives. */
function randomSchema(random: Random, isPlain: boolean, depth: number): JsonObject {
  if (!isPlain && depth > 0 && random() < 0.25)
    return {
      [pick(["anyOf", "oneOf", "allOf"], random)]: [randomSchema(random, false, depth - 1), randomSchema(random, false, depth - 1)],
    };
  const type = pick(depth > 0 ? ["string", "integer", "boolean", "number", "array", "object"] : ["string", "integer", "boolean"], random);
  if (type === "string")
    return { type, ...pick<JsonObject>([{}, { minLength: 2 }, { pattern: "^[a-z]+$" }, { enum: ["a", "bc"] }], random) };
  if (type === "integer" || type === "number")
    return { type, ...pick<JsonObject>([{}, { minimum: 2 }, { exclusiveMaximum: 5 }, { multipleOf: 2 }], random) };
  if (type === "array")
    return {
      type,
      items: randomSchema(random, isPlain, depth - 1),
      ...pick<JsonObject>([{}, { minItems: 1 }, { uniqueItems: true }], random),
    };
  return type === "object" ? randomObject(random, isPlain, depth - 1) : { type };
}

function randomObject(random: Random, isPlain: boolean, depth: number): JsonObject {
  const names = NAMES.filter(() => random() < 0.6);
  return {
    type: "object",
    additionalProperties: random() < 0.3,
    properties: Object.fromEntries(names.map((name) => [name, randomSchema(random, isPlain, depth)])),
    required: names.filter(() => random() < 0.4),
  };
}

/** A value near the schema: mostly what it asks for. */
function randomValue(random: Random, schema: JsonObject): JsonValue {
  const member = [schema["anyOf"], schema["oneOf"], schema["allOf"]].find(Array.isArray) as readonly JsonObject[] | undefined;
  if (member !== undefined) return randomValue(random, pick(member, random));
  if (random() < 0.08) return pick<JsonValue>([null, "A", 3, true, [], {}], random);
  const { type, properties, items } = schema;
  if (type === "string") return pick(["a", "bc", "Z9"], random);
  if (type === "integer" || type === "number") return pick([0, 2, 3, 4, 6, 1.5], random);
  if (type === "boolean") return random() < 0.5;
  if (type === "array") return Array.from({ length: Math.floor(random() * 3) }, () => randomValue(random, items as JsonObject));
  const entries = Object.entries((properties ?? {}) as JsonObject).filter(() => random() < 0.85);
  const more: readonly [string, JsonValue][] = random() < 0.1 ? [["other", 1]] : [];
  return Object.fromEntries([
    ...entries.map(([name, below]): [string, JsonValue] => [name, randomValue(random, below as JsonObject)]),
    ...more,
  ]);
}

const placesOf = (found: readonly { readonly pointer: string }[]): string =>
  [...new Set(found.map(({ pointer }) => pointer))].sort().join(" ");

describe("ajv, the interpreter and the emitted validator", () => {
  it("agree on random values of random contracts", { timeout: 240_000 }, async () => {
    const random = randomFrom(SEED);
    const wrong: string[] = [];
    const counts = { pairs: 0, valid: 0 };
    for (let index = 0; index < CONTRACTS; index++) {
      const isPlain = index % 2 === 0;
      const schema = randomObject(random, isPlain, 3);
      const compilation = compileAsKey(schema);
      const probe = await emitProbe(compilation);
      if (probe === undefined) throw new Error(compilation.diagnostics.map(({ message }) => message).join("; "));
      const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true }).compile({ properties: { value: schema } });
      for (let turn = 0; turn < VALUES; turn++) {
        const value = { value: randomValue(random, schema) };
        const isValid = ajv(value);
        const found = {
          ajv: (ajv.errors ?? []).map(({ instancePath }) => ({ pointer: instancePath })),
          interpreted: validateValue(probe.schema, value),
          emitted: probe.validate(value),
        };
        counts.pairs++;
        if (isValid) counts.valid++;
        const isSame = (found.interpreted.length === 0) === isValid && (found.emitted.length === 0) === isValid;
        const isSamePlace =
          !isPlain || new Set([placesOf(isValid ? [] : found.ajv), placesOf(found.interpreted), placesOf(found.emitted)]).size === 1;
        if (!isSame || !isSamePlace)
          wrong.push(
            `${JSON.stringify(schema)} ${JSON.stringify(value)}: ${placesOf(found.ajv)} | ${placesOf(found.interpreted)} | ${placesOf(found.emitted)}`,
          );
      }
    }
    console.log(`seed ${SEED}: ${counts.pairs} pairs, ${counts.valid} valid`);
    expect(wrong).toEqual([]);
    expect(counts.valid).toBeGreaterThan(200);
  });

  it("take a decimal for a multiple exactly where its digits are one", async () => {
    const steps = [0.1, 0.01, 0.25, 1.1, 1e-7, 5];
    const numbers = [0, 0.1, 0.3, 0.35, 1.15, 3.3, 33.3, 33.33, 4.35, -0.07, 19.99, 1e-7, 3e-7, 25, 1e21];
    const wrong: string[] = [];
    for (const step of steps) {
      const rule = { type: "number", multipleOf: step };
      const schema = { type: "object", properties: { plain: rule, composed: { anyOf: [rule, { type: "null" }] } } };
      const probe = await emitProbe(compileAsKey(schema));
      if (probe === undefined) throw new Error("the contract is not taken");
      for (const number of numbers) {
        const isMultiple = digitsOf(number) % digitsOf(step) === 0n;
        for (const key of ["plain", "composed"]) {
          const value = { value: { [key]: number } };
          const verdicts = [validateValue(probe.schema, value), probe.validate(value)].map((found) => found.length === 0);
          if (verdicts.some((verdict) => verdict !== isMultiple)) wrong.push(`${key} ${number} of ${step}: ${verdicts.join()}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

/** A number in steps of 1e-9, by its written digits. */
function digitsOf(number: number): bigint {
  const [, sign, whole = "", part = "", exponent = "0"] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:e([+-][0-9]+))?$/.exec(String(number)) ?? [];
  return BigInt(`${sign}${whole}${part}${"0".repeat(9 - part.length + Number(exponent))}`);
}
