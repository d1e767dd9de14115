// What a service gets of `loadConfig`.
import type { Snapshot } from "../view/snapshot.ts";
import type { ConfigEvents } from "./events.ts";
import type { ConfigStatus } from "./status.ts";

/** A service's configuration: complete, valid, frozen, and watched. */
export interface LoadedConfig<Config> {
  readonly config: Config;
  /** All values at one moment: several hot keys that belong together. */
  snapshot(): Snapshot<Config>;
  /** Adds a listener and returns the function that removes it. */
  on<Name extends keyof ConfigEvents>(event: Name, listener: (event: ConfigEvents[Name]) => unknown): () => void;
  status(): ConfigStatus;
  /** Stops watching. What is loaded stays readable. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
