// A rule in CEL that reads a key which its object cannot have is never true, or, behind `has()`, never asked.
import { suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import type { Problems } from "../read/document.ts";
import { parseRule } from "../validate/cel.ts";
import { RULES } from "./keywords.ts";
import { declaredNames, placeOfSchema, subschemasOf, withAllOf } from "./schema.ts";

/** Notes every rule of the linked schema `root` that reads a key which is declared nowhere. */
export function checkRuleReads(root: JsonObject, problemsOf: (file: string) => Problems): void {
  const visited = new Set<object>();
  const visit = (node: JsonValue): void => {
    if (!isJsonObject(node) || visited.has(node)) return;
    visited.add(node);
    if (Array.isArray(node[RULES])) checkRules(node, node[RULES] as readonly JsonObject[], problemsOf);
    for (const { schema } of subschemasOf(node)) visit(schema);
  };
  visit(root);
}

function checkRules(node: JsonObject, rules: readonly JsonObject[], problemsOf: (file: string) => Problems): void {
  const place = placeOfSchema(node);
  if (place === undefined) return;
  rules.forEach((rule, index) => {
    const parsed = parseRule(String(rule["rule"]));
    const unknown =
      parsed.kind === "rule" ? parsed.reads.map((path) => findUnknown(node, path)).find((found) => found !== undefined) : undefined;
    if (unknown === undefined) return;
    const [nearest] = suggest(unknown.name, unknown.siblings);
    problemsOf(place.file).add(
      "VX1108",
      {
        annotation: RULES,
        detail: `has a rule that reads \`self.${unknown.path}\`, which the contract does not have`,
        hint: nearest === undefined ? `declare \`${unknown.name}\` in the contract, or correct the rule` : `did you mean \`${nearest}\`?`,
      },
      { pointer: `${appendToken(place.pointer, RULES)}/${index}/rule`, on: "value" },
    );
  });
}

interface Unknown {
  readonly path: string;
  readonly name: string;
  readonly siblings: readonly string[];
}

/** The first step of `path` that leads to no declared key; undefined as soon as a step could be anything. */
function findUnknown(node: JsonObject, path: string): Unknown | undefined {
  let current: JsonObject | undefined = node;
  const seen: string[] = [];
  for (const name of path.split(".")) {
    if (current === undefined || !isClosed(current)) return undefined;
    seen.push(name);
    const siblings = declaredNames(current);
    if (!siblings.includes(name)) return { path: seen.join("."), name, siblings };
    current = memberOf(current, name);
  }
  return undefined;
}

/** An object that says all that it can hold, by its own `properties` and those of its `allOf`. */
function isClosed(schema: JsonObject): boolean {
  const members = withAllOf(schema);
  return (
    schema["type"] === "object" &&
    members.some(({ additionalProperties, unevaluatedProperties }) => additionalProperties === false || unevaluatedProperties === false) &&
    !members.some((member) =>
      ["$ref", "anyOf", "oneOf", "if", "patternProperties", "dependentSchemas"].some((keyword) => member[keyword] !== undefined),
    )
  );
}

function memberOf(schema: JsonObject, name: string): JsonObject | undefined {
  for (const { properties } of withAllOf(schema)) if (isJsonObject(properties) && isJsonObject(properties[name])) return properties[name];
  return undefined;
}
