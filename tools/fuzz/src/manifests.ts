// What the files for Kubernetes hold: to every reader of YAML the objects of the model, and no action that a template
// engine would take from a text of the user's.
import { isDeepStrictEqual } from "node:util";
import { build, MemoryHost, type Model, type ResolvedConfig, type Service } from "@veltrix/compiler";
import {
  admissionFor,
  chartFolder,
  CLUSTER_FOLDER,
  kubernetesEmitter,
  listObjects,
  manifestFolder,
  podNamesOf,
  podPartsFor,
  renderPatch,
  serviceObjects,
  outputsOf,
} from "@veltrix/kubernetes";
import { parseAllDocuments } from "yaml";
import { workspace } from "./case.ts";
import { Memory } from "./memory.ts";

/** Files by their path below the generated folder. */
export type Generated = ReadonlyMap<string, string>;

/** What is wrong with the files that tools of Kubernetes read; `isThorough`: to a second reader of YAML, too. */
export async function inspectManifests(model: Model, files: Generated, isThorough: boolean): Promise<readonly string[]> {
  const faults: string[] = [];
  const expected = expectedObjects(model);
  for (const [path, contents] of files) {
    const plainFiles = plainFilesOf(path, files);
    if (plainFiles.length > 0) {
      if (contents !== plainFiles.join("---\n")) faults.push(`${path} is not what kubectl gets`);
    } else if (/\.(?:yaml|tpl)$/.test(path) && path.includes("/chart/templates/"))
      faults.push(...(await inspectTemplate(path, contents, model)));
    else if (path.endsWith(".yaml")) faults.push(...inspectYaml(path, contents, { expected: expected.get(path), files, isThorough }));
  }
  for (const path of expected.keys()) if (!files.has(path)) faults.push(`${path} is not written`);
  return faults;
}

/** For the objects of a chart: the texts of the same objects for kubectl, where they are written, in their order. */
function plainFilesOf(path: string, files: Generated): readonly string[] {
  const [, id, environment] = /^([^/]+)\/chart\/files\/([^/]+)\/objects\.yaml$/.exec(path) ?? [];
  return ["configmap", "configmap-env", "external-secrets"].flatMap((name) => {
    const text = files.get(`${id}/k8s/${environment}/${name}.yaml`);
    return text === undefined ? [] : [text];
  });
}

/** The objects that files have to hold, by path; of other files it is only asked that all readers agree. */
function expectedObjects(model: Model): ReadonlyMap<string, readonly unknown[]> {
  const expected = new Map<string, readonly unknown[]>();
  const { environments } = model.settings;
  const outputs = outputsOf(model);
  for (const service of model.services)
    for (const config of service.configs) for (const [path, objects] of expectedOf(model, service, config)) expected.set(path, objects);
  for (const environment of environments) {
    const objects = admissionFor(model, environment);
    if (objects.length > 0) expected.set(`${CLUSTER_FOLDER}/${environment.name}/admission.yaml`, objects);
    else if (outputs.admission !== undefined && environment.namespace !== undefined && model.services.length > 0)
      expected.set(`${CLUSTER_FOLDER}/${environment.name}/admission.yaml`, ["a policy"]);
  }
  return expected;
}

function expectedOf(model: Model, service: Service, config: ResolvedConfig): readonly (readonly [string, readonly unknown[]])[] {
  const outputs = outputsOf(model);
  const objects = serviceObjects(service, config, outputs);
  if (objects === undefined) return [];
  const folder = manifestFolder(service, config);
  const hasPlain = outputs.targets.some((target) => target !== "helm");
  return [
    ...(hasPlain ? [[`${folder}/configmap.yaml`, [objects.config]] as const] : []),
    ...(hasPlain && objects.variables !== undefined ? [[`${folder}/configmap-env.yaml`, [objects.variables]] as const] : []),
    ...(outputs.targets.includes("kustomize") && service.contract.workload !== undefined
      ? [
          [
            `${folder}/component/patch.yaml`,
            [renderPatch(service.contract.workload, service.id, podPartsFor(config, objects, podNamesOf(model, service)))],
          ] as const,
        ]
      : []),
    ...(hasPlain && objects.externalSecrets.length > 0 ? [[`${folder}/external-secrets.yaml`, objects.externalSecrets] as const] : []),
    // What is also there as plain files is compared with them, byte for byte.
    ...(outputs.targets.includes("helm") && !hasPlain
      ? [[`${chartFolder(service.id)}/files/${config.environment.name}/objects.yaml`, listObjects(objects)] as const]
      : []),
  ];
}

interface Expectation {
  readonly expected: readonly unknown[] | undefined;
  readonly files: Generated;
  readonly isThorough: boolean;
}

