// The seam to what a configuration comes from. A source reads and parses; it knows no contract rules
// beyond what its own form needs, and remembers nothing of what it read.
import type { ConfigProblem, DeliveredPolicy, HashesFile, JsonObject, SecretReferences } from "@veltrix/protocol";

/** What a source delivered, well formed and meant for this service in this environment. */
export interface Delivery {
  /** The delivered values, without secrets and overrides. Never given out, never changed. */
  readonly value: JsonObject;
  readonly secrets: SecretReferences;
  readonly policy: DeliveredPolicy;
  /** The hashes that came with the values, and the text they are about, where the source has both. */
  readonly proof?: Proof;
}

/** `config.json` as delivered and the `veltrix.json` beside it. */
export interface Proof {
  readonly configText: string;
  readonly hashes: HashesFile;
}

/** One look at a source. `contents` is what two looks are compared by. */
export type Reading =
  | {
      readonly kind: "delivered";
      readonly delivery: Delivery;
      readonly contents: readonly Uint8Array[];
    }
  | {
      readonly kind: "refused";
      readonly problems: readonly ConfigProblem[];
      readonly contents: readonly Uint8Array[];
      /** Where they are known all the same, so that missing secrets are reported in one go. */
      readonly secrets?: SecretReferences;
    };

/** Where configuration comes from. */
export interface Source {
  readonly name: "dir" | "env" | "server";
  /** What a person would look at: a path, or what the variables are called. */
  readonly label: string;
  read(): Promise<Reading>;
  /** Calls back whenever what is delivered may have changed; absent where it cannot change. */
  watch?(onChange: () => void, onFault: () => void): Watcher;
}

/** A running watch. It never keeps a process alive. */
export interface Watcher {
  /** Watches anew: what was watched may have been replaced. */
  renew(): void;
  close(): void;
}
