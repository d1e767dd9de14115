// Stage 4, check: resolved values against their contracts. What passes becomes the model that emitters see.
import { type Diagnostic, hasErrors, report, suggest } from "@veltrix/diagnostics";
import { appendToken, isWithin, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { Drafts } from "../drafts.ts";
import { declaredNames } from "../link/schema.ts";
import type { Contract, Model, Workloads } from "../model.ts";
import { Reference, SecretReference, Unresolved } from "../read/document.ts";
import { writersIn } from "../resolve/layers.ts";
import type { Resolved, ResolvedService, ResolvedValues } from "../resolve/values.ts";
import { type SchemaViolation, validateValue } from "../validate/interpreter.ts";
import { checkUniqueAndBound } from "./unique-and-bound.ts";
import { narrowAlternatives } from "./alternatives.ts";
import { checkDeclaredSecrets } from "./declared-secrets.ts";
import { explainViolation } from "./explain.ts";
import { freezeConfig } from "./freeze.ts";
import { OriginFinder } from "./origins.ts";
import { findNearMisses, isNearMiss, isOpenSomewhere } from "./near-miss.ts";
import { ReferenceContracts } from "./references.ts";
import { findBrokenRules } from "./rules.ts";
import { isWrittenAsText, TextJudge } from "./unmeant-texts.ts";

/** The model without what this stage has nothing to say about. */
export type CheckedModel = Omit<Model, "workloads">;

/** Checks everything; the model is there only when nothing is wrong with it. */
export function check(
  resolved: Resolved,
  workloads: Workloads,
): { readonly value: CheckedModel; readonly diagnostics: readonly Diagnostic[] } {
  const checked = resolved.services.map((service): Checked => {
    const all = service.environments.map((values) => findAll(service.contract, values, resolved.services));
    return { service, violations: all.map(({ violations }) => violations), warnings: all.map(({ warnings }) => warnings) };
  });
  const found = new ViolationIndex(checked);
  const drafts = new Drafts(resolved.settings.environments);
  const references = new ReferenceContracts(resolved.services);
  for (const { service } of checked) references.noteImpossible(service, drafts);
  for (const { service, violations, warnings } of checked)
    for (const noted of [violations, warnings]) noteViolations(service, noted, { found, references, drafts });
  checkUniqueAndBound(resolved.services, drafts);
  checkDeclaredSecrets(resolved.services, { settings: resolved.settings, workloads }, drafts);
  const diagnostics = [...drafts.finish(), ...resolved.services.flatMap((service) => findUnused(service, resolved, found))];
  if (hasErrors(diagnostics)) return { value: { settings: resolved.settings, services: [] }, diagnostics };
  const services = resolved.services.map(({ id, contract, uses, environments }) => {
    const origins = new OriginFinder({ contract, uses });
    return { id, contract, uses, configs: environments.map((values) => freezeConfig(contract, values, origins)) };
  });
  return { value: { settings: resolved.settings, services }, diagnostics };
}

/** What is wrong with the values of one environment, and what only may be. */
interface Found {
  readonly violations: readonly SchemaViolation[];
  readonly warnings: readonly SchemaViolation[];
}

interface Checked {
  readonly service: ResolvedService;
  /** In the order of the service's environments. */
  readonly violations: readonly (readonly SchemaViolation[])[];
  readonly warnings: readonly (readonly SchemaViolation[])[];
}

function findAll(contract: Contract, values: ResolvedValues, services: readonly ResolvedService[]): Found {
  const secrets = new Set(contract.keys.filter((key) => key.secret).map((key) => key.pointer));
  const texts = new TextJudge();
  const judge = (value: unknown, schema: JsonObject, pointer: string, note: (violation: SchemaViolation) => void): boolean => {
    if (value instanceof Unresolved) return true;
    if (value instanceof SecretReference) {
      if (!secrets.has(pointer)) note({ pointer, rule: "not-a-secret", expected: null, schema });
      return true;
    }
    if (secrets.has(pointer)) {
      note({ pointer, rule: "secret-in-clear", expected: null, schema });
      return true;
    }
    texts.visit(value, schema, pointer);
    return false;
  };
  // Tags are judged above, so what the rules see is JSON.
  const judged = validateValue(contract.schema, values.value as JsonValue, { environment: values.environment.name, judge });
  const broken = narrowAlternatives(contract.schema, values.value, judged);
  if (isOpenSomewhere(contract.schema)) texts.visitRest(values.value);
  const { violations, warnings } = texts.finish((pointer) => isWrittenAsText(services, values, pointer));
  // A text that nobody meant need not obey any other rule.
  const others = violations.length === 0 ? broken : broken.filter(({ pointer }) => !violations.some((text) => text.pointer === pointer));
  const slips = findNearMisses(contract.schema, values.layers, values.value);
  const all = withoutEchoes([...others, ...violations, ...slips.filter(({ rule }) => rule !== "near-name")]);
  // A rule over several keys says nothing new about keys that are wrong by themselves.
  return {
    violations: all.length > 0 ? all : findBrokenRules(contract.schema, values.value),
    warnings: [...warnings, ...slips.filter(({ rule }) => rule === "near-name")],
  };
}

/** A misspelt key is one problem: unknown here, and not also missing there. Two rules that miss one key are one problem too. */
function withoutEchoes(violations: readonly SchemaViolation[]): readonly SchemaViolation[] {
  if (violations.length < 2) return violations;
  const misspelt = new Set<string>();
  for (const violation of violations) {
    if (violation.rule !== "additionalProperties" && violation.rule !== "unevaluatedProperties") continue;
    const missing = new Set(
      violations.filter((other) => isMissing(other) && other.pointer === violation.pointer).map((other) => String(other.expected)),
    );
    const names = isNearMiss(violation) ? violation.meant : suggest(String(violation.expected), declaredNames(violation.schema));
    const meant = names.find((name) => missing.has(name));
    if (meant !== undefined) misspelt.add(appendToken(violation.pointer, meant));
  }
  const seen = new Set<string>();
  return violations.filter((violation) => {
    if (!isMissing(violation)) return true;
    const pointer = appendToken(violation.pointer, String(violation.expected));
    if (misspelt.has(pointer) || seen.has(pointer)) return false;
    seen.add(pointer);
    return true;
  });
}

function isMissing(violation: SchemaViolation): boolean {
  return violation.rule === "required" || violation.rule === "x-required-in" || violation.rule === "dependentRequired";
}

const ABOUT_KEYS: ReadonlySet<string> = new Set(["additionalProperties", "unevaluatedProperties", "near-name"]);

/** The pointer of what is wrong: of the missing or unknown key, where there is one. */
function pointerOf(violation: SchemaViolation): string {
  return isMissing(violation) || ABOUT_KEYS.has(violation.rule)
    ? appendToken(violation.pointer, String(violation.expected))
    : violation.pointer;
}

/** Which keys of which service are at fault in which environment. */
class ViolationIndex {
  readonly #pointers: Map<string, readonly string[]> = new Map();

  constructor(checked: readonly Checked[]) {
    for (const { service, violations } of checked) {
      service.environments.forEach((values, index) => {
        const pointers = (violations[index] ?? []).map(pointerOf);
        if (pointers.length > 0) this.#pointers.set(`${service.id} ${values.environment.name}`, pointers);
      });
    }
  }

  /** True when something at, above or below `pointer` is at fault. */
  isFaulty(service: string, environment: string, pointer: string): boolean {
    return (this.#pointers.get(`${service} ${environment}`) ?? []).some((fault) => isWithin(fault, pointer) || isWithin(pointer, fault));
  }

  /** True when anything of the service is at fault. */
  hasAny(service: ResolvedService): boolean {
    return service.environments.some((values) => this.#pointers.has(`${service.id} ${values.environment.name}`));
  }
}

interface Noting {
  readonly found: ViolationIndex;
  readonly references: ReferenceContracts;
  readonly drafts: Drafts;
}

function noteViolations(
  service: ResolvedService,
  violations: readonly (readonly SchemaViolation[])[],
  { found, references, drafts }: Noting,
): void {
  const counts = new Map<string, number>();
  const identify = (violation: SchemaViolation): string => `${violation.rule} ${pointerOf(violation)}`;
  for (const violation of violations.flat()) counts.set(identify(violation), (counts.get(identify(violation)) ?? 0) + 1);
  service.environments.forEach((values, index) => {
    for (const violation of violations[index] ?? []) {
      if (isProvidersFault(values, violation, found) || references.isImpossible(service, values, violation.pointer)) continue;
      const explained = explainViolation({
        service,
        values,
        violation,
        isEverywhere: counts.get(identify(violation)) === service.environments.length,
        references,
      });
      drafts.note(explained.identity, values.environment.name, explained.word, explained.name);
    }
  });
}

/** A value taken from another service that is at fault there is reported there. */
function isProvidersFault(values: ResolvedValues, violation: SchemaViolation, found: ViolationIndex): boolean {
  const pointer = pointerOf(violation);
  const written = writersIn(values, pointer)[0] ?? writersIn(values, violation.pointer)[0];
  if (!(written?.value instanceof Reference)) return false;
  const { service, pointer: target } = written.value;
  return found.isFaulty(service, values.environment.name, target + pointer.slice(written.pointer.length));
}

/** A dependency that nothing refers to; said only of services that have no other problem. */
function findUnused(service: ResolvedService, { services }: Resolved, found: ViolationIndex): readonly Diagnostic[] {
  if (service.environments.length === 0 || found.hasAny(service)) return [];
  const { file, dependsOn } = service.contract;
  return Object.keys(dependsOn)
    .filter((target) => services.some(({ id }) => id === target) && !service.uses.some((use) => use.service === target))
    .map((target) =>
      report(
        "VX3007",
        { service: service.id, target },
        { at: { file, pointer: appendToken("/x-veltrix/dependsOn", target), on: "key" }, service: service.id },
      ),
    );
}
