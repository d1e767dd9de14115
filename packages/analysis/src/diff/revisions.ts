// `diff --against rev`: the workspace now and then: contracts, values in each environment, workloads that will restart.
import type { Model, Service } from "@veltrix/compiler";
import { type Restart, restartsOf } from "../restarts/index.ts";
import { configIn } from "../service-config.ts";
import { compareContracts, type ContractChange } from "./contracts.ts";
import { compareConfigs, type KeyDifference } from "./values.ts";

/** What changed of one service. */
export interface ServiceChange {
  readonly service: string;
  readonly kind: "added" | "removed" | "changed";
  /** Contract versions before and after; null where there is none. */
  readonly versions: readonly [string | null, string | null];
  readonly contract: readonly ContractChange[];
  /** Each difference once, with the environments that have it. */
  readonly keys: readonly (KeyDifference & { readonly environments: readonly string[] })[];
}

/** Everything that differs. */
export interface RevisionDifference {
  readonly services: readonly ServiceChange[];
  readonly restarts: readonly Restart[];
  /** Names of environments that only one side declares. */
  readonly environments: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** Compares two models; with `only` that one service. */
export function diffRevisions(before: Model, after: Model, only: string | undefined): RevisionDifference {
  const ids = [...new Set([...before.services, ...after.services].map(({ id }) => id))]
    .filter((id) => only === undefined || id === only)
    .sort();
  const pairs = ids.map((id) => ({ id, old: serviceIn(before, id), now: serviceIn(after, id) }));
  const namesIn = ({ settings }: Model): readonly string[] => settings.environments.map(({ name }) => name);
  return {
    services: pairs
      .map(({ id, old, now }) => changeOf(id, old, now))
      .filter(
        ({ kind, contract, keys, versions }) => kind !== "changed" || contract.length > 0 || keys.length > 0 || versions[0] !== versions[1],
      ),
    restarts: pairs.flatMap((pair) => restartsOf(pair, before, after)),
    environments: {
      added: namesIn(after).filter((name) => !namesIn(before).includes(name)),
      removed: namesIn(before).filter((name) => !namesIn(after).includes(name)),
    },
  };
}

/** The same model as if `environment` were the only one; as it is where none is named. */
export function onlyIn(model: Model, environment: string | undefined): Model {
  if (environment === undefined) return model;
  return {
    ...model,
    settings: { ...model.settings, environments: model.settings.environments.filter(({ name }) => name === environment) },
    services: model.services.map((service) => ({
      ...service,
      configs: service.configs.filter((config) => config.environment.name === environment),
    })),
  };
}

function serviceIn(model: Model, id: string): Service | undefined {
  return model.services.find((service) => service.id === id);
}

function changeOf(id: string, old: Service | undefined, now: Service | undefined): ServiceChange {
  return {
    service: id,
    kind: old === undefined ? "added" : now === undefined ? "removed" : "changed",
    versions: [old?.contract.version ?? null, now?.contract.version ?? null],
    contract: old === undefined || now === undefined ? [] : compareContracts(old.contract, now.contract),
    keys: old === undefined || now === undefined ? [] : groupKeys(old, now),
  };
}

function groupKeys(old: Service, now: Service): ServiceChange["keys"] {
  const grouped = new Map<string, KeyDifference & { readonly environments: string[] }>();
  for (const config of now.configs) {
    const { name } = config.environment;
    const then = configIn(old, name);
    if (then === undefined) continue;
    for (const difference of compareConfigs({ service: old, config: then }, { service: now, config })) {
      const identity = JSON.stringify([difference.pointer, difference.before, difference.after]);
      const known = grouped.get(identity);
      if (known === undefined) grouped.set(identity, { ...difference, environments: [name] });
      else known.environments.push(name);
    }
  }
  return [...grouped.values()].sort((a, b) => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0));
}

/** True when anything differs. */
export function isDifferent({ services, environments, restarts }: RevisionDifference): boolean {
  return services.length + restarts.length + environments.added.length + environments.removed.length > 0;
}

/** How many contract changes break values or code; a service that is gone breaks those that depend on it. */
export function countBreaking({ services }: RevisionDifference): number {
  return services.reduce(
    (count, { kind, contract }) => count + (kind === "removed" ? 1 : contract.filter(({ breaking }) => breaking).length),
    0,
  );
}
