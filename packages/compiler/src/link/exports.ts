// Which keys of a service others may refer to, and which of those a key could take.
import { isJsonObject, isWithin, lastToken } from "@veltrix/protocol";
import type { JsonSchema, Key } from "../model.ts";
import { compareContracts } from "./agreement.ts";

/** More names than these are no help. */
const MOST = 2;

/** True when `key` of `keys` is exported, or lies in an exported object. */
export function isExported(key: Key, keys: readonly Key[]): boolean {
  return keys.some((candidate) => candidate.exported && isWithin(key.pointer, candidate.pointer));
}

/** Pointers of exported keys whose every value `schema` takes; those of the name `wanted` first. */
export function fittingKeys(keys: readonly Key[], schema: JsonSchema, wanted: string): readonly string[] {
  // A key that takes anything says nothing about what was meant.
  if (!isJsonObject(schema) || schema["type"] === undefined) return [];
  const fitting = keys
    .filter((key) => isExported(key, keys) && compareContracts(key.schema, schema).verdict === "fits")
    .map((key) => key.pointer);
  const isNamed = (pointer: string): boolean => lastToken(pointer) === wanted;
  return [...fitting.filter(isNamed), ...fitting.filter((pointer) => !isNamed(pointer))].slice(0, MOST);
}
