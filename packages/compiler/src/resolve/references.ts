// References: `!ref service#/pointer` replaced by what that key holds in the same environment.
import { type Location, type Related, report, suggest } from "@veltrix/diagnostics";
import { appendToken, isWithin, lastToken, parsePointer } from "@veltrix/protocol";
import type { Drafts } from "../drafts.ts";
import { compareContracts } from "../link/agreement.ts";
import { fittingKeys } from "../link/exports.ts";
import type { Linked, LinkedService } from "../link/link.ts";
import type { Key, KeyUse } from "../model.ts";
import { isRawObject, isTag, Overlaid, type RawObject, type RawValue, Reference, Replacement, Unresolved } from "../read/document.ts";
import { MAX_DEPTH, MAX_NODES } from "../read/limits.ts";
import { memberIn, valueIn } from "../read/value-in.ts";
import { setOwn } from "../set-own.ts";
import { type Layers, layersOf, writersOf, type Written } from "./layers.ts";
import { defaultAt, fillDefaults } from "./defaults.ts";
import { type MergeNote, Merger } from "./merge.ts";
import type { LayeredValues } from "./values.ts";

/** What following needs to know. */
export interface FollowInput {
  readonly linked: Linked;
  readonly drafts: Drafts;
  /** A service's layered values before their references are followed; undefined when its files are faulty. */
  readonly valuesOf: (service: string, environment: string) => LayeredValues | undefined;
  /** Told what merging an object with what it lies over does in vain. */
  readonly noteMerge: (service: LinkedService, environment: string, note: MergeNote) => void;
}

/** A reference that stands at `pointer` of `service`. */
interface Site {
  readonly service: string;
  readonly pointer: string;
  readonly reference: Reference;
}

interface At {
  readonly service: string;
  readonly pointer: string;
}

/** Where following began: the file that problems are shown in. */
interface Start {
  readonly service: string;
  readonly environment: string;
  readonly layers: Layers;
}

/** Follows the references of all services, noting what stands in the way. */
export class ReferenceFollower {
  readonly #input: FollowInput;
  readonly #services: ReadonlyMap<string, LinkedService>;
  readonly #keys: Map<string, ReadonlyMap<string, Key>> = new Map();
  /** Service to its references, by where they stand and what they name. */
  readonly #uses: Map<string, Map<string, KeyUse>> = new Map();
  #nodes = 0;
  /** Lists and objects that are being followed, one in another. */
  #level = 0;
  #hasExceeded = false;

  constructor(input: FollowInput) {
    this.#input = input;
    this.#services = new Map(input.linked.services.map((service) => [service.id, service]));
  }

  /** `values.value` with every reference replaced, and merged with what lies over it. */
  followAll({ id: service }: LinkedService, values: LayeredValues): RawObject {
    this.#nodes = 0;
    this.#level = 0;
    this.#hasExceeded = false;
    const start = { service, environment: values.environment.name, layers: values.layers };
    const followed = this.#value(values.value, { service, pointer: "" }, [], start);
    return isRawObject(followed) ? followed : {};
  }

