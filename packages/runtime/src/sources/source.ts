// The seam to what a configuration comes from. A source reads and parses; it knows no contract rules
// beyond what its own form needs.
import type { ConfigProblem, DeliveredPolicy, HashesFile, JsonObject, ReleaseId, SecretReferences } from "@veltrix/protocol";
import type { ServiceDefinition } from "../contract/definition.ts";
import type { Clock } from "../machine/clock.ts";
import type { Variables } from "../machine/variables.ts";

/** What a source delivered, well formed and meant for this service in this environment. */
export interface Delivery {
  /** The delivered values, without secrets and overrides. Never given out, never changed. */
  readonly value: JsonObject;
  readonly secrets: SecretReferences;
  readonly policy: DeliveredPolicy;
  /** The hashes that came with the values, and the text they are about, where the source has both. */
  readonly proof?: Proof;
  /** Which release of the config service it is. */
  readonly published?: ReleaseId;
}

/** `config.json` as delivered and the `veltrix.json` beside it. */
export interface Proof {
  readonly configText: string;
  readonly hashes: HashesFile;
}

/** One look at a source. `contents` is what two looks are compared by. */
export type SourceReading =
  | {
      readonly kind: "delivered";
      readonly delivery: Delivery;
      /** Bytes, or the text that they are. */
      readonly contents: readonly (Uint8Array | string)[];
      /** What is told of it once, beside that it is taken. */
      readonly remarks?: readonly ConfigProblem[];
    }
  | {
      readonly kind: "refused";
      readonly problems: readonly ConfigProblem[];
      readonly contents: readonly (Uint8Array | string)[];
      /** Where they are known all the same, so that missing secrets are reported in one go. */
      readonly secrets?: SecretReferences;
    }
  | Unavailable;

/** The source could not be asked. That says nothing about what is delivered. */
export interface Unavailable {
  readonly kind: "unavailable";
  readonly problems: readonly ConfigProblem[];
  /** Milliseconds that the source asked to wait. */
  readonly retryAfterMs?: number;
}

/** Where the values that are held were read: from the source itself, or in its place. */
export type HeldFrom = "source" | "last-known-good" | "deployment";

/** Something to start from when the source cannot answer. */
export interface Fallback {
  readonly from: Exclude<HeldFrom, "source">;
  /** A path, for messages. */
  readonly label: string;
  readonly reading: SourceReading;
}

/** What became of a reading. */
export type DeliveryOutcome =
  | { readonly result: "accepted"; readonly delivery: Delivery; readonly root: string }
  | { readonly result: "kept"; readonly delivery: Delivery; readonly root: string; readonly keys: readonly string[] }
  | { readonly result: "rejected"; readonly delivery: Delivery; readonly root: string; readonly problems: readonly ConfigProblem[] };

/** Where configuration comes from. */
export interface Source {
  /** What a person would look at: a path, an address, or what the variables are called. */
  readonly label: string;
  /** The mounted folder, where the files that a command can compare are in one. */
  readonly dir?: string;
  /** Milliseconds between two looks, beside watching. */
  readonly pollInterval: number;
  /** Milliseconds after which something new that is not held is drift. */
  readonly rolloutDeadline: number;
  /** Waits between readings of something that may be half written still. */
  readonly patience: readonly number[];
  /** Whether something may have changed between the first reading and the watch without anybody saying so. */
  readonly mayHaveMissed: boolean;
  /** Where a secret that has a variable is read from, instead of its mounted file; absent where all are files. */
  readonly variables?: Variables;
  /** The first reading is that of the start. */
  read(): Promise<SourceReading>;
  /** What to start from when the first reading was `unavailable`, the best first. */
  fallbacks?(): Promise<readonly Fallback[]>;
  /** Tells when what is delivered may have changed; absent where it cannot change. */
  watch?(observer: Observer): Watcher;
  /** Is told what became of what it delivered. Rejects never; gives what went wrong beside reading. */
  settled?(outcome: DeliveryOutcome): Promise<ConfigProblem | undefined>;
}

/** Who is told by a watch. */
export interface Observer {
  /** What is delivered may have changed. */
  changed(): void;
  /** The watch does not work now; the poll goes on. */
  fault(): void;
  /** As `fault`, and the source itself may be out of reach. */
  lost(): void;
  /** The source is there, and what is delivered is what it was. */
  alive(): void;
}

/** A running watch. It never keeps a process alive. */
export interface Watcher {
  /** Watches anew: what was watched may have been replaced. */
  renew(): void;
  close(): void | Promise<void>;
}

/** What a source may have to know of the start. */
export interface OpenRequest {
  readonly definition: ServiceDefinition;
  /** Undefined where that is a problem already. */
  readonly environment: string | undefined;
  readonly variables: Variables;
  /** Milliseconds that the whole start may take. */
  readonly timeout: number;
  readonly clock: Clock;
}

/** A source, or why it cannot be opened. */
export type Opened =
  | { readonly kind: "opened"; readonly source: Source }
  | { readonly kind: "refused"; readonly problems: readonly ConfigProblem[] };
