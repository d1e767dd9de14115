// A key of every kind that a contract knows, each with values that obey it.
import type { Grower, Schema } from "./grower.ts";
import type { Chance } from "./random.ts";
import type { EnvironmentWords } from "./settings.ts";
import { type Json, RULES, SECRET_KEYS, SECRETS, UNITS, VARIABLES } from "./words.ts";

/** Stands where a secret ought to be named: nothing may ever show it. */
export const CANARY = "canary-in-the-clear";

/** A property with what each layer says of it. */
export interface Property {
  readonly name: string;
  readonly schema: Schema;
  readonly layers: { readonly [layer: string]: Json };
}

/** An exported key that others may refer to. */
export interface Provided {
  readonly service: string;
  readonly pointer: string;
}

/** What features are grown from. */
export interface Soil {
  readonly chance: Chance;
  readonly grower: Grower;
  readonly environments: readonly EnvironmentWords[];
  readonly isImmutable: boolean;
  /** Exported keys of services that there are already. */
  readonly provided: readonly Provided[];
  /** Names of variables that the service has given out. */
  readonly variables: Set<string>;
  /** Another number each time, in the whole workspace. */
  readonly count: () => number;
}

type Feature = (soil: Soil, name: string) => readonly Property[];

const inBase = (name: string, schema: Schema, value: Json): readonly Property[] => [{ name, schema, layers: { base: value } }];

const features: { readonly [name: string]: Feature } = {
  secret: (soil, name) => [growSecret(soil, name)],
  variable: (soil, name) => [growVariable(soil, name)],
  hot: ({ grower, isImmutable }, name) => {
    const below = { limit: { type: "integer" }, note: { type: "string" } };
    const schema = { type: "object", properties: below, ...(isImmutable ? {} : { "x-reload": "hot" }) };
    return inBase(name, schema, { limit: 3, note: grower.text() });
  },
  reference: ({ chance, grower, provided }, name) => {
    if (provided.length === 0) return inBase(name, { type: "string" }, grower.text());
    const { service, pointer } = chance.pick(provided);
    return inBase(name, { type: "string" }, `@ref ${service}#${pointer}`);
  },
  unique: ({ chance, grower, count }, name) => {
    const number = grower.slips() ? 1 : count();
    const isText = chance.chance(0.5);
    const schema = { type: isText ? "string" : "integer", "x-unique": chance.pick(["port", grower.prose()]) };
    return inBase(name, schema, isText ? `${grower.text()}${number}` : number);
  },
  bound: ({ grower, environments, count }, name) => {
    const own = environments.map((environment) => [environment.name, `${grower.text()}${grower.slips() ? "" : count()}`]);
    return [{ name, schema: { type: "string", "x-bound-to": "env" }, layers: Object.fromEntries(own) }];
  },
  renamed: ({ chance, grower }, name) => {
    const to = `${name}-new`;
    const value = grower.text();
    const isOld = chance.chance(0.6);
    return [
      {
        name,
        schema: { type: "string", "x-renamed-to": grower.slips() ? "nowhere" : to, deprecated: true },
        layers: isOld ? { base: value } : {},
      },
      { name: to, schema: { type: "string" }, layers: isOld ? {} : { base: value } },
    ];
  },
  rules: ({ chance, grower }, name) => {
    const [rule, properties, value] = chance.pick(RULES);
    const words = chance.chance(0.3) ? { messageExpression: "'{{ ' + string(1) + '*/'" } : { message: grower.prose() };
    const schema = { type: "object", properties, "x-kubernetes-validations": [{ rule, ...words }] };
    return inBase(name, schema, grower.slips() ? {} : value);
  },
  requiredIn: ({ chance, grower, environments }, name) => {
    const { name: environment } = chance.pick(environments);
    return [{ name, schema: { type: "string", "x-required-in": [environment] }, layers: { [environment]: grower.text() } }];
  },
  defaulted: ({ grower, environments }, name) => {
    const needed = environments.filter(({ takesDefaults }) => !takesDefaults || grower.slips());
    const own = needed.map((environment) => [environment.name, grower.text()]);
    return [{ name, schema: { type: "string", default: grower.text() }, layers: Object.fromEntries(own) }];
  },
  unit: ({ chance }, name) => {
    const [unit, text] = chance.pick(UNITS);
    const schema = { type: "string", "x-type": unit };
    return chance.chance(0.7) ? inBase(name, schema, text) : inBase(name, { type: "array", items: schema }, [text]);
  },
  described: ({ grower }, name) => {
    const words = { title: grower.prose(), description: grower.prose(), $comment: grower.prose(), examples: [grower.prose()] };
    return inBase(name, { type: "string", ...words, "x-owner-of-another-tool": grower.prose() }, grower.text());
  },
};

function growSecret({ chance, grower, variables }: Soil, name: string): Property {
  const schema = {
    type: "string",
    "x-secret": true,
    ...(chance.chance(0.3) ? { minLength: 8 } : {}),
    ...(chance.chance(0.5) ? variableOf(chance, variables) : {}),
  };
  const value = grower.slips() ? CANARY : `@secret ${chance.pick(SECRETS)}/${chance.pick(SECRET_KEYS)}`;
  return { name, schema, layers: { base: value } };
}

function growVariable({ chance, grower, variables }: Soil, name: string): Property {
  const [unit, text] = chance.pick(UNITS);
  const [schema, value] = chance.pick<readonly [Schema & object, Json]>([
    [{ type: "string" }, grower.text()],
    [{ type: "string", contentMediaType: "text/plain" }, grower.prose()],
    [{ type: "string", "x-type": unit }, text],
    [{ type: "integer" }, chance.pick([0, -1, 8080])],
    [{ type: "number" }, chance.pick([0.5, 1e21, 1e-7, -0])],
    [{ type: "boolean" }, chance.chance(0.5)],
    [{ type: "array", items: { type: "string" } }, [grower.text()]],
    [{ type: "object", additionalProperties: { type: "string" } }, { [grower.name()]: grower.text() }],
  ]);
  return { name, schema: { ...schema, ...variableOf(chance, variables) }, layers: { base: value } };
}

function variableOf(chance: Chance, taken: Set<string>): { readonly "x-env"?: string } {
  const name = chance.pick(VARIABLES);
  if (taken.has(name)) return {};
  taken.add(name);
  return { "x-env": name };
}

/** One to three properties of one kind of feature; an exported key as often as all else. */
export function growFeature(soil: Soil, name: string): readonly Property[] {
  const kind = soil.chance.pick(Object.keys(features));
  return features[kind]?.(soil, name) ?? [];
}
