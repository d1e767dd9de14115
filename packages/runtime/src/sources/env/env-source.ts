// Source `env`: values from the environment variables that the contract names. Whole strings, strict
// grammars, no trimming, no truthiness; an empty variable is a missing one.
import {
  type ConfigProblem,
  type DeliveredHashes,
  isJsonObject,
  isWithin,
  type JsonObject,
  type JsonValue,
  leavesOf,
  type SecretReferences,
  type Violation,
} from "@veltrix/protocol";
import { checkValue } from "../../contract/check-values.ts";
import { describeSuspect, findSuspectIn, isMeant, withRemark } from "../../contract/judge-text.ts";
import type { ServiceDefinition, VariableType } from "../../contract/definition.ts";
import { problemOf, violatedKey } from "../../contract/describe-violation.ts";
import { type Decoded, decodeText } from "../../contract/decode-text.ts";
import { removeAt, setAt } from "../../json/json-tree.ts";
import { takeVariable, type Variables } from "../../machine/variables.ts";
import type { Opened, OpenRequest, Source, SourceReading } from "../source.ts";

/** What the source `env` reads from. */
export interface EnvOptions {
  readonly definition: ServiceDefinition;
  readonly environment: string | undefined;
  readonly variables: Variables;
}

/** Opens the variables of the process. */
export function openEnv({ definition, environment, variables }: OpenRequest): Opened {
  return { kind: "opened", source: createEnvSource({ definition, environment, variables }) };
}

/** Source `env` over the variables of a process. They cannot change: it is read once. */
export function createEnvSource(options: EnvOptions): Source {
  return {
    label: "the environment variables",
    // They cannot change, so neither is ever waited for.
    pollInterval: Number.POSITIVE_INFINITY,
    rolloutDeadline: Number.POSITIVE_INFINITY,
    patience: [],
    mayHaveMissed: false,
    variables: options.variables,
    read: () => readEnv(options),
  };
}

async function readEnv(options: EnvOptions): Promise<SourceReading> {
  const { definition, environment } = options;
  if (definition.withoutVariable.length > 0) return refused(definition.withoutVariable.map(describeImpossible));
  const files = await definition.fingerprints();
  const hashes = environment !== undefined && Object.hasOwn(files.environments, environment) ? files.environments[environment] : undefined;
  const unknown = environment !== undefined && hashes === undefined ? [describeUnknown(definition.service, environment)] : [];
  const value = holdersOf(definition, hashes?.secrets ?? {});
  // The platform sets variables too, and nobody wrote those: what the environment does not have is no value.
  const known = (pointer: string): boolean => hashes === undefined || isBuilt(pointer, hashes.leaves);
  const set = Object.entries(definition.variables).filter(([, { name }]) => takeVariable(options.variables, name) !== undefined);
  const problems = decodeVariables(options, set.map(([pointer]) => pointer).filter(known), value);
  problems.push(...(await findUnmeant(value, { problems, definition, leaves: hashes?.leaves ?? {} })));
  const faulty = new Set(problems.map(({ pointer }) => pointer));
  const missing = checkValue(definition, value, environment)
    .filter((violation) => !isExplained(violation, faulty))
    .map((violation) => explain(violation, definition));
  const all = [...unknown, ...problems, ...missing];
  if (all.length > 0 || hashes === undefined) return refused(all, hashes);
  return {
    kind: "delivered",
    delivery: { value, secrets: hashes.secrets, policy: hashes.policy },
    contents: [],
    ...withRemark(
      set.filter(([pointer]) => !known(pointer)).map(([pointer, { name }]) => `${name} (${pointer})`),
      `no value of ${environment}: the variable is set, and schemas/ does not have the key there, so it is not taken`,
    ),
  };
}

/** True where the environment was built with a value at `pointer`. */
function isBuilt(pointer: string, leaves: DeliveredHashes["leaves"]): boolean {
  return Object.keys(leaves).some((leaf) => isWithin(leaf, pointer));
}

interface Decoding {
  readonly definition: ServiceDefinition;
  readonly leaves: DeliveredHashes["leaves"];
  readonly problems: readonly ConfigProblem[];
}

/**
 * Texts that the build would not have taken. One that it did take, because it is written to mean itself or the contract
 * says so, is taken here too.
 */
