// Stage 3, resolve: per environment, layers to one value, then contract defaults by policy, then references.
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { appendToken, isJsonObject, type JsonValue, parsePointer } from "@veltrix/protocol";
import { Drafts } from "../drafts.ts";
import type { Linked, LinkedService } from "../link/link.ts";
import type { Contract, Environment, KeyUse, Settings } from "../model.ts";
import { isRawObject, type RawObject, type RawValue, Unresolved } from "../read/document.ts";
import { type Layers, layersOf, mergeLayers } from "./layers.ts";
import { ReferenceFollower } from "./references.ts";
import { applyNames } from "./renames.ts";

/** One service in one environment, before it is checked. */
export interface ResolvedValues {
  readonly environment: Environment;
  readonly layers: Layers;
  /** No reference is left in it: values, secrets, and `Unresolved` where a reported problem stands in the way. */
  readonly value: RawObject;
  /** Pointers that the contract's default filled. */
  readonly defaults: ReadonlySet<string>;
  /** Pointer of a key to that of the old name under which it was written. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** A service with its values in each environment whose files could be parsed. */
export interface ResolvedService {
  readonly id: string;
  readonly contract: Contract;
  readonly environments: readonly ResolvedValues[];
  /** Keys of other services that its values use. */
  readonly uses: readonly KeyUse[];
}

/** The workspace with all references followed. */
export interface Resolved {
  readonly settings: Settings;
  /** Ordered by id. */
  readonly services: readonly ResolvedService[];
}

/** Resolves every service in every environment. */
export function resolve(linked: Linked): { readonly value: Resolved; readonly diagnostics: readonly Diagnostic[] } {
  const drafts = new Drafts(linked.settings.environments);
  const layered = new Map(linked.services.map((service) => [service.id, layerService(service, linked.settings, drafts)]));
  const follower = new ReferenceFollower({
    linked,
    drafts,
    valueOf: (service, environment) => layered.get(service)?.find((values) => values.environment.name === environment)?.value,
  });
  const services = linked.services.map(({ id, contract }) => {
    const environments = (layered.get(id) ?? []).map((values) => ({ ...values, value: follower.followAll(id, values) }));
    return { id, contract, environments, uses: follower.usesOf(id) };
  });
  return { value: { settings: linked.settings, services }, diagnostics: drafts.finish() };
}

function layerService(service: LinkedService, settings: Settings, drafts: Drafts): readonly ResolvedValues[] {
  return settings.environments.flatMap((environment) => {
    const layers = layersOf(service.layers, environment.name);
    if (layers === undefined) return [];
    const named = applyNames(service, { environment, layers, value: mergeLayers(layers) }, drafts);
    const { value, defaults } = applyDefaults(service, { environment, value: named.value }, drafts);
    return [{ environment, layers, value, defaults, renamed: named.renamed }];
  });
}

/** Fills what the contract gives a default for, where the policy allows it; elsewhere it is a problem. */
function applyDefaults(
  service: LinkedService,
  { environment, value }: { readonly environment: Environment; readonly value: RawObject },
  drafts: Drafts,
): { readonly value: RawObject; readonly defaults: ReadonlySet<string> } {
  const defaults = new Set<string>();
  let filled = value;
  for (const key of service.contract.keys) {
    const standIn = isJsonObject(key.schema) ? key.schema["default"] : undefined;
    if (standIn === undefined || !isAbsent(filled, key.pointer)) continue;
    if (environment.policy.defaults === "refuse") {
      noteRefused(service, { pointer: key.pointer, value: standIn, environment: environment.name, declaredAt: key.declaredAt }, drafts);
      filled = withValueAt(filled, parsePointer(key.pointer) ?? [], new Unresolved());
    } else {
      defaults.add(key.pointer);
      filled = withValueAt(filled, parsePointer(key.pointer) ?? [], standIn);
    }
  }
  return { value: filled, defaults };
}

function noteRefused(
  service: LinkedService,
  refused: {
    readonly pointer: string;
    readonly value: JsonValue;
    readonly environment: string;
    readonly declaredAt: { readonly file: string; readonly pointer: string };
  },
  drafts: Drafts,
): void {
  const { pointer, value, environment, declaredAt } = refused;
  drafts.note(["VX2012", service.id, pointer], environment, (where, environments) =>
    report(
      "VX2012",
      { service: service.id, pointer, where, value },
      {
        at: { ...declaredAt, pointer: appendToken(declaredAt.pointer, "default"), on: "key" },
        service: service.id,
        environments,
        key: pointer,
      },
    ),
  );
}

/** True when the object that would hold `pointer` is there, written out, and does not have it. */
function isAbsent(value: RawObject, pointer: string): boolean {
  const tokens = parsePointer(pointer) ?? [];
  const name = tokens.at(-1);
  let parent: RawValue | undefined = value;
  for (const token of tokens.slice(0, -1)) {
    if (!isRawObject(parent) || !Object.hasOwn(parent, token)) return false;
    parent = parent[token];
  }
  return name !== undefined && isRawObject(parent) && !Object.hasOwn(parent, name);
}

function withValueAt(object: RawObject, tokens: readonly string[], value: RawValue): RawObject {
  const [token, ...rest] = tokens;
  if (token === undefined) return object;
  const member = object[token];
  return { ...object, [token]: rest.length === 0 ? value : withValueAt(isRawObject(member) ? member : {}, rest, value) };
}
