// What `veltrix init` would write into a repository. With one conflict it writes nothing at all.
import { compile, type DiskHost, type Outputs } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { addPackage } from "./pnpm-workspace.ts";
import { knownEmitters } from "../emitters.ts";
import { firstOutputs, type InitFile, packageFile, serviceFiles, settingsFile, turboFile } from "./templates.ts";

export interface InitOptions {
  /** Id of the service to add; left out: the first one, where there is none yet. */
  readonly service?: string;
  /** Version of our packages that the generated package asks for. */
  readonly version: string;
}

/** Files to write in this order, or the reasons to write none. */
export interface InitPlan {
  readonly files: readonly InitFile[];
  readonly unchanged: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly readText: (file: string) => string | undefined;
}

const FIRST_SERVICE = "my-service";
const PNPM_FILE = "pnpm-workspace.yaml";
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** Plans the files of the repository that `host` shows. */
export function planInit(host: DiskHost, options: InitOptions): InitPlan {
  const planner = new Planner(host);
  planner.planAll(options);
  const { diagnostics, readText } = planner;
  return { files: diagnostics.length === 0 ? planner.files : [], unchanged: planner.unchanged, diagnostics, readText };
}

class Planner {
  readonly files: InitFile[] = [];
  readonly diagnostics: Diagnostic[] = [];
  unchanged = 0;
  readonly readText: (file: string) => string | undefined = (file) => this.#text(file);
  readonly #host: DiskHost;

  constructor(host: DiskHost) {
    this.#host = host;
  }

  planAll({ service, version }: InitOptions): void {
    const existing = this.#readExisting();
    if (existing === undefined) return;
    const { outputs, services, isNew } = existing;
    const id = service ?? (services.length === 0 ? FIRST_SERVICE : undefined);
    if (isNew) this.#refuseOtherSchemas(id);
    this.#planGenerated(outputs, version);
    this.#planLine(".gitattributes", `${outputs.folder}/** text eol=lf linguist-generated`, []);
    this.#planLine(".gitignore", ".veltrix/", [".veltrix", "/.veltrix", "/.veltrix/"]);
    this.#planWorkspace(outputs.folder);
    for (const file of id === undefined ? [] : serviceFiles(id)) this.#planFile(file, "is there already, with other contents");
    // Last: without it nothing is a workspace yet, so an interrupted run can be repeated.
    if (isNew) this.#planFile(settingsFile, "is there already, with other contents");
  }

  /** What an existing workspace says; undefined when it has problems. */
  #readExisting():
    | { readonly outputs: Pick<Outputs, "package" | "folder">; readonly services: readonly string[]; readonly isNew: boolean }
    | undefined {
    if (this.#host.readFile(settingsFile.path, NO_LIMIT).kind === "missing") return { outputs: firstOutputs, services: [], isNew: true };
    const { model, diagnostics } = compile(this.#host, knownEmitters);
    if (model === undefined) {
      this.diagnostics.push(...diagnostics);
      return undefined;
    }
    return { outputs: model.settings.outputs, services: model.services.map(({ id }) => id), isNew: false };
  }

  /** Anything else under schemas/ would be read as ours from now on. */
  #refuseOtherSchemas(id: string | undefined): void {
    for (const name of this.#namesIn("schemas")) {
      if (name !== id) this.#conflict(`schemas/${name}`, "is there already, and Veltrix would read it");
    }
  }

  #planGenerated(outputs: Pick<Outputs, "package" | "folder">, version: string): void {
    const { folder } = outputs;
    const file = packageFile(outputs, version);
    const names = this.#namesIn(folder);
    const written = this.#text(file.path);
    if (written !== undefined && isSamePackage(written, file.contents)) this.unchanged++;
    else if (written === undefined && names.length > 0 && this.#text(`${folder}/index.json`) === undefined) {
      // An interrupted run leaves turbo.json alone here, and that is ours.
      if (names.some((name) => name !== "turbo.json")) this.#conflict(folder, "holds files already that are not of Veltrix");
      else this.files.push(file);
    } else this.#planFile(file, `is not the package ${outputs.package}`);
    const turbo = turboFile(outputs);
    const present = this.#text(turbo.path);
    if (present !== undefined && isSameJson(present, turbo.contents)) this.unchanged++;
    else this.#planFile(turbo, "is there already, with other contents");
  }

  /** The names in a folder. One that cannot be read may hold anything, and is a conflict. */
  #namesIn(folder: string): readonly string[] {
    const read = this.#host.listFolder(folder);
    if (read.kind === "refused") this.#conflict(folder, `cannot be read: ${read.reason}`);
    return read.kind === "entries" ? read.entries.map(({ name }) => name) : [];
  }

  #planLine(path: string, line: string, alike: readonly string[]): void {
    const text = this.#text(path) ?? "";
    const lines = new Set(text.split(/\r?\n/).map((present) => present.trim()));
    if ([line, ...alike].some((known) => lines.has(known))) this.unchanged++;
    else this.#replace({ path, contents: `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n` });
  }

  #planWorkspace(folder: string): void {
    const before = this.#text(PNPM_FILE);
    const edit = addPackage(before ?? "", folder);
    if (edit.kind === "unusable") this.#conflict(PNPM_FILE, edit.detail);
    else if (edit.text === before) this.unchanged++;
    else this.#replace({ path: PNPM_FILE, contents: edit.text });
  }

  #planFile(file: InitFile, conflict: string): void {
    const before = this.#text(file.path);
    if (before === file.contents) this.unchanged++;
    else if (before === undefined) this.#replace(file);
    else this.#conflict(file.path, conflict);
  }

  /** A path that holds something unreadable is a conflict, never overwritten. */
  #replace(file: InitFile): void {
    const read = this.#host.readFile(file.path, NO_LIMIT);
    if (read.kind === "refused") this.#conflict(file.path, `cannot be used: ${read.reason}`);
    else this.files.push(file);
  }

  #text(path: string): string | undefined {
    const read = this.#host.readFile(path, NO_LIMIT);
    return read.kind === "bytes" ? new TextDecoder().decode(read.bytes) : undefined;
  }

  #conflict(file: string, detail: string): void {
    this.diagnostics.push(report("VX7006", { file, detail }, { at: { file } }));
  }
}

/** Versions and scripts may have moved on; name and exports are what makes it ours. */
function isSamePackage(text: string, template: string): boolean {
  const present = parse(text);
  const wanted = parse(template);
  return present?.["name"] === wanted?.["name"] && JSON.stringify(present?.["exports"]) === JSON.stringify(wanted?.["exports"]);
}

function isSameJson(text: string, template: string): boolean {
  return JSON.stringify(parse(text)) === JSON.stringify(parse(template));
}

/** Undefined for what is not a JSON object: then it is not ours. */
function parse(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // Any other object has string keys.
    return typeof value === "object" && value !== null ? (value as { readonly [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