async function findUnmeant(value: JsonObject, { definition, leaves, problems }: Decoding): Promise<readonly ConfigProblem[]> {
  const found: ConfigProblem[] = [];
  for (const leaf of leavesOf(value)) {
    const suspect = findSuspectIn(leaf.value);
    if (suspect === undefined || isMeant(definition, leaf.pointer) || problems.some(({ pointer }) => pointer === leaf.pointer)) continue;
    const { hashLeaf } = await import("@veltrix/protocol/fingerprint");
    if (leaves[leaf.pointer] === hashLeaf(leaf)) continue;
    const source = Object.entries(definition.variables).find(([pointer]) => isWithin(leaf.pointer, pointer))?.[1].name ?? "";
    found.push(describeSuspect(leaf.pointer, suspect, source));
  }
  return found;
}

function refused(problems: readonly ConfigProblem[], hashes?: DeliveredHashes): SourceReading {
  return {
    kind: "refused",
    problems,
    contents: [],
    ...(hashes === undefined ? {} : { secrets: hashes.secrets }),
  };
}

function describeImpossible(pointer: string): ConfigProblem {
  return {
    code: "VX5015",
    pointer,
    message: `${pointer} is required and has no variable, so VELTRIX_SOURCE=env cannot deliver this configuration`,
    hint: "give the key an x-env in the contract, or set VELTRIX_SOURCE=dir and mount the ConfigMap",
    source: "VELTRIX_SOURCE",
  };
}

function describeUnknown(service: string, environment: string): ConfigProblem {
  const message = `the generated package of ${service} has no environment ${environment}`;
  return {
    code: "VX5004",
    pointer: "",
    message,
    hint: "set VELTRIX_ENVIRONMENT to one that is declared in veltrix.yaml",
    source: "VELTRIX_ENVIRONMENT",
  };
}

/** The objects that hold the secrets of the environment: where one is referred to, all that stands beside it is there. */
function holdersOf(definition: ServiceDefinition, secrets: SecretReferences): JsonObject {
  const value = {};
  for (const pointer of Object.keys(secrets)) {
    if (!Object.hasOwn(definition.secrets, pointer)) continue;
    setAt(value, pointer, null);
    removeAt(value, pointer);
  }
  return value;
}

/** Puts what the variables of these keys hold into `value`; returns what is wrong with them. */
function decodeVariables({ definition, variables }: EnvOptions, pointers: readonly string[], value: JsonObject): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const pointer of pointers) {
    const variable = definition.variables[pointer];
    const text = variable === undefined ? undefined : takeVariable(variables, variable.name);
    if (variable === undefined || text === undefined) continue;
    const { name, type } = variable;
    const decoded = decodeVariable(type, text);
    // A null in its place keeps the object above it there, so that the other keys in it are asked for.
    setAt(value, pointer, decoded.kind === "value" ? decoded.value : null);
    if (decoded.kind === "undecodable") {
      const message = `${name} (${pointer}) is not ${decoded.expected}`;
      problems.push({
        code: "VX5009",
        pointer,
        message,
        hint: `set ${name} to ${decoded.expected}`,
        source: name,
      });
    }
  }
  return problems;
}

function decodeVariable(type: VariableType, text: string): Decoded {
  const decoded = decodeText(type, text);
  if (type !== "json" || decoded.kind !== "value" || isComposite(decoded.value)) return decoded;
  return { kind: "undecodable", expected: "a JSON object or array" };
}

function isComposite(value: JsonValue): boolean {
  return isJsonObject(value) || Array.isArray(value);
}

/** True when the violation is about a key whose variable was refused. */
function isExplained(violation: Violation, faulty: ReadonlySet<string>): boolean {
  return faulty.has(violatedKey(violation));
}

function explain(violation: Violation, definition: ServiceDefinition): ConfigProblem {
  const key = violatedKey(violation);
  const names = Object.entries(definition.variables)
    .filter(([pointer]) => isWithin(pointer, key))
    .map(([, { name }]) => name);
  if ((violation.rule !== "required" && violation.rule !== "x-required-in") || names.length === 0) {
    const holder = Object.entries(definition.variables).find(([pointer]) => isWithin(violation.pointer, pointer));
    return problemOf(violation, holder?.[1].name ?? "the environment variables", "set the variable to a value that the contract allows");
  }
  const list = names.join(", ");
  return {
    code: "VX5008",
    pointer: key,
    message: `${key} is missing: ${list} is not set, or empty`,
    hint: `set ${list}`,
    source: names[0] ?? "",
  };
}
