// The keys of a linked contract: every property with a fixed pointer, and whether its annotations make sense there.
import { appendToken, isJsonObject, isUnitName, type JsonObject, type JsonValue } from "@veltrix/protocol";
import type { JsonSchema, Key } from "../model.ts";
import type { Problems } from "../read/document.ts";
import { checkAnnotations, checkUnit, type Complain } from "./annotations.ts";
import { isAnnotation, RULES } from "./keywords.ts";
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
    checkAnnotations(object, { ...at, environments: this.#input.environments, isImmutable: this.#input.isImmutable }, this.#complain);
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
      ...(isUnitName(unit) && !secret ? { unit } : {}),
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
      if (annotation === "x-type" && this.#units.has(node)) checkUnit(node, this.#complain);
      else
        this.#complain(
          "VX1107",
          node,
          annotation,
          "it needs a key with one fixed place: not in a list, an alternative, or an open object",
          "move it to such a key, or remove it",
        );
    }
  }

  readonly #complain: Complain = (code, schema, annotation, detail, hint) => {
    const place = placeOfSchema(schema);
    if (place === undefined) return;
    this.#input
      .problemsOf(place.file)
      .add(code, { annotation, detail, hint }, { pointer: appendToken(place.pointer, annotation), on: "key" });
  };
}

function placeOfMember(object: JsonObject, name: string): Key["declaredAt"] {
  const place = placeOfSchema(object) ?? { file: "", pointer: "" };
  return { file: place.file, pointer: appendToken(`${place.pointer}/properties`, name) };
}