  /** Which keys of other services the values of `service` use, each once, in any environment. */
  usesOf(service: string): readonly KeyUse[] {
    return [...(this.#uses.get(service)?.values() ?? [])];
  }

  #noteUse({ service, pointer, reference }: Site): void {
    const uses = this.#uses.get(service) ?? new Map<string, KeyUse>();
    uses.set(`${pointer} ${reference.text}`, { pointer, service: reference.service, key: reference.pointer });
    this.#uses.set(service, uses);
  }

  #value(value: RawValue, at: At, stack: readonly Site[], start: Start): RawValue {
    if (value instanceof Reference) return this.#follow({ ...at, reference: value }, stack, start);
    if (value instanceof Overlaid) return this.#mergeOver(value, at, stack, start);
    if (value instanceof Replacement) {
      // A list or an object, and so is what is left of it when its references are followed.
      return new Replacement(this.#value(value.value, at, stack, start) as Replacement["value"]);
    }
    if (typeof value !== "object" || value === null || isTag(value)) return value;
    if (++this.#nodes > MAX_NODES)
      return this.#exceed(start, stack, { what: "the config with its references followed", limit: `${MAX_NODES} values` });
    // Files are nested less, and so is what is delivered: this is a chain of references, each far down in what the last one names.
    if (this.#level >= 8 * MAX_DEPTH) return this.#exceed(start, stack, { what: NESTING, limit: `${MAX_DEPTH} levels` });
    this.#level++;
    const followed = this.#members(value as RawObject | readonly RawValue[], at, stack, start);
    this.#level--;
    return followed;
  }

  #members(value: RawObject | readonly RawValue[], at: At, stack: readonly Site[], start: Start): RawValue {
    if (Array.isArray(value))
      return value.map((item: RawValue, index) =>
        this.#value(item, { service: at.service, pointer: `${at.pointer}/${index}` }, stack, start),
      );
    const followed: { [key: string]: RawValue } = {};
    for (const [key, member] of Object.entries(value as RawObject))
      setOwn(followed, key, this.#value(member, { service: at.service, pointer: appendToken(at.pointer, key) }, stack, start));
    return followed;
  }

  /** The value of a reference with the objects that lie over it, each with its own references followed. */
  #mergeOver({ reference, above }: Overlaid, at: At, stack: readonly Site[], start: Start): RawValue {
    let merged: RawValue | undefined = this.#follow({ ...at, reference }, stack, start);
    if (merged instanceof Unresolved) return merged;
    const service = this.#services.get(at.service);
    // What is noted of a value belongs to the service that wrote it, and is noted there.
    const merger = new Merger((note) => {
      if (service !== undefined && stack.length === 0) this.#input.noteMerge(service, start.environment, note);
    });
    for (const { file, value } of above) merged = merger.merge(merged, this.#value(value, at, stack, start), { file, pointer: at.pointer });
    return merged ?? new Unresolved();
  }

  #follow(site: Site, stack: readonly Site[], start: Start): RawValue {
    const { reference } = site;
    if (this.#hasExceeded) return new Unresolved();
    const cycle = stack.findIndex((earlier) => earlier.service === site.service && earlier.pointer === site.pointer);
    if (cycle !== -1) return this.#noteCycle(stack.slice(cycle), start);
    if (stack.length >= MAX_DEPTH) return this.#exceed(start, stack, { what: "the chain of references", limit: `${MAX_DEPTH} references` });
    // Problems of a reference are shown where it stands; following it from elsewhere would show them twice.
    const isOwn = stack.length === 0;
    if (isOwn) this.#noteUse(site);
    const key = this.#targetKey(site, isOwn ? start : undefined);
    if (key === undefined) return new Unresolved();
    const provided = this.#input.valuesOf(reference.service, start.environment);
    if (provided === undefined) return new Unresolved();
    const found = this.#lookUp(provided, reference, [...stack, site], start);
    if (found !== undefined) {
      const isDeep = isOwn && isDeeperThan(found, MAX_DEPTH - (parsePointer(site.pointer) ?? []).length);
      return isDeep ? this.#exceed(start, [site], { what: NESTING, limit: `${MAX_DEPTH} levels` }) : found;
    }
    if (isOwn && !this.#isReportedMissing(provided.value, reference, start.environment)) this.#noteValueless(site, start);
    return new Unresolved();
  }

  /** What `reference` names inside `provided`, following references on the way, with the provider's defaults. */
  #lookUp(provided: LayeredValues, reference: Reference, stack: readonly Site[], start: Start): RawValue | undefined {
    const contract = this.#services.get(reference.service)?.contract;
    if (contract === undefined) return undefined;
    const of = { ...provided, contract };
    let current: RawValue | undefined = provided.value;
    let at = "";
    for (const token of parsePointer(reference.pointer) ?? []) {
      if (current instanceof Reference || current instanceof Overlaid)
        current = this.#value(current, { service: reference.service, pointer: at }, stack, start);
      if (current instanceof Unresolved) return current;
      at = appendToken(at, token);
      if (current === undefined || isTag(current)) return undefined;
      const member = memberIn(current, token);
      current = member === undefined && isRawObject(current) ? defaultAt(at, of) : member;
      if (current === undefined) return undefined;
    }
    return fillDefaults(this.#value(current, { service: reference.service, pointer: at }, stack, start), at, of).value;
  }

  /** The key of the provider's contract that the reference lies in, if the contract lets it be used. */
  #targetKey(site: Site, start: Start | undefined): Key | undefined {
    const { service: target, pointer } = site.reference;
    const consumer = this.#services.get(site.service);
    const provider = this.#services.get(target);
    if (provider === undefined) {
      const isNamedElsewhere = this.#input.linked.broken.has(target) || Object.hasOwn(consumer?.contract.dependsOn ?? {}, target);
      if (start !== undefined && !isNamedElsewhere) this.#noteUnknownService(site, start);
      return undefined;
    }
    const isForeign = target !== site.service;
    if (isForeign && !Object.hasOwn(consumer?.contract.dependsOn ?? {}, target)) {
      if (start !== undefined) this.#noteUndeclared(site, provider, start);
      return undefined;
    }
    const keys = this.#keysOf(provider);
    const chain = ancestorsOf(pointer)
      .map((ancestor) => keys.get(ancestor))
      .filter((key) => key !== undefined);
    const nearest = chain[0];
    if (nearest === undefined || (nearest.pointer !== pointer && !nearest.isLeaf)) {
      if (start !== undefined) this.#noteUnknownKey(site, provider, start);
      return undefined;
    }
    if (isForeign && !chain.some((key) => key.exported)) {
      if (start !== undefined) this.#noteUnexported(site, nearest, start);
      return undefined;
    }
    return nearest;
  }

  #keysOf(service: LinkedService): ReadonlyMap<string, Key> {
    const known = this.#keys.get(service.id) ?? new Map(service.contract.keys.map((key) => [key.pointer, key]));
    this.#keys.set(service.id, known);
    return known;
  }

  /** True when the provider's own check reports that the value is missing. */
  #isReportedMissing(provided: RawObject, reference: Reference, environment: string): boolean {
    const provider = this.#services.get(reference.service);
    if (provider === undefined) return false;
    const keys = this.#keysOf(provider);
    const missing = ancestorsOf(reference.pointer).findLast((pointer) => valueIn(provided, pointer) === undefined);
    const key = missing === undefined ? undefined : keys.get(missing);
    return key !== undefined && (key.required || key.requiredIn.includes(environment));
  }

  #noteUnknownService(site: Site, start: Start): void {
    const names = [...this.#services.keys(), ...this.#input.linked.broken];
    const suggestions = suggest(site.reference.service, names);
    this.#note("VX3001", site, start, (_where, place) =>
      report("VX3001", { service: site.service, target: site.reference.service, suggestions }, place),
    );
  }

