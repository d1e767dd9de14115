// The type of a configuration as of one moment.
import type { Live } from "./live.ts";
import type { Secret } from "./secret.ts";

/** A configuration with every `Live` replaced by the value it had at one moment. */
export type Snapshot<Config> =
  Config extends Live<infer Value>
    ? Value
    : Config extends Secret<unknown> | string | number | boolean | null | undefined | readonly unknown[]
      ? Config
      : { readonly [Key in keyof Config]: Snapshot<Config[Key]> };
