// What our annotations may say, and beside what: one entry for each, so that none can be forgotten.
import { isJsonArray, isJsonObject, isSecretType, isUnitName, type JsonObject, secretTypeExamples, unitExamples } from "@veltrix/protocol";
import { suggest, suggestEnvironment } from "@veltrix/diagnostics";
import { type Annotation, isAnnotation } from "./keywords.ts";
import { subschemasOf } from "./schema.ts";

/** Notes that an annotation stands where it means nothing (VX1107) or says what it cannot say (VX1108). */
export type Complain = (code: "VX1107" | "VX1108", schema: JsonObject, annotation: Annotation, detail: string, hint: string) => void;

/** The key that carries the annotations. */
export interface AnnotatedKey {
  readonly name: string;
  /** Every name that the same object declares. */
  readonly siblings: readonly string[];
  readonly required: boolean;
  /** True when something above it is hot. */
  readonly hot: boolean;
  readonly environments: readonly string[];
  readonly isImmutable: boolean;
}

type Check = (schema: JsonObject, key: AnnotatedKey, complain: Complain) => void;

const checks: { readonly [annotation in Annotation]: Check } = {
  "x-exported": (schema, _key, complain) => void checkFlag(schema, "x-exported", complain),
  "x-secret": checkSecret,
  "x-reload": checkReload,
  "x-env": checkVariable,
  "x-required-in": checkRequiredIn,
  "x-type": (schema, _key, complain) => checkUnit(schema, complain),
  "x-unique": checkUnique,
  "x-bound-to": checkBound,
  "x-renamed-to": checkRenamed,
  "x-veltrix": (schema, _key, complain) => {
    if (schema["x-veltrix"] === undefined) return;
    complain("VX1107", schema, "x-veltrix", "it describes a service", "move it to the root of the contract");
  },
  // May stand at any schema: the lint reads it where it meets it.
  "x-kubernetes-validations": () => undefined,
};

const inOrder = Object.values(checks);

/** Notes every annotation of a key that is misplaced or cannot be meant. */
export function checkAnnotations(schema: JsonObject, key: AnnotatedKey, complain: Complain): void {
  if (!Object.keys(schema).some(isAnnotation)) return;
  for (const check of inOrder) check(schema, key, complain);
}

/** Types of which a text is read in one way. */
const DECODABLE: ReadonlySet<string> = new Set(["string", "integer", "number", "boolean", "array", "object"]);

function checkFlag(schema: JsonObject, annotation: "x-secret" | "x-exported", complain: Complain): boolean {
  const value = schema[annotation];
  if (value === undefined || typeof value === "boolean") return value === true;
  complain("VX1108", schema, annotation, "is true or false", `write "${annotation}": true`);
  return false;
}

function checkSecret(schema: JsonObject, _key: AnnotatedKey, complain: Complain): void {
  if (!checkFlag(schema, "x-secret", complain)) return;
  if (schema["type"] !== "string")
    complain("VX1107", schema, "x-secret", "a secret is the text of a mounted file", 'give the key `"type": "string"`');
  if (schema["default"] !== undefined) complain("VX1107", schema, "x-secret", "a secret has no default", "remove the default");
}

function checkReload(schema: JsonObject, { hot, isImmutable }: AnnotatedKey, complain: Complain): void {
  const reload = schema["x-reload"];
  if (reload === undefined || reload === "restart") return;
  const misplaced = (detail: string, hint: string): void => complain("VX1107", schema, "x-reload", detail, hint);
  if (reload !== "hot") complain("VX1108", schema, "x-reload", "is `hot` or `restart`", 'write "x-reload": "hot", or remove it');
  else if (hot) misplaced("an object above it is hot already", "remove one of the two");
  else if (isImmutable) misplaced("with immutable delivery every change is a restart", "remove it, or deliver the service mutable");
  else if (schema["x-secret"] === true) misplaced("a secret is read at start", "remove it");
  else if (holds(schema, "x-secret"))
    misplaced("a secret stands below it, and secrets are read at start", "move the secret out of the hot object");
}

function checkVariable(schema: JsonObject, { hot }: AnnotatedKey, complain: Complain): void {
  const variable = schema["x-env"];
  if (variable === undefined) return;
  if (typeof variable !== "string" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) || variable.length > 200) {
    const hint = `write "x-env": "${typeof variable === "string" ? exampleOf(variable) : "MY_PORT"}"`;
    complain("VX1108", schema, "x-env", "is the name of an environment variable: letters, digits and `_`", hint);
  } else if (/^(VELTRIX_|LD_|DYLD_|NODE_OPTIONS$|PATH$|HOME$)/.test(variable)) {
    complain("VX1108", schema, "x-env", `cannot be ${variable}, which has a meaning of its own`, "choose another name");
  } else if (hot || schema["x-reload"] === "hot") {
    const detail = "a variable of a running process cannot change, and this key is hot";
    complain("VX1107", schema, "x-env", detail, "remove one of the two");
  } else if (!DECODABLE.has(String(schema["type"]))) {
    const detail = "a text is read by the one type of its key, and this key has no such type";
    complain("VX1107", schema, "x-env", detail, `give the key one "type", such as "string"`);
  }
}

