// Stage 1, read: the files of schemas/ to documents. Every limit on size, depth and encoding is in this folder.
import type { Diagnostic } from "@veltrix/diagnostics";
import { report, suggest, suggestEnvironment } from "@veltrix/diagnostics";
import { entriesOf, type FolderEntry, type ReadHost } from "../host/host.ts";
import type { Environment, Settings, Workloads } from "../model.ts";
import { decodeText, noteConflicts } from "./decode.ts";
import { type Document, isRawObject, Problems } from "./document.ts";
import { parseJson } from "./json.ts";
import { MAX_FILE_BYTES } from "./limits.ts";
import { ACKNOWLEDGED_FILE, SCHEMAS, SETTINGS_FILE } from "./paths.ts";
import { readSettings } from "./settings.ts";
import { isServiceId } from "./tags.ts";
import { readWorkloads } from "./workloads.ts";
import { parseYaml } from "./yaml.ts";

const CONTRACT = "config.schema.json";
/** The last two mean something of their own in JavaScript, like the keys that are refused everywhere. */
const RESERVED: ReadonlySet<string> = new Set(["shared", "cluster", "constructor", "prototype"]);

/** The files of one service. */
export interface ServiceSources {
  readonly id: string;
  /** Undefined when it is missing or malformed; the problem is noted. */
  readonly contract: Document | undefined;
  /** `base` and each environment that has a file, by name. */
  readonly layers: ReadonlyMap<string, Document>;
}

/** All that people wrote. */
export interface Sources {
  /** Undefined when they cannot be used: then nothing else was read. */
  readonly settings: Settings | undefined;
  /** Ordered by id. */
  readonly services: readonly ServiceSources[];
  /** The team's own manifests. */
  readonly workloads: Workloads;
  /** Every file that was read, by path. */
  readonly documents: ReadonlyMap<string, Document>;
}

/** Reads the workspace. */
export function read(host: ReadHost): { readonly value: Sources; readonly diagnostics: readonly Diagnostic[] } {
  const reader = new Reader(host);
  return { value: reader.readWorkspace(), diagnostics: reader.diagnostics };
}

