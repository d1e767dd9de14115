// What the process environment says about where configuration comes from. Nothing here has a default.
import type { ConfigProblem } from "@veltrix/protocol";
import { resolvePath } from "../machine/builtin.ts";
import type { Clock } from "../machine/clock.ts";
import type { ServiceDefinition } from "../contract/definition.ts";
import { OVERRIDE_PREFIX } from "../mount/limits.ts";
import { createDirSource } from "../sources/dir/dir-source.ts";
import type { Source } from "../sources/source.ts";
import type { Variables } from "../view/types.ts";

/** The settings that are there, and what is wrong with the others. */
export interface Settings {
  readonly source: Source | undefined;
  readonly environment: string | undefined;
  readonly secretsDir: string | undefined;
  /** Texts of the VELTRIX_OVERRIDE_* variables, by their full names. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly problems: readonly ConfigProblem[];
}

const howToSet =
  "set VELTRIX_SOURCE=dir and VELTRIX_CONFIG_DIR to the mounted ConfigMap, VELTRIX_SOURCE=server and VELTRIX_SERVER to the config service, or VELTRIX_SOURCE=env; with each, VELTRIX_ENVIRONMENT, and VELTRIX_SECRETS_DIR where there are secrets";

/** What a source may have to know of the start. */
export interface StartLimits {
  readonly timeout: number;
  readonly clock: Clock;
  /** Takes what goes wrong beside reading. */
  readonly onTrouble: (problem: ConfigProblem) => void;
}

/** Reads the settings of a process and opens its source. */
export async function readSettings(definition: ServiceDefinition, variables: Variables, limits: StartLimits): Promise<Settings> {
  const problems: ConfigProblem[] = [];
  const environment = take(variables, "VELTRIX_ENVIRONMENT");
  const secretsDir = take(variables, "VELTRIX_SECRETS_DIR");
  const source = await openSource({ definition, environment, variables, problems, limits });
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
    secretsDir: secretsDir === undefined ? undefined : resolvePath(secretsDir),
    overrides,
    problems,
  };
}

interface SourceSettings {
  readonly definition: ServiceDefinition;
  readonly environment: string | undefined;
  readonly variables: Variables;
  readonly problems: ConfigProblem[];
  readonly limits: StartLimits;
}

async function openSource(settings: SourceSettings): Promise<Source | undefined> {
  const { definition, environment, variables, problems } = settings;
  const name = take(variables, "VELTRIX_SOURCE");
  switch (name) {
    case "dir": {
      const dir = take(variables, "VELTRIX_CONFIG_DIR");
      if (dir !== undefined)
        return createDirSource({
          dir: resolvePath(dir),
          service: definition.service,
          environment,
        });
      problems.push(missing("VELTRIX_CONFIG_DIR", "set it to the folder that the ConfigMap is mounted in"));
      return undefined;
    }
    case "env": {
      const { createEnvSource } = await import("../sources/env/env-source.ts");
      return createEnvSource({ definition, environment, variables });
    }
    case undefined:
      problems.push(noSource("VELTRIX_SOURCE is not set"));
      return undefined;
    case "server":
      return openServer(settings);
    default:
      problems.push(noSource(`VELTRIX_SOURCE is ${JSON.stringify(name)}, which is no source`));
      return undefined;
  }
}

async function openServer({ definition, environment, variables, problems, limits }: SourceSettings): Promise<Source | undefined> {
  const text = take(variables, "VELTRIX_SERVER");
  const tokenFile = take(variables, "VELTRIX_TOKEN_FILE");
  const stateDir = take(variables, "VELTRIX_STATE_DIR");
  const configDir = take(variables, "VELTRIX_CONFIG_DIR");
  if (text === undefined) problems.push(missing("VELTRIX_SERVER", "set it to the address of the config service"));
  const server = text === undefined ? undefined : parseServer(text, tokenFile !== undefined, problems);
  if (server === undefined || environment === undefined) return undefined;
  const { createServerSource } = await import("../sources/server/server-source.ts");
  return createServerSource({
    definition,
    environment,
    server,
    ...(tokenFile === undefined ? {} : { tokenFile: resolvePath(tokenFile) }),
    ...(stateDir === undefined ? {} : { stateDir: resolvePath(stateDir) }),
    ...(configDir === undefined ? {} : { configDir: resolvePath(configDir) }),
    ...limits,
  });
}

function parseServer(text: string, hasToken: boolean, problems: ConfigProblem[]): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const reason = url === undefined ? "it is no URL" : findServerFault(url, hasToken);
  if (reason === undefined) return url;
  const hint = "set it to the address of the config service, such as https://config.example or http://127.0.0.1:8080";
  problems.push({ code: "VX5001", pointer: "", message: `VELTRIX_SERVER cannot be used: ${reason}`, hint, source: "VELTRIX_SERVER" });
  return undefined;
}

function findServerFault(url: URL, hasToken: boolean): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:") return "it is neither http nor https";
  if (url.username !== "" || url.password !== "") return "it holds a user or a password; a token belongs in VELTRIX_TOKEN_FILE";
  if (url.search !== "" || url.hash !== "") return "it has a query or a fragment";
  const isLocal = /^(localhost|127\.[0-9.]+|\[::1\])$/.test(url.hostname);
  if (hasToken && url.protocol === "http:" && !isLocal) return "a token is sent over https only";
  return undefined;
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