  #noteUndeclared(site: Site, provider: LinkedService, start: Start): void {
    this.#note("VX3006", site, start, (_where, place) =>
      report("VX3006", { service: site.service, target: provider.id, version: provider.contract.version }, place),
    );
  }

  #noteUnknownKey(site: Site, provider: LinkedService, start: Start): void {
    const { pointer: key } = site.reference;
    const exported = provider.contract.keys.filter((candidate) => candidate.exported).map((candidate) => candidate.pointer);
    const suggestions = suggest(key, exported).map((pointer) => `${provider.id}#${pointer}`);
    const related = [
      {
        at: { file: provider.contract.file, pointer: "/properties", on: "key" as const },
        message: `the keys of ${provider.id} are declared at`,
      },
    ];
    this.#note("VX3002", site, start, (where, place) =>
      report(
        "VX3002",
        { service: site.service, pointer: site.pointer, where, target: provider.id, key, suggestions },
        { ...place, related },
      ),
    );
  }

  #noteUnexported(site: Site, key: Key, start: Start): void {
    const consumer = this.#services.get(site.service)?.contract.keys.find(({ pointer }) => pointer === site.pointer);
    const provider = this.#services.get(site.reference.service)?.contract.keys ?? [];
    const name = lastToken(site.pointer);
    const fitting =
      consumer === undefined ? [] : fittingKeys(provider, consumer.schema, name).map((pointer) => `${site.reference.service}#${pointer}`);
    const isPossible = consumer === undefined || compareContracts(key.schema, consumer.schema).verdict !== "never";
    const related = [{ at: { ...key.declaredAt, on: "key" as const }, message: "the key is declared at" }];
    this.#note("VX3003", site, start, (where, place) =>
      report(
        "VX3003",
        {
          service: site.service,
          pointer: site.pointer,
          where,
          target: site.reference.service,
          key: site.reference.pointer,
          fitting,
          isPossible,
        },
        { ...place, related },
      ),
    );
  }

  #noteValueless(site: Site, start: Start): void {
    this.#note("VX3008", site, start, (where, place) =>
      report(
        "VX3008",
        { service: site.service, pointer: site.pointer, where, target: site.reference.service, key: site.reference.pointer },
        place,
      ),
    );
  }

  /** A cycle is one problem, wherever it is entered: shown at its first member by name. */
  #noteCycle(sites: readonly Site[], start: Start): Unresolved {
    const names = sites.map((site) => `${site.service}#${site.pointer}`);
    const first = names.indexOf([...names].sort()[0] ?? "");
    const chain = [...names.slice(first), ...names.slice(0, first), names[first] ?? ""];
    const head = sites[first];
    // Every member of a cycle is followed as a start once; the one that leads the chain shows it.
    if (head !== undefined && head.service === start.service && sites[0] === head) {
      const related = sites.filter((site) => site !== head).map((site) => this.#memberOf(site, start.environment));
      this.#note("VX3004", head, start, (where, place) => report("VX3004", { chain, where }, { ...place, related }));
    }
    return new Unresolved();
  }

  /** A reference of a cycle, as one more place at fault. */
  #memberOf({ service, pointer, reference }: Site, environment: string): Related {
    const layers = layersOf(this.#services.get(service)?.layers ?? new Map(), environment) ?? [];
    const at = this.#placeOf(service, writerOf(layers, { service, pointer, reference }));
    return { at, message: `and this one to ${reference.text}`, isAtFault: true };
  }

  #placeOf(service: string, written: Written | undefined): Location {
    if (written === undefined) return { file: this.#services.get(service)?.contract.file ?? "" };
    return { file: written.file, pointer: written.pointer, on: "value" };
  }

  /** Said once: everything after it is over the limit as well. */
  #exceed(start: Start, stack: readonly Site[], params: { readonly what: string; readonly limit: string }): Unresolved {
    const site = stack[0];
    if (site !== undefined && !this.#hasExceeded) this.#note("VX1006", site, start, (_where, place) => report("VX1006", params, place));
    this.#hasExceeded = true;
    return new Unresolved();
  }

  #note(
    code: string,
    site: Site,
    start: Start,
    word: (where: string, place: Parameters<typeof report>[2]) => ReturnType<typeof report>,
  ): void {
    const at = this.#placeOf(site.service, writerOf(start.layers, site));
    this.#input.drafts.note([code, at.file, site.pointer], start.environment, (where, environments) =>
      word(where, { at, service: site.service, environments, key: site.pointer }),
    );
  }
}

const NESTING = "the nesting with its reference followed";

/** True when `value` has more levels of lists and objects. */
function isDeeperThan(value: RawValue, levels: number): boolean {
  if (typeof value !== "object" || value === null || isTag(value)) return false;
  return levels <= 0 || Object.values(value).some((member: RawValue) => isDeeperThan(member, levels - 1));
}

/** The layer that holds the reference: objects may lie over it. */
function writerOf(layers: Layers, { pointer, reference }: Site): Written | undefined {
  const writers = writersOf(layers, pointer);
  return writers.find(({ value }) => value instanceof Reference && value.text === reference.text) ?? writers[0];
}

/** `/a/b/c`, `/a/b`, `/a`: nearest first. */
function ancestorsOf(pointer: string): readonly string[] {
  const found: string[] = [];
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) found.push(at);
  return found;
}

/** Whether a violation at `pointer` of a provider explains what a consumer sees at `asked`. */
export function concerns(pointer: string, asked: string): boolean {
  return isWithin(asked, pointer) || isWithin(pointer, asked);
}
