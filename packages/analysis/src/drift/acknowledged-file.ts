// schemas/acknowledged.yaml: differences that somebody knows of, each for one observed hash, with a reason and an end.
import { ACKNOWLEDGED_FILE } from "@veltrix/compiler";
import { type Diagnostic, report, suggest } from "@veltrix/diagnostics";
import { isMap, isSeq, parseDocument } from "yaml";
import type { Acknowledgement } from "./acknowledgement.ts";

/** What the file holds, or what is wrong with it. */
export interface Acknowledged {
  readonly list: readonly Acknowledgement[];
  readonly diagnostics: readonly Diagnostic[];
}

const MEMBERS = ["service", "environment", "object", "key", "hash", "until", "reason"] as const;
type Member = (typeof MEMBERS)[number];

/** What each member must look like, and what to say where it does not. */
const SHAPES: { readonly [name in Member]: { readonly pattern: RegExp; readonly rule: string } } = {
  service: { pattern: /^[a-z0-9-]+$/, rule: "the id of a service" },
  environment: { pattern: /^[a-z0-9-]+$/, rule: "the name of an environment" },
  object: { pattern: /^[A-Za-z]+\/[a-z0-9-]+\/[a-z0-9.-]+$/, rule: "`<kind>/<namespace>/<name>`, as the finding says" },
  key: { pattern: /^(\/.*)?$/s, rule: 'a pointer, as the finding says, or "" for the whole object' },
  hash: { pattern: /^(v1:sha256:[0-9a-f]{64}|none)$/, rule: "the actual hash that was observed, or `none` where nothing is there" },
  until: { pattern: /^\d{4}-\d{2}-\d{2}$/, rule: "a date like 2030-01-31, in UTC: the last day on which it holds" },
  reason: { pattern: /\S/, rule: "why the difference is right for now" },
};

/** The names that entries may say. */
export interface KnownNames {
  readonly services: readonly string[];
  readonly environments: readonly string[];
}

/** Reads the text of the file. */
export function readAcknowledged(text: string, known: KnownNames): Acknowledged {
  const document = parseDocument(text, { version: "1.2", schema: "core", prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) return { list: [], diagnostics: [problem("", `it is not YAML: ${error.message}`)] };
  if (document.contents === null) return { list: [], diagnostics: [] };
  const items = isMap(document.contents) ? document.contents.get("acknowledged") : undefined;
  if (!isSeq(items) || !isMap(document.contents) || document.contents.items.length !== 1) {
    return { list: [], diagnostics: [problem("", "it holds one key, `acknowledged`, with a list")] };
  }
  const list: Acknowledgement[] = [];
  const diagnostics: Diagnostic[] = [];
  // With the core schema and no tags, this is JSON.
  (items.toJSON() as readonly unknown[]).forEach((item, index) => {
    const read = readItem(item, `/acknowledged/${index}`, known);
    if (Array.isArray(read)) diagnostics.push(...read);
    else list.push(read as Acknowledgement);
  });
  return { list, diagnostics };
}

function readItem(item: unknown, pointer: string, known: KnownNames): Acknowledgement | Diagnostic[] {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    return [problem(pointer, `an entry is an object of ${MEMBERS.join(", ")}`)];
  const members = item as { readonly [name: string]: unknown };
  const diagnostics: Diagnostic[] = [];
  const take = (name: Member): string => {
    const value = members[name];
    if (typeof value === "string" && SHAPES[name].pattern.test(value)) return value;
    const { rule } = SHAPES[name];
    diagnostics.push(
      value === undefined ? problem(pointer, `${name} is missing: ${rule}`) : problem(`${pointer}/${name}`, `${name} is not ${rule}`),
    );
    return "";
  };
  const [service, environment, object, key, hash, until, reason] = MEMBERS.map(take) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  for (const name of Object.keys(members)) {
    if (MEMBERS.some((member) => member === name)) continue;
    diagnostics.push(problem(`${pointer}/${name}`, `there is no member \`${name}\``, suggest(name, MEMBERS)));
  }
  if (service !== "" && !known.services.includes(service)) {
    diagnostics.push(problem(`${pointer}/service`, `there is no service \`${service}\``, suggest(service, known.services)));
  }
  if (environment !== "" && !known.environments.includes(environment)) {
    const detail = `there is no environment \`${environment}\``;
    diagnostics.push(problem(`${pointer}/environment`, detail, suggest(environment, known.environments)));
  }
  const end = Date.parse(`${until}T24:00:00Z`);
  if (until !== "" && !isDate(until)) diagnostics.push(problem(`${pointer}/until`, `\`${until}\` is no day of the calendar`));
  return diagnostics.length > 0 ? diagnostics : { service, environment, object, key, hash, reason, until: end };
}

/** Some engines take 2030-02-30 for the second of March. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function problem(pointer: string, detail: string, suggestions: readonly string[] = []): Diagnostic {
  return report("VX5019", { detail, suggestions }, { at: { file: ACKNOWLEDGED_FILE, pointer } });
}