class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #host: ReadHost;
  readonly #documents: Map<string, Document> = new Map();

  constructor(host: ReadHost) {
    this.#host = host;
  }

  readWorkspace(): Sources {
    const settings = this.#readSettings();
    if (settings === undefined) return { settings, services: [], workloads: { unmatched: [], files: [] }, documents: this.#documents };
    const services: ServiceSources[] = [];
    for (const entry of this.#listFolder(SCHEMAS) ?? []) {
      const path = `${SCHEMAS}/${entry.name}`;
      if (path === SETTINGS_FILE || path === ACKNOWLEDGED_FILE || entry.name.startsWith(".")) continue;
      if (entry.kind !== "folder") this.#unexpected(path, "only veltrix.yaml and folders stand here", []);
      else if (entry.name === "shared") this.#readFragments(path);
      else if (!isLegalId(entry.name)) services.push(...this.#refuseId(entry.name, path));
      else services.push(this.#readService(entry.name, settings.environments));
    }
    return { settings, services, workloads: this.#readWorkloads(settings), documents: this.#documents };
  }

  #readWorkloads(settings: Settings): Workloads {
    const { value, documents, diagnostics } = readWorkloads(this.#host, settings);
    for (const document of documents) this.#documents.set(document.file, document);
    this.diagnostics.push(...diagnostics);
    return value;
  }

  #readSettings(): Settings | undefined {
    const document = this.#readFile(SETTINGS_FILE);
    if (document === undefined) {
      const place = { at: { file: SETTINGS_FILE } };
      this.diagnostics.push(report("VX1009", { detail: "the workspace has no schemas/veltrix.yaml", hint: "run `veltrix init`" }, place));
      return undefined;
    }
    if (document.value === undefined) return undefined;
    const problems = new Problems(SETTINGS_FILE);
    const settings = readSettings(document, problems);
    this.diagnostics.push(...problems.diagnostics);
    return settings;
  }

  /** The service that was meant, without a contract: what depends on it has no fault of its own. */
  #refuseId(id: string, path: string): readonly ServiceSources[] {
    const reason = RESERVED.has(id)
      ? "the name is reserved"
      : "it is not a DNS-1123 label of at most 40 characters that starts with a letter";
    const meant = id.toLowerCase().replaceAll("_", "-");
    const instead = isLegalId(meant) && this.#host.listFolder(`${SCHEMAS}/${meant}`).kind === "missing" ? meant : undefined;
    this.diagnostics.push(report("VX1010", { service: id, reason, instead }, { at: { file: path } }));
    return instead === undefined ? [] : [{ id: instead, contract: undefined, layers: new Map() }];
  }

  #readFragments(folder: string): void {
    for (const entry of this.#listFolder(folder) ?? []) {
      const path = `${folder}/${entry.name}`;
      if (entry.name.startsWith(".")) continue;
      if (entry.kind === "folder") this.#readFragments(path);
      else if (entry.name.endsWith(".json")) this.#readFile(path);
      else this.#unexpected(path, "fragments are called *.schema.json", []);
    }
  }

  #readService(id: string, environments: readonly Environment[]): ServiceSources {
    const folder = `${SCHEMAS}/${id}`;
    const contract = this.#readFile(`${folder}/${CONTRACT}`);
    if (contract === undefined) this.diagnostics.push(report("VX1008", { service: id }, { at: { file: folder }, service: id }));
    for (const entry of this.#listFolder(folder) ?? []) {
      if (entry.name === CONTRACT || entry.name === "values" || entry.name.startsWith(".") || /\.md$/i.test(entry.name)) continue;
      if (entry.kind === "file" && entry.name.endsWith(".schema.json")) this.#readFile(`${folder}/${entry.name}`);
      else
        this.#unexpected(
          `${folder}/${entry.name}`,
          "a service has config.schema.json, fragments called *.schema.json, and values/",
          suggest(entry.name, [CONTRACT, "values"]),
        );
    }
    return {
      id,
      contract: contract?.value === undefined ? undefined : contract,
      layers: this.#readLayers(`${folder}/values`, environments),
    };
  }

  #readLayers(folder: string, environments: readonly Environment[]): ReadonlyMap<string, Document> {
    const layers = new Map<string, Document>();
    const names = ["base", ...environments.map(({ name }) => name)];
    const entries = this.#listFolder(folder);
    // Its values are unknown until it can be read: none of them is also missing.
    if (entries === undefined) return new Map([["base", { file: folder, text: "", value: undefined }]]);
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const path = `${folder}/${entry.name}`;
      const name = /^(.*)\.yaml$/.exec(entry.name)?.[1];
      if (name === undefined || entry.kind === "folder" || !names.includes(name)) {
        const reason = explainLayer(name, entry, names);
        const stem = name ?? entry.name.replace(/\.[a-z]+$/, "");
        const meant = names.includes(stem) ? [stem] : suggestEnvironment(stem, names);
        this.#unexpected(
          path,
          reason,
          meant.map((known) => `${known}.yaml`),
        );
        // What this file was to be is not also missing: its values are unknown until it has its name.
        for (const known of meant)
          if (!entries.some((other) => other.name === `${known}.yaml`)) layers.set(known, { file: path, text: "", value: undefined });
        continue;
      }
      const document = this.#readFile(path);
      if (document !== undefined) layers.set(name, this.#asLayer(document));
    }
    return layers;
  }

  /** The names in a folder, none when it is not there; undefined, with the problem noted, when it cannot be read. */
  #listFolder(path: string): readonly FolderEntry[] | undefined {
    const listed = this.#host.listFolder(path);
    if (listed.kind !== "refused") return entriesOf(listed);
    this.diagnostics.push(report("VX1015", { detail: listed.reason }, { at: { file: path } }));
    return undefined;
  }

  #asLayer(document: Document): Document {
    if (document.value === undefined || isRawObject(document.value)) return document;
    const problems = new Problems(document.file);
    problems.add("VX1001", { detail: "a values file holds an object of keys, and this is something else" }, { pointer: "", on: "value" });
    this.diagnostics.push(...problems.diagnostics);
    return { ...document, value: undefined };
  }

  /** Undefined when there is no such file. A file that cannot be used gives a document without value. */
  #readFile(path: string): Document | undefined {
    const result = this.#host.readFile(path, MAX_FILE_BYTES);
    if (result.kind === "missing") return undefined;
    const problems = new Problems(path);
    if (result.kind === "refused") {
      problems.add("VX1007", { detail: result.reason });
      return this.#keep({ file: path, text: "", value: undefined }, problems);
    }
    const text = decodeText(result.bytes, problems);
    if (text === undefined) return this.#keep({ file: path, text: new TextDecoder().decode(result.bytes), value: undefined }, problems);
    if (noteConflicts(text, problems)) return this.#keep({ file: path, text, value: undefined }, problems);
    const written = { spellings: new Map<string, string>(), texts: new Set<string>() };
    const value = path.endsWith(".json") ? parseJson(text, problems) : parseYaml(text, problems, written);
    return this.#keep({ file: path, text, value, ...written }, problems);
  }

  #keep(document: Document, problems: Problems): Document {
    this.diagnostics.push(...problems.diagnostics);
    this.#documents.set(document.file, document);
    return document;
  }

  #unexpected(file: string, reason: string, suggestions: readonly string[]): void {
    this.diagnostics.push(report("VX1011", { file, reason, suggestions }, { at: { file } }));
  }
}

/** Why `entry` is no values file. */
function explainLayer(name: string | undefined, { kind }: FolderEntry, names: readonly string[]): string {
  if (name === undefined) return "values files are called <environment>.yaml";
  return kind === "folder" && names.includes(name) ? "it is a folder, and values stand in a file" : `no environment is called \`${name}\``;
}

function isLegalId(id: string): boolean {
  return isServiceId(id) && !RESERVED.has(id);
}
