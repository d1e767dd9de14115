// Which keys flow between services: what `!ref` says, as edges from the service that gives to the one that takes.
import type { KeyUse, Model, Service } from "@veltrix/compiler";
import { isWithin } from "@veltrix/protocol";

/** One key that flows. */
export interface Flow {
  /** Pointer of the key that is given. */
  readonly key: string;
  /** Pointer of the key that takes it. */
  readonly as: string;
}

/** `to` depends on `from`. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Range of versions that `to` accepts; null for keys of its own. */
  readonly range: string | null;
  readonly keys: readonly Flow[];
}

/** The edges among all services; with `service` only those that begin or end at it. Ordered by both names. */
export function edgesOf(model: Model, service?: string): readonly Edge[] {
  return model.services
    .flatMap((consumer) => providersOf(consumer).map((id) => edgeBetween(id, consumer)))
    .filter(({ from, to }) => service === undefined || from === service || to === service)
    .sort((a, b) => order(a.from, b.from) || order(a.to, b.to));
}

function providersOf({ contract, uses, id }: Service): readonly string[] {
  return [...new Set([...Object.keys(contract.dependsOn), ...uses.map((use) => use.service)])].filter((provider) => provider !== id);
}

function edgeBetween(from: string, { id, contract, uses }: Service): Edge {
  const keys = uses.filter((use) => use.service === from).map(({ key, pointer }) => ({ key, as: pointer }));
  return { from, to: id, range: contract.dependsOn[from] ?? null, keys: keys.sort((a, b) => order(a.key, b.key) || order(a.as, b.as)) };
}

/** A key that takes its value, in the end, from the one asked about. */
export interface User {
  readonly service: string;
  readonly pointer: string;
  /** The key that it names in its `!ref`. */
  readonly takes: string;
  /** 1: it refers to the key itself; more: over other keys. */
  readonly distance: number;
}

/** Every user of a key, of an object above it or of a key below it, nearest first. A model has no cycles. */
export function usersOf(model: Model, service: string, pointer: string): readonly User[] {
  const found = new Map<string, User>();
  let asked: readonly { readonly service: string; readonly pointer: string }[] = [{ service, pointer }];
  for (let distance = 1; asked.length > 0; distance++) {
    const next: User[] = [];
    for (const consumer of model.services) {
      for (const use of consumer.uses) {
        if (!asked.some((key) => touches(use, key))) continue;
        const identity = `${consumer.id}#${use.pointer}`;
        if (found.has(identity)) continue;
        const user = { service: consumer.id, pointer: use.pointer, takes: `${use.service}#${use.key}`, distance };
        found.set(identity, user);
        next.push(user);
      }
    }
    asked = next;
  }
  return [...found.values()].sort((a, b) => a.distance - b.distance || order(a.service, b.service) || order(a.pointer, b.pointer));
}

function touches(use: KeyUse, { service, pointer }: { readonly service: string; readonly pointer: string }): boolean {
  return use.service === service && (isWithin(use.key, pointer) || isWithin(pointer, use.key));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
