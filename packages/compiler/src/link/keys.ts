// The keys of a linked contract: every property with a fixed pointer, and whether its annotations make sense there.
import { appendToken, isJsonObject, isUnitName, type JsonObject, type JsonValue, unitExamples } from "@veltrix/protocol";
import { suggest, suggestEnvironment } from "@veltrix/diagnostics";
import type { JsonSchema, Key } from "../model.ts";
import type { Problems } from "../read/document.ts";
import { type Annotation, isAnnotation, RULES } from "./keywords.ts";
import { placeOfSchema, subschemasOf, withAllOf } from "./schema.ts";

/** What the keys are read from. */
export interface KeysInput {
  readonly schema: JsonObject;
  readonly environments: readonly string[];
  readonly isImmutable: boolean;
  readonly problemsOf: (file: string) => Problems;
}

/** The keys, parents before children, in the order of the contract. Misused annotations are noted. */
export function readKeys(input: KeysInput): readonly Key[] {
  const reader = new KeyReader(input);
  reader.object(input.schema, { pointer: "", hot: false });
  reader.checkElsewhere(input.schema);
  return reader.keys;
}

interface PropertySite {
  readonly pointer: string;
  readonly name: string;
  /** Every name that the same object declares. */
  readonly siblings: readonly string[];
  readonly required: boolean;
  readonly hot: boolean;
  readonly declaredAt: Key["declaredAt"];
}

interface Parent {
  readonly pointer: string;
  readonly hot: boolean;
}

/** Types of which a text is read in one way. */
const DECODABLE: ReadonlySet<string> = new Set(["string", "integer", "number", "boolean", "array", "object"]);

class KeyReader {
  readonly keys: Key[] = [];
  readonly #input: KeysInput;
  /** Nodes whose annotations have their place: properties. */
  readonly #placed: Set<object> = new Set();
  /** Nodes inside lists where an `x-type` has its place. */
  readonly #units: Set<object> = new Set();

  constructor(input: KeysInput) {
    this.#input = input;
  }

