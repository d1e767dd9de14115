// What the process environment says about where configuration comes from. Nothing here has a default.
import type { ConfigProblem } from "@veltrix/protocol";
import { path } from "./builtin.ts";
import type { ServiceDefinition } from "./definition.ts";
import { createDirSource } from "./sources/dir.ts";
import type { Source } from "./sources/source.ts";
import type { Variables } from "./types.ts";

/** The settings that are there, and what is wrong with the others. */
export interface Settings {
  readonly source: Source | undefined;
  readonly environment: string | undefined;
  readonly secretsDir: string | undefined;
  /** Texts of the VELTRIX_OVERRIDE_* variables, by their full names. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

const OVERRIDE_PREFIX = "VELTRIX_OVERRIDE_";
const howToSet =
  "set VELTRIX_SOURCE=dir and VELTRIX_CONFIG_DIR to the mounted ConfigMap, or VELTRIX_SOURCE=env; with either, VELTRIX_ENVIRONMENT, and VELTRIX_SECRETS_DIR where there are secrets";

/** Reads the settings of a process and opens its source. */
export async function readSettings(definition: ServiceDefinition, variables: Variables): Promise<Settings> {
  const problems: ConfigProblem[] = [];
  const environment = take(variables, "VELTRIX_ENVIRONMENT");
  const secretsDir = take(variables, "VELTRIX_SECRETS_DIR");
  const source = await openSource({ definition, environment, variables, problems });
  if (environment === undefined)
    problems.push(missing("VELTRIX_ENVIRONMENT", "set it to the environment this process runs in, as declared in veltrix.yaml"));
  const overrides = new Map<string, string>();
  for (const name of Object.keys(variables)) {
    const text = name.startsWith(OVERRIDE_PREFIX) ? variables[name] : undefined;
    if (text !== undefined) overrides.set(name, text);
  }
  return {
    source,
    environment,
    secretsDir: secretsDir === undefined ? undefined : path.resolve(secretsDir),
    overrides,
    problems,
  };
}

interface SourceSettings {
  readonly definition: ServiceDefinition;
  readonly environment: string | undefined;
  readonly variables: Variables;
  readonly problems: ConfigProblem[];
}

async function openSource({ definition, environment, variables, problems }: SourceSettings): Promise<Source | undefined> {
  const name = take(variables, "VELTRIX_SOURCE");
  switch (name) {
    case "dir": {
      const dir = take(variables, "VELTRIX_CONFIG_DIR");
      if (dir !== undefined)
        return createDirSource({
          dir: path.resolve(dir),
          service: definition.service,
          environment,
        });
      problems.push(missing("VELTRIX_CONFIG_DIR", "set it to the folder that the ConfigMap is mounted in"));
      return undefined;
    }
    case "env": {
      const { createEnvSource } = await import("./sources/env.ts");
      return createEnvSource({ definition, environment, variables });
    }
    case undefined:
      problems.push(noSource("VELTRIX_SOURCE is not set"));
      return undefined;
    case "server":
      problems.push(noSource("VELTRIX_SOURCE is server, and this build of the runtime has no server source"));
      return undefined;
    default:
      problems.push(noSource(`VELTRIX_SOURCE is ${JSON.stringify(name)}, which is no source`));
      return undefined;
  }
}

/** The text of a variable; an empty one is a missing one. */
function take(variables: Variables, name: string): string | undefined {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return text === "" ? undefined : text;
}

function noSource(message: string): ConfigProblem {
  return { code: "VX5001", pointer: "", message, hint: howToSet, source: "VELTRIX_SOURCE" };
}

function missing(name: string, hint: string): ConfigProblem {
  return { code: "VX5008", pointer: "", message: `${name} is not set`, hint, source: name };
}
