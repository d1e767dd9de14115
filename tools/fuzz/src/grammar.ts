// Random workspaces: contracts with our annotations, values that mostly fit them, something hostile here and there.
import { Grower, type Schema } from "./grower.ts";
import type { Chance } from "./random.ts";
import type { Json } from "./words.ts";

/** Files by path. */
export type Files = { readonly [path: string]: string };

/** Share of wrong choices: most workspaces are to reach the emitters. */
const SLIPS = [0, 0, 0, 0, 0.01, 0.05, 0.2];

const SETTINGS = "environments: { dev: { namespace: fuzz }, prod: { namespace: fuzz-prod, production: true } }\n";

/** A value of any shape, right or wrong. */
export function randomValue(chance: Chance): Json {
  return new Grower(chance, { slips: 0.2 }).value();
}

/** A schema, now and then a faulty one. */
export function randomSchema(chance: Chance): Schema {
  return new Grower(chance, { slips: 0.05 }).schema();
}

type Property = readonly [name: string, schema: Schema];

/** A workspace of one service, or of two where one refers to the other. */
export function randomWorkspace(chance: Chance): Files {
  const slips = chance.pick(SLIPS);
  const plain = new Grower(chance, { slips });
  const hasShared = chance.chance(0.3);
  const definitions = chance.chance(0.3) ? { a: plain.schema(), b: plain.schema() } : {};
  const shared = plain.schema();
  const refs: readonly (readonly [string, Schema])[] = [
    ...Object.entries(definitions).map(([name, schema]): [string, Schema] => [`#/$defs/${name}`, schema]),
    ...(hasShared ? [["../shared/x.schema.json", shared] as const] : []),
  ];
  const grower = new Grower(chance, { slips, refs });
  const properties = grower
    .names(1 + chance.below(5))
    .map((name): Property => [name, annotate(grower.schema(), { chance, grower, index: name })]);
  const required = properties.filter(([, schema]) => isRequirable(schema) && chance.chance(0.3)).map(([name]) => name);
  const contract = {
    "x-veltrix": {
      version: "1.0.0",
      ...(chance.chance(0.2) ? { owner: grower.text() } : {}),
      ...(chance.chance(0.1) ? { dependsOn: { other: "^1.0.0" } } : {}),
    },
    ...(chance.chance(0.2) ? { title: grower.text(), description: grower.text() } : {}),
    type: "object",
    ...(chance.chance(0.8) ? { additionalProperties: false } : {}),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 ? { required } : {}),
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
  const other = contract["x-veltrix"].dependsOn === undefined ? {} : OTHER;
  return {
    "schemas/veltrix.yaml": SETTINGS,
    "schemas/probe/config.schema.json": JSON.stringify(contract),
    ...(hasShared ? { "schemas/shared/x.schema.json": JSON.stringify(shared) } : {}),
    ...valuesOf(properties, required, { chance, grower, refersTo: Object.keys(other).length > 0 }),
    ...other,
  };
}

/** Something to refer to. */
const OTHER: Files = {
  "schemas/other/config.schema.json": JSON.stringify({
    "x-veltrix": { version: "1.2.0" },
    type: "object",
    additionalProperties: false,
    properties: { a: { type: "string", "x-exported": true } },
  }),
  "schemas/other/values/base.yaml": "a: taken\n",
};

interface Growing {
  readonly chance: Chance;
  readonly grower: Grower;
}

/** `schema` with one of our annotations, where it has its place. */
function annotate(schema: Schema, { chance, index }: Growing & { readonly index: string }): Schema {
  if (typeof schema === "boolean" || schema["type"] === undefined || chance.chance(0.5)) return schema;
  const isScalar = !["object", "array"].includes(String(schema["type"])) && !Array.isArray(schema["type"]);
  const kind = chance.below(7);
  if (kind === 0) return { type: "string", "x-secret": true };
  if (kind === 1 && isScalar && schema["type"] !== "null")
    return { ...schema, "x-env": `V_${Buffer.from(index).toString("hex").toUpperCase()}` };
  if (kind === 2) return { ...schema, "x-reload": "hot" };
  if (kind === 3) return { ...schema, "x-exported": true };
  if (kind === 4) return { ...schema, "x-required-in": [chance.pick(["dev", "prod"])] };
  if (kind === 5) return { ...schema, deprecated: true };
  return { ...schema, "x-owner-of-another-tool": true };
}

function isRequirable(schema: Schema): boolean {
  return typeof schema === "boolean" || (schema["x-required-in"] === undefined && schema["deprecated"] !== true);
}

/** Values files: what every environment must have in the base, the rest here and there. */
function valuesOf(
  properties: readonly Property[],
  required: readonly string[],
  { chance, grower, refersTo }: Growing & { readonly refersTo: boolean },
): Files {
  const layer = (share: number, isBase: boolean): string => {
    const members = properties
      .filter(([name, schema]) => chance.chance(share) || (isBase && (required.includes(name) || isNeededSomewhere(schema))))
      .map(([name, schema]): [string, Json] => [name, valueOf(schema, { chance, grower, refersTo })]);
    return withTags(JSON.stringify(Object.fromEntries(members)));
  };
  return {
    "schemas/probe/values/base.yaml": layer(0.4, true),
    ...(chance.chance(0.3) ? { "schemas/probe/values/prod.yaml": layer(0.2, false) } : {}),
  };
}

function isNeededSomewhere(schema: Schema): boolean {
  return typeof schema !== "boolean" && schema["x-required-in"] !== undefined;
}

function valueOf(schema: Schema, { chance, grower, refersTo }: Growing & { readonly refersTo: boolean }): Json {
  if (typeof schema !== "boolean" && schema["x-secret"] === true) return "@secret store/password";
  if (refersTo && typeof schema !== "boolean" && schema["type"] === "string" && chance.chance(0.5)) return "@ref other#/a";
  return grower.fitting(schema);
}

/** Tags are YAML, and the rest of a values file here is JSON. */
function withTags(text: string): string {
  return text.replace(/"@(ref|secret) ([^"]*)"/g, "!$1 $2");
}
