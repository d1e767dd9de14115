// The workload in a stream of manifests, and in it all that has a name of ours: what a patch may change and what not.
import type { Environment } from "@veltrix/compiler";
import { type Diagnostic, type Location, report, suggest } from "@veltrix/diagnostics";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import { isWorkloadKind, workloadKinds } from "@veltrix/protocol/kubernetes";
import { type Manifest, manifestsOf, podTemplateOf } from "../manifests/manifests.ts";

/** The stream as it was read. */
export interface Stream {
  /** What diagnostics call it. */
  readonly file: string;
  readonly documents: readonly JsonValue[];
}

/** Which workload is meant. */
export interface Wanted {
  readonly service: string;
  readonly workload: { readonly kind: string; readonly name: string };
  readonly environment: Environment;
}

/** One workload of the stream. */
export interface FoundWorkload {
  readonly manifest: Manifest;
  readonly document: number;
}

export type Search =
  | { readonly kind: "found"; readonly found: FoundWorkload }
  /** `isAbsent`: nothing of that kind and name is there at all. */
  | { readonly kind: "refused"; readonly isAbsent: boolean; readonly diagnostics: readonly Diagnostic[] };

/** The one workload that is meant. */
export function findWorkload({ file, documents }: Stream, wanted: Wanted): Search {
  const { kind, name } = wanted.workload;
  const all = documents.flatMap((value, document) => manifestsOf(value).map((manifest) => ({ manifest, document })));
  const named = all.filter(({ manifest }) => manifest.kind === kind && manifest.name === name);
  const found = named.filter(({ manifest }) => manifest.namespace === undefined || manifest.namespace === wanted.environment.namespace);
  const at = (one: FoundWorkload | undefined, member: string): Location =>
    one === undefined ? { file } : { file, document: one.document, pointer: `${one.manifest.pointer}/${member}`, on: "value" };
  const refuse = (detail: string, fix: string, where: Location, suggestions: readonly string[] = []): Search => ({
    kind: "refused",
    isAbsent: named.length === 0,
    diagnostics: [report("VX7014", { detail, fix, suggestions }, placeOf(wanted, where))],
  });
  const [only, second] = found;
  if (named.length === 0) {
    const names = all.flatMap(({ manifest }) => (manifest.kind === kind && manifest.name !== undefined ? [manifest.name] : []));
    return refuse(
      `there is no ${kind} \`${name}\` among the manifests`,
      "name another one with --workload <Kind>/<name>, or in x-veltrix.workload of the contract",
      { file },
      suggest(name, names),
    );
  }
  if (only === undefined)
    return refuse(
      `the ${kind} \`${name}\` stands in the namespace ${named[0]?.manifest.namespace}, and ${wanted.environment.name} is ${wanted.environment.namespace}`,
      "give the manifest of this environment, or ask for another --env",
      at(named[0], "metadata/namespace"),
    );
  if (second !== undefined)
    return refuse(`there are ${found.length} manifests of the ${kind} \`${name}\``, "keep one of them", at(second, "metadata/name"));
  const apiVersion = isWorkloadKind(kind) ? workloadKinds[kind].apiVersion : undefined;
  if (only.manifest.apiVersion !== apiVersion)
    return refuse(`the ${kind} \`${name}\` has another apiVersion`, `write \`apiVersion: ${apiVersion}\``, at(only, "apiVersion"));
  return { kind: "found", found: only };
}

function placeOf({ service, environment }: Wanted, at: Location): { at: Location; service: string; environments: readonly string[] } {
  return { at, service, environments: [environment.name] };
}

