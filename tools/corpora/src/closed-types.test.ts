// G7: types of objects that close themselves by `unevaluatedProperties`, and of those with keys of their own beside open
// ones: each value that the validator takes is of the type, and each that it refuses is not.
import type { JsonObject, JsonValue } from "@veltrix/protocol";
import { expect, it } from "vitest";
import { compileAsKey, emitProbe } from "./contracts.ts";
import { typeCheck } from "./type-check.ts";

const text = { type: "string" };
const whole = { type: "integer" };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: "object", properties, ...more });

/** Schemas, with values that they take and values that they refuse. */
const cases: readonly (readonly [schema: JsonObject, taken: readonly JsonValue[], refused: readonly JsonValue[]])[] = [
  [
    { allOf: [object({ a: text }, { required: ["a"] }), object({ b: whole }, { required: ["b"] })], unevaluatedProperties: false },
    [{ a: "x", b: 1 }],
    [{ a: "x", b: 1, bb: 2 }, { a: "x" }, { a: 1, b: 1 }],
  ],
  [
    object(
      { kind: { enum: ["s3", "file"] } },
      {
        required: ["kind"],
        oneOf: [
          { properties: { kind: { const: "s3" }, bucket: text }, required: ["bucket"] },
          { properties: { kind: { const: "file" }, path: text } },
        ],
        unevaluatedProperties: false,
      },
    ),
    [{ kind: "s3", bucket: "b" }, { kind: "file" }, { kind: "file", path: "/x" }],
    [{ kind: "file", pth: "/x" }, { kind: "s3" }, { kind: "ftp" }],
  ],
  [
    object({ mode: text }, { anyOf: [{ properties: { a: whole } }, { properties: { b: whole } }], unevaluatedProperties: false }),
    [{ mode: "m", a: 1, b: 2 }, { a: 1 }, {}],
    [{ a: "x", b: "y" }, { c: 1 }],
  ],
  [
    object(
      { tls: { type: "boolean" } },
      {
        if: { not: { required: ["tls"] } },
        else: { properties: { cert: text } },
        dependentSchemas: { tls: { properties: { key: text } } },
        unevaluatedProperties: false,
      },
    ),
    [{ tls: true, cert: "c", key: "k" }, {}],
    [
      { tls: true, certs: "c" },
      { tls: true, key: 1 },
    ],
  ],
  [object({ d: whole }, { required: ["d"], additionalProperties: whole }), [{ d: 1, x: 2 }], [{ x: 2 }, { d: 1, x: "y" }]],
  [
    object({ name: text }, { additionalProperties: object({ a: whole }, { additionalProperties: false }) }),
    [{ name: "n", foo: { a: 1 } }, {}],
    [{ foo: { b: 1 } }],
  ],
];

/** Reads of a configuration that must have this type; `C<case>` is it. */
const reads = [
  "export const named = (config: C4): number | undefined => config.x;",
  "export const closed = (config: C0): string => config.a;",
  "// @ts-expect-error -- there is no such key",
  "export const misspelt = (config: C0): unknown => config.bb;",
];

it("are closed where the validator is, and open where it is", { timeout: 240_000 }, async () => {
  const files: { [path: string]: string } = {};
  const imports: string[] = [];
  const lines: string[] = [];
  for (const [index, [schema, taken, refused]] of cases.entries()) {
    const probe = await emitProbe(compileAsKey(schema));
    if (probe === undefined) throw new Error(`case ${index} is refused`);
    const verdicts = [...taken, ...refused].map((value) => probe.validate({ value }).length === 0);
    expect([index, verdicts]).toEqual([index, [...taken.map(() => true), ...refused.map(() => false)]]);
    files[`c${index}/index.d.ts`] = probe.declarations;
    imports.push(
      `import type { ProbeValues as V${index}, ProbeConfig as P${index} } from "./c${index}/index.js";`,
      `type C${index} = NonNullable<P${index}["value"]>;`,
    );
    for (const [turn, value] of taken.entries()) lines.push(`export const t${index}v${turn}: V${index} = ${JSON.stringify({ value })};`);
    for (const [turn, value] of refused.entries())
      lines.push(
        "// @ts-expect-error -- the validator refuses it too",
        `export const r${index}v${turn}: V${index} = ${JSON.stringify({ value })};`,
      );
  }
  expect(
    typeCheck({
      ...files,
      "values.ts": [...imports, ...lines, ...reads, `export type All = ${cases.map((_, index) => `C${index}`).join(" | ")};`].join("\n"),
    }),
  ).toBe("");
});
