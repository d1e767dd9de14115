// What a workspace may say to an emitter, and what it says.
import { isJsonObject, type JsonObject } from "@veltrix/protocol";
import type { Model } from "../model.ts";

/** What an emitter lets a workspace say to it: all that has to be known of one to judge veltrix.yaml. */
export interface EmitterOptions {
  /** Unique among the emitters of a build; its options stand at `outputs.<name>` of veltrix.yaml. */
  readonly name: string;
  /** JSON Schema of its options, which are `{}` where the workspace writes none. Absent: it takes none. */
  readonly optionsSchema?: JsonObject;
  /** True: every option that the schema names stands at `outputs.<option>` itself. No other emitter may have one of that name. */
  readonly ownsNames?: boolean;
}

/** What the workspace tells `emitter`. A build, and whoever compiles for the emitter, has judged it by the schema. */
export function optionsOf(emitter: EmitterOptions, { settings }: Pick<Model, "settings">): JsonObject {
  const { options } = settings.outputs;
  const names = namesOwned(emitter);
  if (names !== undefined) return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
  const own = Object.hasOwn(options, emitter.name) ? options[emitter.name] : undefined;
  return isJsonObject(own) ? own : {};
}

/** The names in `outputs` that belong to `emitter`. */
export function outputNames(emitter: EmitterOptions): readonly string[] {
  return namesOwned(emitter) ?? [emitter.name];
}

/** The names in `outputs` that are options of `emitter` themselves; undefined where its options stand below its own name. */
function namesOwned({ optionsSchema, ownsNames }: EmitterOptions): readonly string[] | undefined {
  if (ownsNames !== true) return undefined;
  const properties = optionsSchema?.["properties"];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}
