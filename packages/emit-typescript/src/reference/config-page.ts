// CONFIG.md: every key of a service, what it means, and what it is in each environment.
import { GENERATED_MARK, type Key, type Model, originOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { canonicalize, isWithin, type JsonValue, valueAt } from "@veltrix/protocol";
import { codeSpan, plainText } from "./markdown.ts";
import { type Group, groupRows, type Row } from "./rows.ts";
import { typeInWords } from "./type-words.ts";

const HEADER = `<!-- ${GENERATED_MARK}. Do not edit: change schemas/ and run "veltrix build". -->`;
/** Longer values are cut: the page is for reading. */
const WIDTH = 120;
const ABSENT = "—";

/** The text of CONFIG.md. */
export function printConfigPage(service: Service, model: Model): string {
  const users = usersOf(service, model);
  const tables = groupRows(service).map((group) => printGroup(group, service, users));
  return `${[HEADER, `# Configuration of ${codeSpan(service.id)}`, printAbout(service, model), ...tables].join("\n\n")}\n`;
}

function printAbout(service: Service, model: Model): string {
  const { version, title, description, owner, workload, delivery, dependsOn, file } = service.contract;
  const providers = Object.entries(dependsOn).map(([id, range]) => `${codeSpan(id)} ${codeSpan(range)}`);
  const users = [...new Set([...usersOf(service, model).values()].flat())]
    .filter((id) => id !== service.id)
    .sort()
    .map((id) => codeSpan(id));
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Service", title === undefined ? codeSpan(service.id) : `${codeSpan(service.id)}: ${plainText(title)}`],
    ["Meaning", description === undefined ? undefined : plainText(description)],
    ["Owner", owner === undefined ? undefined : codeSpan(owner)],
    ["Contract", `${codeSpan(version)}, ${codeSpan(file)}`],
    ["Workload", workload === undefined ? undefined : `${codeSpan(workload.kind)} ${codeSpan(workload.name)}`],
    ["Delivery", delivery],
    ["Depends on", providers.length === 0 ? undefined : providers.join(", ")],
    ["Used by", users.length === 0 ? undefined : users.join(", ")],
  ];
  return table(
    ["", ""],
    facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}

/** Services by the key of theirs that they refer to: for one provider, or for all. */
type Users = ReadonlyMap<string, readonly string[]>;

const indexes = new WeakMap<Model, ReadonlyMap<string, Users>>();
const NOBODY: Users = new Map();

/** Services that refer to each key of `service`, by its pointer. Worked out once for a whole model. */
function usersOf(service: Service, model: Model): Users {
  const index = indexes.get(model) ?? indexUsers(model);
  indexes.set(model, index);
  return index.get(service.id) ?? NOBODY;
}

function indexUsers(model: Model): ReadonlyMap<string, Users> {
  const index = new Map<string, Map<string, string[]>>();
  for (const { id, uses } of model.services) {
    for (const use of uses) {
      const keys = index.get(use.service) ?? new Map<string, string[]>();
      index.set(use.service, keys);
      const known = keys.get(use.key) ?? [];
      if (!known.includes(id)) known.push(id);
      keys.set(use.key, known);
    }
  }
  return index;
}

function printGroup({ name, rows }: Group, service: Service, users: ReadonlyMap<string, readonly string[]>): string {
  const environments = service.configs.map((config) => codeSpan(config.environment.name));
  const head = ["Key", "Type", "Meaning", "Required", "Changes", "Notes", ...environments];
  const lines = rows.map((row) => (row.kind === "key" ? keyLine(row.key, service, users) : itemLine(row, environments.length)));
  return `## ${name === undefined ? "Single keys" : codeSpan(name.slice(1).replaceAll("~1", "/").replaceAll("~0", "~"))}\n\n${table(head, lines)}`;
}

function keyLine(key: Key, service: Service, users: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [
    codeSpan(key.pointer),
    typeInWords(key.schema, codeSpan),
    key.description === undefined ? "" : plainText(key.description),
    key.required ? "yes" : key.requiredIn.length > 0 ? `in ${key.requiredIn.map(codeSpan).join(", ")}` : "no",
    key.hot === undefined ? "restart" : "hot",
    notesOn(key, users).join("; "),
    ...service.configs.map((config) => printValue(key, config, isTaken(key, service))),
  ];
}

function itemLine({ pointer, schema, required }: Extract<Row, { kind: "item" }>, environments: number): readonly string[] {
  const { description } = schema;
  const meaning = typeof description === "string" ? plainText(description) : "";
  return [
    codeSpan(pointer),
    typeInWords(schema, codeSpan),
    meaning,
    required ? "yes" : "no",
    "with its list",
    "",
    ...Array.from({ length: environments }, () => ""),
  ];
}

function notesOn(key: Key, users: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [
    ...(key.secret ? ["secret"] : []),
    ...(key.variable === undefined ? [] : [`variable ${codeSpan(key.variable)}`]),
    ...(key.exported ? [exportedTo(key, users)] : []),
    ...(key.unique === undefined ? [] : [`unique in ${codeSpan(key.unique)}`]),
    ...(key.isBound ? ["differs between environments"] : []),
    ...(key.deprecated ? ["deprecated"] : []),
    ...(key.renamedTo === undefined ? [] : [`now called ${codeSpan(key.renamedTo)}`]),
  ];
}

function exportedTo(key: Key, users: ReadonlyMap<string, readonly string[]>): string {
  const taken = [...new Set([...users].flatMap(([pointer, ids]) => (isWithin(pointer, key.pointer) ? ids : [])))].sort();
  return taken.length === 0 ? "exported, used by nobody" : `exported to ${taken.map(codeSpan).join(", ")}`;
}

/** Whether a value of the key may come from elsewhere than a values file. Most do not, and need no search for their origin. */
function isTaken(key: Key, { uses }: Service): boolean {
  const hasDefault = typeof key.schema === "object" && key.schema["default"] !== undefined;
  return hasDefault || uses.some((use) => isWithin(key.pointer, use.pointer));
}

function printValue(key: Key, config: ResolvedConfig, mayBeTaken: boolean): string {
  const secret = Object.hasOwn(config.secrets, key.pointer) ? config.secrets[key.pointer] : undefined;
  if (secret !== undefined) return codeSpan(`!secret ${secret}`);
  const value = valueAt(config.value, key.pointer);
  if (value === undefined) return hasSecretsBelow(key, config) ? "set" : absent(key, config);
  if (!key.isLeaf) return "set";
  return `${codeSpan(cut(value))}${mayBeTaken ? describeOrigin(key, config) : ""}`;
}

/** That a layer takes a value away is not the same as that nobody gave one. */
function absent({ pointer }: Key, config: ResolvedConfig): string {
  const origin = originOf(config, pointer);
  return origin?.kind === "unset" ? `${ABSENT} (${codeSpan(origin.replaces === true ? "!replace" : "!unset")})` : ABSENT;
}

/** An object of secrets alone is delivered empty or not at all. */
function hasSecretsBelow(key: Key, config: ResolvedConfig): boolean {
  return Object.keys(config.secrets).some((pointer) => isWithin(pointer, key.pointer));
}

function describeOrigin({ pointer }: Key, config: ResolvedConfig): string {
  const origin = originOf(config, pointer);
  if (origin?.kind === "default") return " (default)";
  if (origin?.reference === undefined) return "";
  // What is referred to may be an object that holds the key.
  const below = isWithin(pointer, origin.pointer) ? pointer.slice(origin.pointer.length) : "";
  return ` from ${codeSpan(origin.reference + below)}`;
}

function cut(value: JsonValue): string {
  // Values files may name the members of an object in any order.
  const text = canonicalize(value);
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 1)}…`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map(() => "---")), ...lines.map(row)].join("\n");
}