/** Everything that stands in the way of a patch. */
export function findObstacles(
  { file }: Stream,
  { manifest, document }: FoundWorkload,
  wanted: Wanted,
  ours: JsonObject,
): readonly Diagnostic[] {
  const at = (pointer: string): Location => ({ file, document, pointer, on: "value" });
  const template = podTemplateOf(manifest);
  const spec = template?.value["spec"];
  const containers = listAt(spec, "containers");
  const index = containers.findIndex((container) => container["name"] === wanted.service);
  const container = containers[index];
  if (template === undefined || !isJsonObject(spec) || container === undefined) {
    const names = containers.flatMap(({ name }) => (typeof name === "string" ? [name] : []));
    const detail = `no container of the ${manifest.kind} \`${manifest.name}\` is called \`${wanted.service}\``;
    const fix = `call the container that runs the service \`${wanted.service}\``;
    const pointer = `${template?.pointer ?? manifest.pointer}/spec/containers`;
    return [report("VX7014", { detail, fix, suggestions: suggest(wanted.service, names) }, placeOf(wanted, at(pointer)))];
  }
  const containerPointer = `${template.pointer}/spec/containers/${index}`;
  const twice = containers.findLastIndex((other) => other["name"] === wanted.service);
  const judge = new NameJudge(wanted, at);
  if (twice !== index) judge.refuse("container", wanted.service, "it stands twice", `${template.pointer}/spec/containers/${twice}/name`);
  judge.judge(
    "volume",
    { list: listAt(spec, "volumes"), ours: listAt(ours["spec"], "volumes"), key: "name" },
    `${template.pointer}/spec/volumes`,
  );
  const own = listAt(ours["spec"], "containers")[0];
  judge.judge(
    "mount",
    { list: listAt(container, "volumeMounts"), ours: listAt(own, "volumeMounts"), key: "mountPath" },
    `${containerPointer}/volumeMounts`,
  );
  judge.judge("variable", { list: listAt(container, "env"), ours: listAt(own, "env"), key: "name" }, `${containerPointer}/env`);
  return judge.diagnostics;
}

/** The objects of a list; what is none stays an empty one, so that indexes stay. */
function listAt(value: JsonValue | undefined, member: string): readonly JsonObject[] {
  const list = isJsonObject(value) ? value[member] : undefined;
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  return items.map((item) => (isJsonObject(item) ? item : {}));
}

interface Lists {
  readonly list: readonly JsonObject[];
  readonly ours: readonly JsonObject[];
  /** The member that lists of this kind are merged by. */
  readonly key: string;
}

class NameJudge {
  readonly diagnostics: Diagnostic[] = [];
  readonly #wanted: Wanted;
  readonly #at: (pointer: string) => Location;

  constructor(wanted: Wanted, at: (pointer: string) => Location) {
    this.#wanted = wanted;
    this.#at = at;
  }

  judge(what: string, { list, ours, key }: Lists, pointer: string): void {
    for (const item of ours) {
      const name = String(item[key]);
      const indexes = list.flatMap((candidate, index) => (candidate[key] === name ? [index] : []));
      const [first, second] = indexes;
      if (first === undefined) continue;
      const reason = refuseItem(item, list[first] ?? {}, this.#wanted.service);
      if (reason !== undefined) this.refuse(what, name, reason, `${pointer}/${first}/${key}`);
      if (second !== undefined) this.refuse(what, name, "it stands twice", `${pointer}/${second}/${key}`);
    }
  }

  refuse(what: string, name: string, detail: string, pointer: string): void {
    this.diagnostics.push(report("VX7015", { what, name, detail }, placeOf(this.#wanted, this.#at(pointer))));
  }
}

/** Why `theirs` cannot be an earlier state of `ours`: Kustomize would merge the two into something that is neither. */
function refuseItem(ours: JsonObject, theirs: JsonObject, service: string): string | undefined {
  const foreign = Object.keys(theirs).find((member) => !Object.hasOwn(ours, member));
  if (foreign !== undefined) return `it has \`${foreign}\`, which is none of ours`;
  for (const [member, value] of Object.entries(ours)) {
    const other = theirs[member];
    if (isJsonObject(value) !== isJsonObject(other) && other !== undefined) return `its \`${member}\` has another form`;
  }
  if (typeof ours["mountPath"] === "string" && theirs["name"] !== ours["name"])
    return `the volume \`${String(theirs["name"])}\` is mounted there`;
  // A merge would keep both sources of a variable, which no API server takes.
  const [source, otherSource] = [ours["valueFrom"], theirs["valueFrom"]];
  const member =
    isJsonObject(source) && isJsonObject(otherSource) ? Object.keys(otherSource).find((name) => !Object.hasOwn(source, name)) : undefined;
  if (member !== undefined) return `it is taken by \`${member}\``;
  const [is, was] = [objectName(ours), objectName(theirs)];
  // With immutable delivery a hash ends the name, and an earlier build had another.
  const plain = (name: string | undefined): string | undefined => name?.replace(/-[0-9a-f]{10}$/, "");
  return plain(is) === plain(was) ? undefined : `it takes \`${was}\`, which is none of ${service}`;
}

/** The ConfigMap that a volume or a variable of ours takes. */
function objectName(item: JsonObject): string | undefined {
  const from = isJsonObject(item["valueFrom"]) ? item["valueFrom"]["configMapKeyRef"] : item["configMap"];
  return isJsonObject(from) && typeof from["name"] === "string" ? from["name"] : undefined;
}