/** A name that could have been meant. */
function exampleOf(text: string): string {
  const letters = text
    .toUpperCase()
    .replace(/[^A-Z0-9_]+/g, "_")
    .replace(/^(?=[0-9])/, "_");
  return /[A-Z0-9]/.test(letters) && letters.length <= 200 ? letters : "MY_PORT";
}

function checkRequiredIn(schema: JsonObject, { environments: known, required }: AnnotatedKey, complain: Complain): void {
  const environments = schema["x-required-in"];
  if (environments === undefined) return;
  if (!isJsonArray(environments) || environments.length === 0) {
    complain("VX1108", schema, "x-required-in", "is a list of environments", 'write "x-required-in": ["prod"]');
    return;
  }
  for (const name of environments) {
    if (typeof name === "string" && known.includes(name)) continue;
    const [nearest] = typeof name === "string" ? suggestEnvironment(name, known) : [];
    const hint = nearest === undefined ? `write one of ${known.join(", ")}` : `did you mean \`${nearest}\`?`;
    complain("VX1108", schema, "x-required-in", `names ${JSON.stringify(name)}, which is no environment`, hint);
  }
  if (required) complain("VX1107", schema, "x-required-in", "the key is required everywhere", "remove it here, or from `required`");
}

/** Units have a place in lists too, so this one is asked for there. */
export function checkUnit(schema: JsonObject, complain: Complain): void {
  const unit = schema["x-type"];
  if (unit === undefined) return;
  const isSecret = schema["x-secret"] === true;
  if (isSecret ? !isSecretType(unit) : !isUnitName(unit)) {
    if (isSecret ? isUnitName(unit) : isSecretType(unit)) {
      const detail = isSecret ? `a secret is ${Object.keys(secretTypeExamples).join(", ")} or any text` : `${unit} is what a secret can be`;
      complain("VX1107", schema, "x-type", detail, isSecret ? "write one of those, or remove it" : 'give the key `"x-secret": true`');
      return;
    }
    const units = Object.keys(isSecret ? secretTypeExamples : unitExamples);
    const [nearest] = typeof unit === "string" ? suggest(unit, units) : [];
    const hint = nearest === undefined ? `write one of ${units.join(", ")}` : `did you mean \`${nearest}\`?`;
    complain("VX1108", schema, "x-type", `cannot be ${JSON.stringify(unit)}`, hint);
  } else if (schema["type"] !== "string")
    complain("VX1107", schema, "x-type", "it is the grammar of a text", 'give the key `"type": "string"`');
}

function checkUnique(schema: JsonObject, _key: AnnotatedKey, complain: Complain): void {
  const scope = schema["x-unique"];
  if (scope !== undefined && (typeof scope !== "string" || scope === ""))
    complain("VX1108", schema, "x-unique", "names a scope by a text", 'write "x-unique": "client-id"');
  checkCompared(schema, "x-unique", complain);
}

function checkBound(schema: JsonObject, _key: AnnotatedKey, complain: Complain): void {
  const bound = schema["x-bound-to"];
  if (bound !== undefined && bound !== "env")
    complain("VX1108", schema, "x-bound-to", "is `env`", 'write "x-bound-to": "env", or remove it');
  checkCompared(schema, "x-bound-to", complain);
}

function checkCompared(schema: JsonObject, annotation: "x-unique" | "x-bound-to", complain: Complain): void {
  if (schema[annotation] === undefined) return;
  if (!["string", "integer", "number"].includes(String(schema["type"])))
    complain("VX1107", schema, annotation, "it compares texts and numbers", "move it to a key of such a type");
  else if (schema["x-secret"] === true)
    complain("VX1107", schema, annotation, "the value of a secret is not known to the build", "remove it");
}

function checkRenamed(schema: JsonObject, { name, siblings, required }: AnnotatedKey, complain: Complain): void {
  const renamed = schema["x-renamed-to"];
  if (renamed === undefined) return;
  if (typeof renamed !== "string" || renamed === name || !siblings.includes(renamed)) {
    // Siblings are named, not pointed to.
    const [nearest] = typeof renamed === "string" ? suggest(renamed.slice(renamed.lastIndexOf("/") + 1), siblings) : [];
    const hint = nearest === undefined ? "write the new name of the key, and declare it beside this one" : `did you mean \`${nearest}\`?`;
    complain("VX1108", schema, "x-renamed-to", "names another key of the same object", hint);
  } else if (required)
    complain("VX1107", schema, "x-renamed-to", "a key that is going away cannot be required", "require the new name instead");
}

function holds(schema: JsonObject, annotation: string): boolean {
  return subschemasOf(schema).some(({ schema: below }) => isJsonObject(below) && (below[annotation] === true || holds(below, annotation)));
}
