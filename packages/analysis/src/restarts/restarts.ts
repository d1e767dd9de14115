// Which workloads a change restarts: those whose pods it changes. And why: key by key, back to where each was changed.
import { type Model, originOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { podNamesOf, type PodParts, podPartsFor, serviceObjects, type YamlMap, outputsOf } from "@veltrix/kubernetes";
import { compareUtf8, isWithin, leavesOf } from "@veltrix/protocol";
import { hashLeaf } from "@veltrix/protocol/fingerprint";
import { followReferences } from "../follow-references.ts";
import { configIn, type ServiceConfig } from "../service-config.ts";

/** A workload whose pods are replaced when the new configuration is delivered. */
export interface Restart {
  readonly environment: string;
  readonly service: string;
  /** Null where the contract names none. */
  readonly workload: { readonly kind: string; readonly name: string } | null;
  readonly reasons: readonly RestartReason[];
}

/** A restart key that came, went or changed. */
export interface KeyReason {
  readonly kind: "key";
  readonly pointer: string;
  /** The keys that it takes its value from, nearest first. */
  readonly chain: readonly { readonly service: string; readonly pointer: string }[];
  /** Where its value is written, relative to the workspace. */
  readonly file: string | null;
}

/** A restart key that changed, or another part of the pods that did. */
export type RestartReason = KeyReason | { readonly kind: "pod"; readonly detail: string };

/** One service before and after. */
export interface ServicePair {
  readonly old: Service | undefined;
  readonly now: Service | undefined;
}

/** The restarts of one service; a workload that it names no longer is one too. Where nothing is delivered nothing restarts, and a new workload starts rather than restarts. */
export function restartsOf({ old, now }: ServicePair, before: Model, after: Model): readonly Restart[] {
  if (old === undefined || now === undefined) return [];
  return now.configs.flatMap((config) => {
    const { environment } = config;
    const then = configIn(old, environment.name);
    const [was, is] = [then === undefined ? undefined : podsOf(before, old, then), podsOf(after, now, config)];
    if (then === undefined || was === undefined || is === undefined) return [];
    const workload = now.contract.workload ?? null;
    const isRenamed = JSON.stringify(old.contract.workload ?? null) !== JSON.stringify(workload);
    if (JSON.stringify(was) === JSON.stringify(is) && !isRenamed) return [];
    const keys = changedKeys({ service: old, config: then, model: before }, { service: now, config, model: after });
    const reasons = [
      ...keys,
      // With immutable delivery every value renames its object, and all that takes it: the keys say it.
      ...changedParts(was, is)
        .filter(({ isRenaming }) => keys.length === 0 || !isRenaming)
        .map(({ detail }) => ({ kind: "pod" as const, detail })),
      ...(isRenamed ? [{ kind: "pod" as const, detail: "the contract names another workload" }] : []),
    ];
    const place = { environment: environment.name, service: now.id };
    const left = isRenamed ? (old.contract.workload ?? null) : null;
    // The old one is patched no longer: applied again, it has neither the volume nor the variables.
    const lost = { kind: "pod", detail: "the contract names it no longer: it loses its configuration" } as const;
    return [...(left === null ? [] : [{ ...place, workload: left, reasons: [lost] }]), { ...place, workload, reasons }];
  });
}

function podsOf(model: Model, service: Service, config: ResolvedConfig): PodParts | undefined {
  const objects = serviceObjects(service, config, outputsOf(model));
  return objects === undefined ? undefined : podPartsFor(config, objects, podNamesOf(model, service));
}

interface InModel extends ServiceConfig {
  readonly model: Model;
}

/** Restart keys that came, went or hold another value: exactly those that the restart fingerprint is over. */
function changedKeys(before: InModel, after: InModel): readonly KeyReason[] {
  const [was, is] = [restartLeaves(before), restartLeaves(after)];
  const pointers = [...new Set([...was.keys(), ...is.keys()])].filter((pointer) => was.get(pointer) !== is.get(pointer)).sort(compareUtf8);
  return pointers.map((pointer) => {
    const { chain, file } = follow(is.has(pointer) ? after : before, pointer);
    return { kind: "key", pointer, chain, file };
  });
}

function restartLeaves({ service, config }: InModel): ReadonlyMap<string, string> {
  const hot = service.contract.keys.filter((key) => key.hot === "root").map((key) => key.pointer);
  return new Map(
    leavesOf(config.value, config.secrets)
      .filter((leaf) => !hot.some((ancestor) => isWithin(leaf.pointer, ancestor)))
      .map((leaf) => [leaf.pointer, hashLeaf(leaf)]),
  );
}

/** The keys that a value is taken from, and the file that holds it. */
function follow({ model, config }: InModel, pointer: string): Pick<KeyReason, "chain" | "file"> {
  const followed = followReferences(model, config, pointer);
  const file = [originOf(config, pointer), ...followed.map(({ origin }) => origin)].findLast((origin) => origin !== undefined)?.file;
  return { chain: followed.map(({ service, pointer: key }) => ({ service, pointer: key })), file: file ?? null };
}

/** What else of the pods is another: a variable that came, an object of another name. Values of keys are not told again. */
function changedParts(was: PodParts, is: PodParts): readonly { readonly detail: string; readonly isRenaming: boolean }[] {
  const lists = [
    ["variable", "name", was.env, is.env],
    ["volume", "name", was.volumes, is.volumes],
    ["mount", "mountPath", was.volumeMounts, is.volumeMounts],
  ] as const;
  return lists.flatMap(([what, key, before, after]) => {
    const names = [...new Set([...before, ...after].map((item) => String(item[key])))].sort();
    return names.flatMap((name) => {
      const find = (list: readonly YamlMap[]): YamlMap | undefined => list.find((item) => item[key] === name);
      const [a, b] = [find(before), find(after)];
      if (JSON.stringify(a) === JSON.stringify(b)) return [];
      const change = a === undefined ? "is new" : b === undefined ? "is gone" : "is another";
      return [{ detail: `the ${what} ${name} ${change}`, isRenaming: change === "is another" }];
    });
  });
}