/** What a stream of documents means to one reader, or why it means nothing. */
interface ManifestReading {
  readonly documents: readonly unknown[];
  readonly problems: readonly string[];
}

function readAs(version: "1.1" | "1.2"): Memory<ManifestReading> {
  return new Memory((text) => {
    const documents = [...parseAllDocuments(text, { version, logLevel: "silent" })];
    const problems = documents.flatMap(({ errors, warnings }) =>
      [...errors, ...warnings].map(({ message }) => message.split("\n")[0] ?? ""),
    );
    return { documents: documents.map((document) => plain(document.toJS())), problems };
  });
}

// kubectl and Helm read YAML 1.1, editors and other tools YAML 1.2.
const READERS = { "1.1": readAs("1.1"), "1.2": readAs("1.2") };

function inspectYaml(path: string, contents: string, { expected, files, isThorough }: Expectation): readonly string[] {
  const older = READERS["1.1"].of(contents);
  const newer = isThorough ? READERS["1.2"].of(contents) : older;
  const problems = [older, newer].flatMap((reading) => reading.problems.map((problem) => `${path} is no YAML: ${problem}`));
  if (!isDeepStrictEqual(older.documents, newer.documents)) problems.push(`${path} means two things to YAML 1.1 and 1.2`);
  if (expected !== undefined && !isDeepStrictEqual(older.documents, expected.map(plain)))
    problems.push(`${path} does not hold the objects of the model`);
  const missing = resourcesIn(contents).filter((resource) => !hasResource(path, resource, files));
  return [...problems, ...missing.map((resource) => `${path} names ${resource}, which is not written`)];
}

/** A value in which prototypes play no part, nor members that are undefined: they are not written. */
function plain(value: unknown): unknown {
  // Unlike a way through JSON, this keeps dates and `__proto__` apart from texts and from nothing.
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return new Map(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, plain(member)]),
  );
}

/** Paths that a kustomization names: each stands on a line of its own. */
function resourcesIn(contents: string): readonly string[] {
  if (!/^kind: (?:Kustomization|Component)$/m.test(contents)) return [];
  return [...contents.matchAll(/^ {2}- (?:path: )?(.*)$/gm)].map(([, path = ""]) => path.replace(/^"(.*)"$/, "$1"));
}

/** A file, or a folder with a kustomization of its own. */
function hasResource(path: string, resource: string, files: Generated): boolean {
  const parts = path.split("/").slice(0, -1);
  for (const part of resource.split("/")) {
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  const target = parts.join("/");
  return files.has(target) || files.has(`${target}/kustomization.yaml`);
}

/** The actions of charts whose contracts mean well, once the words of a workspace are left out. */
async function actionsOfOurs(): Promise<ReadonlySet<string>> {
  const host = new MemoryHost(workspace);
  const { model } = await build(host, { emitters: [kubernetesEmitter] });
  if (model === undefined) throw new Error("the workspace of this repository does not build");
  const templates = host.paths().filter((path) => path.includes("/chart/templates/"));
  const actions = templates.flatMap((path) => {
    const [, id = ""] = path.split("/");
    return actionsIn(host.text(path) ?? "").map((action) => generalise(action, id, model));
  });
  return new Set([...actions, '{{ "{{" }}']);
}

let ours: ReadonlySet<string> | undefined;

async function inspectTemplate(path: string, contents: string, model: Model): Promise<readonly string[]> {
  const known = (ours ??= await actionsOfOurs());
  const [id = ""] = path.split("/");
  return actionsIn(contents)
    .map((action) => generalise(action, id, model))
    .filter((action) => !known.has(action))
    .map((action) => `${path} holds a foreign action: ${action.slice(0, 120)}`);
}

/** What a template engine would act upon; a comment may hold braces. */
function actionsIn(contents: string): readonly string[] {
  return contents.match(/\{\{-? ?\/\*[\s\S]*?\*\/ ?-?\}\}|\{\{ "\{\{" \}\}|\{\{[\s\S]*?\}\}|\{\{[\s\S]*$/g) ?? [];
}

/** An action in which one word stands for each list of names of the workspace. */
function generalise(action: string, id: string, { settings }: Model): string {
  const names = new Set(settings.environments.flatMap(({ name, namespace = name }) => [name, namespace]));
  return action
    .replaceAll(`"veltrix.${id}.`, '"veltrix.ID.')
    .replace(`"${id}: `, '"ID: ')
    .replace(/"([a-z0-9.-]+)"/g, (quoted, name: string) => (name === id || names.has(name) ? '"NAME"' : quoted))
    .replace(/(?:"NAME" )+"NAME"/g, '"NAME"')
    .replace(/write one of ([^"]*)/, (all, list: string) =>
      list.split(", ").every((name) => names.has(name)) ? "write one of NAMES" : all,
    );
}
