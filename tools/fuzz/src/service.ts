// A random service: properties of any schema, features of ours among them, and the values files to both.
import { appendToken } from "@veltrix/protocol";
import { growFeature, type Property, type Provided, type Soil } from "./features.ts";
import type { Schema } from "./grower.ts";
import { type Json, printJson } from "./words.ts";

/** A service's files, and what others may refer to. */
export interface Grown {
  readonly id: string;
  readonly version: string;
  readonly files: { readonly [path: string]: string };
  readonly provided: readonly Provided[];
  readonly workload: { readonly kind: string; readonly name: string } | undefined;
  readonly isImmutable: boolean;
}

/** What a service grows from beside its soil. */
export interface Surroundings {
  readonly id: string;
  readonly others: readonly Grown[];
  readonly definitions: { readonly [name: string]: Schema };
}

/** Grows one service. */
export function growService(soil: Soil, { id, others, definitions }: Surroundings): Grown {
  const { chance, grower } = soil;
  const exported = growExported(soil);
  // The exported key stands last, so that none of its name takes its place.
  const properties = withoutTwins([...growPlain(soil), ...growFeatures(soil), ...exported]);
  const used = new Set(referencesIn(properties));
  const required = properties.filter((property) => isRequirable(property) && chance.chance(0.3)).map(({ name }) => name);
  const version = chance.pick(["1.0.0", "0.3.1", "2.0.0-rc.1", "1.2.3+build.5"]);
  const workload = chance.chance(0.5)
    ? { kind: chance.pick(["Deployment", "StatefulSet", "DaemonSet", "CronJob"]), name: chance.pick([id, "no", "1e3", "a.b"]) }
    : undefined;
  const dependencies = others.filter((other) => used.has(other.id) || chance.chance(0.15));
  const contract = {
    "x-veltrix": {
      version,
      ...(chance.chance(0.3) ? { owner: grower.prose() } : {}),
      ...(dependencies.length > 0 ? { dependsOn: Object.fromEntries(dependencies.map((other) => [other.id, rangeOf(soil, other)])) } : {}),
      ...(workload === undefined ? {} : { workload }),
      ...(soil.isImmutable ? { delivery: "immutable" } : {}),
    },
    ...(chance.chance(0.2) ? { title: grower.prose(), description: grower.prose() } : {}),
    type: "object",
    ...(chance.chance(0.8) ? { additionalProperties: false } : {}),
    properties: Object.fromEntries(properties.map(({ name, schema }) => [name, schema])),
    ...(required.length > 0 ? { required } : {}),
    ...(Object.keys(definitions).length > 0 ? { $defs: definitions } : {}),
  };
  const folder = `schemas/${id}`;
  return {
    id,
    version,
    files: { [`${folder}/config.schema.json`]: printJson(contract), ...layersOf(soil, folder, properties) },
    provided: exported.map(({ name, schema }) => {
      const pointer = appendToken("", name);
      const inside = typeof schema === "boolean" ? undefined : schema["properties"];
      const below = typeof inside === "object" && inside !== null ? Object.keys(inside)[0] : undefined;
      return { service: id, pointer: below === undefined ? pointer : appendToken(pointer, below) };
    }),
    workload,
    isImmutable: soil.isImmutable,
  };
}

/** Properties of any schema, as a contract without a word of ours has them. */
function growPlain({ chance, grower, environments }: Soil): readonly Property[] {
  return grower.names(1 + chance.below(3)).map((name) => {
    const schema = grower.schema();
    const layers: { [layer: string]: Json } = chance.chance(0.5) ? { base: grower.fitting(schema) } : {};
    for (const environment of environments) if (chance.chance(0.1)) layers[environment.name] = grower.fitting(schema);
    return { name, schema, layers };
  });
}

function growFeatures(soil: Soil): readonly Property[] {
  const { chance, grower } = soil;
  return grower.names(1 + chance.below(6)).flatMap((name) => {
    const grown = growFeature(soil, name);
    return chance.chance(0.2) ? [nest(grower.name(), grown)] : grown;
  });
}

/** A key that others may refer to, now and then below another. */
function growExported({ chance, grower }: Soil): readonly Property[] {
  if (chance.chance(0.3)) return [];
  const property = { name: grower.name(), schema: { type: "string", "x-exported": true }, layers: { base: grower.text() } };
  return [chance.chance(0.3) ? nest(grower.name(), [property]) : property];
}

/** The properties below one of another name. */
function nest(name: string, below: readonly Property[]): Property {
  const layers: { [layer: string]: { [name: string]: Json } } = {};
  for (const property of below)
    for (const [layer, value] of Object.entries(property.layers)) layers[layer] = { ...layers[layer], [property.name]: value };
  const properties = Object.fromEntries(below.map((property) => [property.name, property.schema]));
  return { name, schema: { type: "object", additionalProperties: false, properties }, layers };
}

/** Of properties with one name the last stays, as in an object. */
function withoutTwins(properties: readonly Property[]): readonly Property[] {
  return [...new Map(properties.map((property) => [property.name, property])).values()];
}

/** What a base layer holds can be required everywhere. */
function isRequirable({ schema, layers }: Property): boolean {
  if (layers["base"] === undefined || typeof schema === "boolean") return layers["base"] !== undefined;
  return schema["x-required-in"] === undefined && schema["x-renamed-to"] === undefined && schema["deprecated"] !== true;
}

function referencesIn(properties: readonly Property[]): readonly string[] {
  return [...JSON.stringify(properties).matchAll(/"@ref ([-a-z0-9]+)#/g)].map(([, id = ""]) => id);
}

function rangeOf({ chance, grower }: Soil, { version }: Grown): string {
  if (grower.slips()) return chance.pick(["^9.0.0", "latest", ""]);
  const [release = version] = version.split("+");
  return chance.pick([`^${release}`, `~${release}`, `=${release}`, `>=${release}`, `9.x || ${release}`, `>=0.0.1-0 <=${release}`]);
}

/** Values files: the base, and each environment that has something to say. */
function layersOf({ chance, environments }: Soil, folder: string, properties: readonly Property[]): { readonly [path: string]: string } {
  const indent = chance.chance(0.3) ? 2 : undefined;
  const files: { [path: string]: string } = {};
  for (const layer of ["base", ...environments.map(({ name }) => name)]) {
    const members = properties.flatMap(({ name, layers }) => {
      const value = layers[layer];
      return value === undefined ? [] : [[name, value] as const];
    });
    if (layer === "base" || members.length > 0)
      files[`${folder}/values/${layer}.yaml`] = withTags(printJson(Object.fromEntries(members), indent));
  }
  return files;
}

/** Tags are YAML, and the rest of a values file here is JSON. */
export function withTags(text: string): string {
  return text.replace(/"@(ref|secret) ((?:[^"\\]|\\.)*)"/g, '!$1 "$2"');
}
