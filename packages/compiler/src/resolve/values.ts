// What resolving makes of the values of a service.
import type { Contract, Environment, KeyUse, Settings } from "../model.ts";
import type { RawObject } from "../read/document.ts";
import type { Layers } from "./layers.ts";

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

/** One service in one environment with its layers merged: references and defaults are still to come. */
export type LayeredValues = Omit<ResolvedValues, "defaults">;
