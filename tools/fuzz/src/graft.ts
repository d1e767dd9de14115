// Grafts: what the real workspace does not use is put onto it, so that all of the product meets a contract of some size.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { growFeature } from "./features.ts";
import type { Files } from "./grammar.ts";
import { Grower } from "./grower.ts";
import type { Chance } from "./random.ts";
import { withTags } from "./service.ts";
import { randomOutputs } from "./settings.ts";
import { type Json, printJson } from "./words.ts";

const SETTINGS = "schemas/veltrix.yaml";

type Graft = (files: Files, chance: Chance) => Files;

/** `files` with one or two grafts; most are accepted. */
export function graftWorkspace(files: Files, chance: Chance): Files {
  const grafts: readonly Graft[] = [graftOutputs, graftFeatures, graftFeatures, graftDelivery, graftWords];
  return Array.from({ length: 1 + chance.below(2) }).reduce<Files>((grafted) => chance.pick(grafts)(grafted, chance), files);
}

/** Other outputs than the repository's own. */
function graftOutputs(files: Files, chance: Chance): Files {
  const { package: _own, ...outputs } = randomOutputs(chance, new Grower(chance, { slips: 0 }));
  const lines = (files[SETTINGS] ?? "").split("\n");
  const start = lines.findIndex((line) => line.startsWith("outputs:"));
  const kept = start === -1 ? lines : lines.slice(0, start);
  return { ...files, [SETTINGS]: `${kept.join("\n")}\noutputs: ${printJson(outputs)}\n` };
}

/** Keys of ours, with their values, in one service. */
function graftFeatures(files: Files, chance: Chance): Files {
  const path = chance.pick(contractsOf(files));
  const contract = parseContract(files[path]);
  const environments = environmentsOf(files);
  const soil = {
    chance,
    grower: new Grower(chance, { slips: 0 }),
    environments,
    isImmutable: JSON.stringify(contract).includes('"immutable"'),
    provided: [],
    variables: new Set([...JSON.stringify(contract).matchAll(/"x-env":"(\w+)"/g)].map(([, name = ""]) => name)),
    count: () => 1 + chance.below(1e9),
  };
  const grown = growFeature(soil, `grafted ${chance.below(1e6)}`);
  const added = Object.fromEntries(grown.map(({ name, schema }) => [name, schema]));
  const changed: { [path: string]: string } = {
    ...files,
    [path]: printJson({ ...contract, properties: { ...(contract["properties"] as JsonObject), ...added } }),
  };
  for (const { name, layers } of grown)
    for (const [layer, value] of Object.entries(layers)) {
      const file = path.replace("config.schema.json", `values/${layer}.yaml`);
      changed[file] = `${changed[file] ?? ""}\n${printJson(name)}: ${withTags(printJson(value))}\n`;
    }
  return changed;
}

/** A service that is delivered immutable; then no key of it is hot. */
function graftDelivery(files: Files, chance: Chance): Files {
  const path = chance.pick(contractsOf(files));
  const contract = parseContract(files[path]);
  // A member that is undefined is not written.
  const cold = JSON.parse(JSON.stringify(contract, (key, value: unknown) => (key === "x-reload" ? undefined : value))) as JsonObject;
  const head = cold["x-veltrix"];
  return { ...files, [path]: printJson({ ...cold, "x-veltrix": { ...(isJsonObject(head) ? head : {}), delivery: "immutable" } }) };
}

/** Hostile words wherever a contract only describes. */
function graftWords(files: Files, chance: Chance): Files {
  const path = chance.pick(contractsOf(files));
  const grower = new Grower(chance, { slips: 0 });
  const rewrite = (value: JsonValue, key = ""): Json => {
    if (typeof value === "string") return ["title", "description", "$comment", "owner"].includes(key) ? grower.prose() : value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => rewrite(item));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rewrite(member, name)]));
  };
  return { ...files, [path]: printJson(rewrite(parseContract(files[path]))) };
}

function contractsOf(files: Files): readonly string[] {
  return Object.keys(files).filter((path) => path.endsWith("/config.schema.json"));
}

function parseContract(text: string | undefined): JsonObject {
  return JSON.parse(text ?? "{}") as JsonObject;
}

/** Names of environments: the keys two spaces in, below `environments:`. A production takes no default. */
function environmentsOf(files: Files): readonly { readonly name: string; readonly takesDefaults: boolean }[] {
  const [, body = ""] = /^environments:\n((?: .*\n)+)/m.exec(files[SETTINGS] ?? "") ?? [];
  return [...body.matchAll(/^ {2}([a-z]+):/gm)].map(([, name = ""]) => ({ name, takesDefaults: name !== "prod" }));
}
