// Stage 2, link: documents to contracts. Schemas are linted, references followed, services tied to services.
import { type Diagnostic, hasErrors, report, suggest } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonObject } from "@veltrix/protocol";
import satisfies from "semver/functions/satisfies.js";
import type { Contract, Settings } from "../model.ts";
import { type Document, Problems } from "../read/document.ts";
import type { ServiceSources, Sources } from "../read/read.ts";
import { type ContractHead, readContractHead } from "./contract.ts";
import { checkDefaults } from "./defaults.ts";
import { contractFingerprint, deliveredSchema } from "./derive.ts";
import { inlineSchema } from "./inline.ts";
import { readKeys } from "./keys.ts";
import { lintSchema } from "./lint.ts";
import { checkRuleReads } from "./rule-reads.ts";
import { ReferenceResolver, type SchemaDocument } from "./refs.ts";

/** A service whose contract is understood. */
export interface LinkedService {
  readonly id: string;
  readonly contract: Contract;
  readonly layers: ReadonlyMap<string, Document>;
}

/** The workspace with every contract that could be understood. */
export interface Linked {
  readonly settings: Settings;
  /** Ordered by id. */
  readonly services: readonly LinkedService[];
  /** Services whose contracts are faulty: nothing that depends on them is judged. */
  readonly broken: ReadonlySet<string>;
}

/** Links all contracts. */
export function link(sources: Sources, settings: Settings): { readonly value: Linked; readonly diagnostics: readonly Diagnostic[] } {
  const notes = new Map<string, Problems>();
  const problemsOf = (file: string): Problems => {
    const known = notes.get(file) ?? new Problems(file);
    notes.set(file, known);
    return known;
  };
  const resolver = new ReferenceResolver(lintAll(sources, problemsOf));
  const services: LinkedService[] = [];
  const broken = new Set<string>();
  for (const source of sources.services) {
    const contract = linkContract(source, { resolver, problemsOf, settings });
    if (contract === undefined) broken.add(source.id);
    else services.push({ id: source.id, contract, layers: source.layers });
  }
  const value = { settings, services, broken };
  const diagnostics = [...unique([...notes.values()].flatMap((problems) => problems.diagnostics)), ...checkDependencies(value)];
  return { value, diagnostics };
}

/** Lints every schema; one that has faults cannot be referred to. */
function lintAll(sources: Sources, problemsOf: (file: string) => Problems): ReadonlyMap<string, SchemaDocument> {
  const schemas = new Map<string, SchemaDocument>();
  for (const { file, value } of sources.documents.values()) {
    if (!file.endsWith(".json")) continue;
    // A JSON document holds no tags, so its raw value is JSON.
    const schema = value as SchemaDocument["schema"];
    if (schema !== undefined) lintSchema(schema, problemsOf(file));
    schemas.set(file, { file, schema: hasErrors(problemsOf(file).diagnostics) ? undefined : schema });
  }
  return schemas;
}

interface LinkContext {
  readonly resolver: ReferenceResolver;
  readonly problemsOf: (file: string) => Problems;
  readonly settings: Settings;
}

function linkContract({ id, contract: document }: ServiceSources, context: LinkContext): Contract | undefined {
  if (document === undefined) return undefined;
  const { file } = document;
  const problems = context.problemsOf(file);
  if (hasErrors(problems.diagnostics)) return undefined;
  if (!isJsonObject(document.value) || !isObjectSchema(document.value)) {
    problems.add(
      "VX1101",
      { detail: "a contract describes an object", hint: 'write "type": "object" at its root' },
      { pointer: "", on: "value" },
    );
    return undefined;
  }
  // The lint above proved that the document is a schema; JSON holds no tags.
  const root = document.value as JsonObject;
  const head = readContractHead(root, problems);
  const schema = inlineSchema({ root: { file, pointer: "", schema: root }, resolver: context.resolver, problemsOf: context.problemsOf });
  if (schema === undefined) return undefined;
  const keys = readKeys({
    schema,
    environments: context.settings.environments.map(({ name }) => name),
    isImmutable: head.delivery === "immutable",
    problemsOf: context.problemsOf,
  });
  checkRuleReads(schema, context.problemsOf);
  // Where no environment takes a default, it describes, and need not be right.
  if (context.settings.environments.some(({ policy }) => policy.defaults !== "ignore"))
    checkDefaults(keys, schema["$defs"], context.problemsOf);
  if (hasErrors(problems.diagnostics)) return undefined;
  return describeContract({ id, file, head, schema, keys });
}

function isObjectSchema(root: object): boolean {
  return "type" in root && root.type === "object";
}

function describeContract(parts: {
  readonly id: string;
  readonly file: string;
  readonly head: ContractHead;
  readonly schema: JsonObject;
  readonly keys: Contract["keys"];
}): Contract {
  const { file, head, schema, keys } = parts;
  return {
    file,
    ...head,
    ...(typeof schema["title"] === "string" ? { title: schema["title"] } : {}),
    ...(typeof schema["description"] === "string" ? { description: schema["description"] } : {}),
    fingerprint: contractFingerprint(schema),
    schema,
    delivered: deliveredSchema(schema),
    keys,
  };
}

function checkDependencies(linked: Linked): readonly Diagnostic[] {
  const known = new Map(linked.services.map((service) => [service.id, service]));
  const names = [...known.keys(), ...linked.broken];
  const diagnostics: Diagnostic[] = [];
  for (const { id, contract } of linked.services) {
    for (const [target, range] of Object.entries(contract.dependsOn)) {
      const place = { at: { file: contract.file, pointer: appendToken("/x-veltrix/dependsOn", target), on: "key" as const }, service: id };
      const provider = known.get(target);
      if (provider === undefined) {
        if (!linked.broken.has(target))
          diagnostics.push(report("VX3001", { service: id, target, suggestions: suggest(target, names) }, place));
      } else if (!satisfies(provider.contract.version, range)) {
        const related = [
          {
            at: { file: provider.contract.file, pointer: "/x-veltrix/version", on: "value" as const },
            message: `the version of ${target} is declared here`,
            isAtFault: true,
          },
        ];
        diagnostics.push(report("VX3005", { service: id, target, range, version: provider.contract.version }, { ...place, related }));
      }
    }
  }
  return diagnostics;
}

/** A fragment that many contracts use has its faults noted once for each of them. */
function unique(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const key = JSON.stringify([diagnostic.code, diagnostic.at, diagnostic.message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
