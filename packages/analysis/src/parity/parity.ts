// Which keys are set where. An optional key that staging has and production lacks is often one that somebody forgot.
import { type Key, originOf, type ResolvedConfig, type Service } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { canonicalize, isWithin, leavesOf, valueAt } from "@veltrix/protocol";

/** One key in all environments. */
export interface ParityRow {
  readonly pointer: string;
  /** By environment; `default`: the contract's value stands in. */
  readonly cells: { readonly [environment: string]: "set" | "default" | "missing" };
  /** `equal`: one value wherever it is set. A secret is compared by its reference. */
  readonly values: "equal" | "differ";
  /** True when an environment of production lacks what a delivered one has. */
  readonly gap: boolean;
}

/** The keys of a service that hold values, in the order of its contract. */
export function parityOf(service: Service): readonly ParityRow[] {
  const gaps = new Set(gapsOf(service).map(({ key }) => key.pointer));
  return service.contract.keys
    .filter((key) => key.isLeaf && key.renamedTo === undefined)
    .map((key) => {
      const cells = Object.fromEntries(service.configs.map((config) => [config.environment.name, cellOf(key, config)]));
      const texts = new Set(service.configs.map((config) => textAt(key, config)).filter((text) => text !== undefined));
      return {
        pointer: key.pointer,
        cells,
        values: texts.size > 1 ? "differ" : "equal",
        gap: [...gaps].some((gap) => isWithin(key.pointer, gap)),
      };
    });
}

function cellOf(key: Key, config: ResolvedConfig): "set" | "default" | "missing" {
  if (textAt(key, config) === undefined) return "missing";
  return originOf(config, key.pointer)?.kind === "default" ? "default" : "set";
}

function textAt({ pointer }: Key, { value, secrets }: ResolvedConfig): string | undefined {
  if (Object.hasOwn(secrets, pointer)) return `secret:${secrets[pointer]}`;
  const found = valueAt(value, pointer);
  return found === undefined ? undefined : `value:${canonicalize(found)}`;
}

interface Gap {
  readonly key: Key;
  readonly set: readonly ResolvedConfig[];
  readonly missing: readonly ResolvedConfig[];
}

/** Environments without a namespace are on somebody's desk: what is set there says nothing about a cluster. */
function gapsOf(service: Service): readonly Gap[] {
  const delivered = service.configs.filter(({ environment }) => environment.namespace !== undefined);
  return service.contract.keys.flatMap((key) => {
    // `x-required-in` says on purpose where a key belongs.
    if (key.required || key.requiredIn.length > 0 || key.deprecated || key.renamedTo !== undefined) return [];
    const set = delivered.filter((config) => isSet(key, config));
    const missing = delivered.filter((config) => config.environment.production && !isSet(key, config) && hasParent(key, config));
    return set.length === 0 || missing.length === 0 ? [] : [{ key, set, missing }];
  });
}

function isSet({ pointer }: Key, { value, secrets }: ResolvedConfig): boolean {
  return valueAt(value, pointer) !== undefined || Object.keys(secrets).some((secret) => isWithin(secret, pointer));
}

/** Where the whole object is missing, that is the gap. */
function hasParent({ pointer }: Key, { value, secrets }: ResolvedConfig): boolean {
  const parent = pointer.slice(0, pointer.lastIndexOf("/"));
  return parent === "" || leavesOf(value, secrets).some((leaf) => isWithin(leaf.pointer, parent));
}

/** VX2019 for each gap, at the line that sets the key. */
export function reportGaps(service: Service): readonly Diagnostic[] {
  return gapsOf(service).map(({ key, set, missing }) => {
    const names = (configs: readonly ResolvedConfig[]): readonly string[] => configs.map(({ environment }) => environment.name);
    const origin = set.map((config) => originOf(config, key.pointer)).find((found) => found !== undefined);
    const at = origin === undefined ? key.declaredAt : { file: origin.file, pointer: origin.pointer };
    const params = {
      service: service.id,
      pointer: key.pointer,
      where: "",
      set: names(set),
      missing: names(missing),
      name: key.pointer.slice(1).replaceAll("/", "."),
    };
    const related = [{ at: { ...key.declaredAt, on: "key" as const }, message: "declared at" }];
    return report("VX2019", params, {
      at: { ...at, on: "key" },
      related,
      service: service.id,
      environments: names(missing),
      key: key.pointer,
    });
  });
}