  /** Reads the properties of an object, those of its `allOf` members included. */
  object(schema: JsonObject, parent: Parent): void {
    const members = withAllOf(schema);
    const required = new Set(
      members.flatMap((member) => (Array.isArray(member["required"]) ? (member["required"] as readonly string[]) : [])),
    );
    const siblings = members.flatMap((member) => (isJsonObject(member["properties"]) ? Object.keys(member["properties"]) : []));
    const seen = new Set<string>();
    for (const member of members) {
      const properties = member["properties"];
      if (!isJsonObject(properties)) continue;
      for (const [name, property] of Object.entries(properties)) {
        if (isJsonObject(property)) this.#placed.add(property);
        if (seen.has(name)) continue;
        seen.add(name);
        // A linked property is a schema: the lint proved it.
        this.#property(property as JsonSchema, {
          pointer: appendToken(parent.pointer, name),
          name,
          siblings,
          required: required.has(name),
          hot: parent.hot,
          declaredAt: placeOfSchema(property) ?? placeOfMember(member, name),
        });
      }
    }
  }

  #property(schema: JsonSchema, at: PropertySite): void {
    const object: JsonObject = typeof schema === "boolean" ? {} : schema;
    this.#checkAnnotations(object, at);
    const secret = object["x-secret"] === true;
    const isHotRoot = object["x-reload"] === "hot";
    const hasProperties = withAllOf(object).some(
      (member) => isJsonObject(member["properties"]) && Object.keys(member["properties"]).length > 0,
    );
    const variable = object["x-env"];
    const unit = object["x-type"];
    this.keys.push({
      pointer: at.pointer,
      schema,
      declaredAt: at.declaredAt,
      isLeaf: !hasProperties,
      required: at.required,
      requiredIn: Array.isArray(object["x-required-in"]) ? (object["x-required-in"] as readonly string[]) : [],
      secret,
      ...(typeof variable === "string" ? { variable } : {}),
      ...(isHotRoot ? { hot: "root" as const } : at.hot ? { hot: "inside" as const } : {}),
      exported: object["x-exported"] === true,
      ...(isUnitName(unit) ? { unit } : {}),
      ...(typeof object["x-unique"] === "string" ? { unique: object["x-unique"] } : {}),
      isBound: object["x-bound-to"] === "env",
      ...(typeof object["x-renamed-to"] === "string"
        ? { renamedTo: appendToken(at.pointer.slice(0, at.pointer.lastIndexOf("/")), object["x-renamed-to"]) }
        : {}),
      ...(typeof object["description"] === "string" ? { description: object["description"] } : {}),
      deprecated: object["deprecated"] === true,
    });
    if (hasProperties) this.object(object, { pointer: at.pointer, hot: at.hot || isHotRoot });
    if (isJsonObject(object["items"])) this.#items(object["items"]);
  }

  /** Units have a place in lists too: `*` stands for the items. */
  #items(items: JsonObject): void {
    this.#units.add(items);
    for (const member of withAllOf(items)) {
      if (isJsonObject(member["properties"]))
        for (const below of Object.values(member["properties"])) if (isJsonObject(below)) this.#items(below);
    }
    if (isJsonObject(items["items"])) this.#items(items["items"]);
  }

  #checkAnnotations(
    schema: JsonObject,
    at: { readonly required: boolean; readonly hot: boolean; readonly name: string; readonly siblings: readonly string[] },
  ): void {
    const types = schema["type"];
    const isText = types === "string";
    this.#flag(schema, "x-exported");
    if (this.#flag(schema, "x-secret")) {
      if (!isText) this.#misplaced(schema, "x-secret", "a secret is the text of a mounted file", 'give the key `"type": "string"`');
      if (schema["default"] !== undefined) this.#misplaced(schema, "x-secret", "a secret has no default", "remove the default");
    }
    this.#checkReload(schema, at.hot);
    this.#checkVariable(schema, at.hot);
    this.#checkRequiredIn(schema, at.required);
    this.#checkUnit(schema);
    this.#checkScopes(schema);
    this.#checkRenamed(schema, at);
    if (schema["x-veltrix"] !== undefined)
      this.#misplaced(schema, "x-veltrix", "it describes a service", "move it to the root of the contract");
  }

  #flag(schema: JsonObject, annotation: "x-secret" | "x-exported"): boolean {
    const value = schema[annotation];
    if (value === undefined || typeof value === "boolean") return value === true;
    this.#invalid(schema, annotation, "is true or false", `write "${annotation}": true`);
    return false;
  }

  #checkReload(schema: JsonObject, isHotAbove: boolean): void {
    const reload = schema["x-reload"];
    if (reload === undefined || reload === "restart") return;
    if (reload !== "hot") this.#invalid(schema, "x-reload", "is `hot` or `restart`", 'write "x-reload": "hot", or remove it');
    else if (isHotAbove) this.#misplaced(schema, "x-reload", "an object above it is hot already", "remove one of the two");
    else if (this.#input.isImmutable)
      this.#misplaced(schema, "x-reload", "with immutable delivery every change is a restart", "remove it, or deliver the service mutable");
    else if (schema["x-secret"] === true) this.#misplaced(schema, "x-reload", "a secret is read at start", "remove it");
    else if (holds(schema, "x-secret"))
      this.#misplaced(
        schema,
        "x-reload",
        "a secret stands below it, and secrets are read at start",
        "move the secret out of the hot object",
      );
  }

  #checkVariable(schema: JsonObject, isHotAbove: boolean): void {
    const variable = schema["x-env"];
    if (variable === undefined) return;
    if (typeof variable !== "string" || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable) || variable.length > 200) {
      const letters =
        typeof variable === "string"
          ? variable
              .toUpperCase()
              .replace(/[^A-Z0-9_]+/g, "_")
              .replace(/^(?=[0-9])/, "_")
          : "";
      const example = /[A-Z0-9]/.test(letters) && letters.length <= 200 ? letters : "MY_PORT";
      this.#invalid(schema, "x-env", "is the name of an environment variable: letters, digits and `_`", `write "x-env": "${example}"`);
    } else if (/^(VELTRIX_|LD_|DYLD_|NODE_OPTIONS$|PATH$|HOME$)/.test(variable)) {
      this.#invalid(schema, "x-env", `cannot be ${variable}, which has a meaning of its own`, "choose another name");
    } else if (isHotAbove || schema["x-reload"] === "hot") {
      this.#misplaced(schema, "x-env", "a variable of a running process cannot change, and this key is hot", "remove one of the two");
    } else if (!DECODABLE.has(String(schema["type"]))) {
      this.#misplaced(
        schema,
        "x-env",
        "a text is read by the one type of its key, and this key has no such type",
        `give the key one "type", such as "string"`,
      );
    }
  }

  #checkRequiredIn(schema: JsonObject, isRequired: boolean): void {
    const environments = schema["x-required-in"];
    if (environments === undefined) return;
    if (!Array.isArray(environments) || environments.length === 0) {
      this.#invalid(schema, "x-required-in", "is a list of environments", 'write "x-required-in": ["prod"]');
      return;
    }
    for (const name of environments as readonly JsonValue[]) {
      if (typeof name === "string" && this.#input.environments.includes(name)) continue;
      const [nearest] = typeof name === "string" ? suggestEnvironment(name, this.#input.environments) : [];
      this.#invalid(
        schema,
        "x-required-in",
        `names ${JSON.stringify(name)}, which is no environment`,
        nearest === undefined ? `write one of ${this.#input.environments.join(", ")}` : `did you mean \`${nearest}\`?`,
      );
    }
    if (isRequired) this.#misplaced(schema, "x-required-in", "the key is required everywhere", "remove it here, or from `required`");
  }

  #checkUnit(schema: JsonObject): void {
    const unit = schema["x-type"];
    if (unit === undefined) return;
    if (!isUnitName(unit)) {
      const [nearest] = typeof unit === "string" ? suggest(unit, Object.keys(unitExamples)) : [];
      this.#invalid(
        schema,
        "x-type",
        `cannot be ${JSON.stringify(unit)}`,
        nearest === undefined ? `write one of ${Object.keys(unitExamples).join(", ")}` : `did you mean \`${nearest}\`?`,
      );
    } else if (schema["type"] !== "string")
      this.#misplaced(schema, "x-type", "it is the grammar of a text", 'give the key `"type": "string"`');
    else if (schema["x-secret"] === true) this.#misplaced(schema, "x-type", "a secret is an opaque text", "remove one of the two");
  }

  #checkScopes(schema: JsonObject): void {
    const isScalar = ["string", "integer", "number"].includes(String(schema["type"]));
    const scope = schema["x-unique"];
    if (scope !== undefined && (typeof scope !== "string" || scope === ""))
      this.#invalid(schema, "x-unique", "names a scope by a text", 'write "x-unique": "client-id"');
    const bound = schema["x-bound-to"];
    if (bound !== undefined && bound !== "env") this.#invalid(schema, "x-bound-to", "is `env`", 'write "x-bound-to": "env", or remove it');
    for (const annotation of ["x-unique", "x-bound-to"] as const) {
      if (schema[annotation] === undefined) continue;
      if (!isScalar) this.#misplaced(schema, annotation, "it compares texts and numbers", "move it to a key of such a type");
      else if (schema["x-secret"] === true)
        this.#misplaced(schema, annotation, "the value of a secret is not known to the build", "remove it");
    }
  }

  #checkRenamed(schema: JsonObject, at: { readonly name: string; readonly siblings: readonly string[]; readonly required: boolean }): void {
    const renamed = schema["x-renamed-to"];
    if (renamed === undefined) return;
    if (typeof renamed !== "string" || renamed === at.name || !at.siblings.includes(renamed)) {
      // Siblings are named, not pointed to.
      const [nearest] = typeof renamed === "string" ? suggest(renamed.slice(renamed.lastIndexOf("/") + 1), at.siblings) : [];
      this.#invalid(
        schema,
        "x-renamed-to",
        "names another key of the same object",
        nearest === undefined ? "write the new name of the key, and declare it beside this one" : `did you mean \`${nearest}\`?`,
      );
    } else if (at.required)
      this.#misplaced(schema, "x-renamed-to", "a key that is going away cannot be required", "require the new name instead");
  }

  /** Annotations at nodes that are no property of fixed place have no meaning, but for `x-type`. */
  checkElsewhere(root: JsonObject): void {
    const visited = new Set<object>();
    const visit = (node: JsonValue, isProperty: boolean): void => {
      if (!isJsonObject(node) || visited.has(node)) return;
      visited.add(node);
      if (!isProperty && node !== root) this.#checkStray(node);
      for (const sub of subschemasOf(node)) visit(sub.schema, isJsonObject(sub.schema) && this.#placed.has(sub.schema));
    };
    visit(root, false);
  }

  #checkStray(node: JsonObject): void {
    for (const annotation of Object.keys(node)) {
      if (!isAnnotation(annotation) || annotation === RULES || (annotation === "x-exported" && node[annotation] === false)) continue;
      if (annotation === "x-type" && this.#units.has(node)) this.#checkUnit(node);
      else
        this.#misplaced(
          node,
          annotation,
          "it needs a key with one fixed place: not in a list, an alternative, or an open object",
          "move it to such a key, or remove it",
        );
    }
  }

  #misplaced(schema: JsonObject, annotation: Annotation, detail: string, hint: string): void {
    this.#note(schema, annotation, (problems, at) => problems.add("VX1107", { annotation, detail, hint }, at));
  }

  #invalid(schema: JsonObject, annotation: Annotation, detail: string, hint: string): void {
    this.#note(schema, annotation, (problems, at) => problems.add("VX1108", { annotation, detail, hint }, at));
  }

  #note(schema: JsonObject, annotation: string, add: (problems: Problems, at: { pointer: string; on: "key" }) => void): void {
    const place = placeOfSchema(schema);
    if (place === undefined) return;
    add(this.#input.problemsOf(place.file), { pointer: appendToken(place.pointer, annotation), on: "key" });
  }
}

function holds(schema: JsonObject, annotation: string): boolean {
  return subschemasOf(schema).some(({ schema: below }) => isJsonObject(below) && (below[annotation] === true || holds(below, annotation)));
}

function placeOfMember(object: JsonObject, name: string): Key["declaredAt"] {
  const place = placeOfSchema(object) ?? { file: "", pointer: "" };
  return { file: place.file, pointer: appendToken(`${place.pointer}/properties`, name) };
}
