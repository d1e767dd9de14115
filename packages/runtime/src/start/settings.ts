// What the process environment says about where configuration comes from. Nothing here has a default.
import { resolvePath } from "../machine/builtin.ts";
import { takeVariable, type Variables } from "../machine/variables.ts";
import { sources, type OpenableSource } from "../sources/table.ts";

/** How the variables that replace one key begin. */
const OVERRIDE_PREFIX = "VELTRIX_OVERRIDE_";

/** The settings of a process, as far as they are there. */
export interface ProcessSettings {
  /** The text of VELTRIX_SOURCE. */
  readonly sourceText: string | undefined;
  readonly source: OpenableSource | undefined;
  /** Variables that the source cannot do without and that are not set. */
  readonly missing: readonly string[];
  readonly environment: string | undefined;
  readonly secretsDir: string | undefined;
  /** Texts of the VELTRIX_OVERRIDE_* variables, by their full names. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** Reads the settings of a process. */
export function readSettings(variables: Variables): ProcessSettings {
  const sourceText = takeVariable(variables, "VELTRIX_SOURCE");
  // A name of the table is one of its sources.
  const source = sourceText !== undefined && Object.hasOwn(sources, sourceText) ? (sourceText as OpenableSource) : undefined;
  const missing: string[] = [];
  for (const name of source === undefined ? [] : Object.keys(sources[source].needs))
    if (takeVariable(variables, name) === undefined) missing.push(name);
  const overrides = new Map<string, string>();
  // Object.keys would ask for each variable whether it may be enumerated.
  for (const name of Reflect.ownKeys(variables)) {
    const text = typeof name === "string" && name.startsWith(OVERRIDE_PREFIX) ? variables[name] : undefined;
    if (text !== undefined) overrides.set(String(name), text);
  }
  const secretsDir = takeVariable(variables, "VELTRIX_SECRETS_DIR");
  return {
    sourceText,
    source,
    missing,
    environment: takeVariable(variables, "VELTRIX_ENVIRONMENT"),
    secretsDir: secretsDir === undefined ? undefined : resolvePath(secretsDir),
    overrides,
  };
}
