// The settings of the source `server`: an address that may be used, and the files beside it.
import type { ConfigProblem } from "@veltrix/protocol";
import { resolvePath } from "../../machine/builtin.ts";
import { takeVariable } from "../../machine/variables.ts";
import type { Opened, OpenRequest } from "../source.ts";
import { createServerSource } from "./server-source.ts";

/** Opens the config service that the variables name. */
export function openServer({ definition, environment, variables, timeout, clock }: OpenRequest): Opened {
  const pathOf = (name: string): string | undefined => {
    const text = takeVariable(variables, name);
    return text === undefined ? undefined : resolvePath(text);
  };
  const tokenFile = pathOf("VELTRIX_TOKEN_FILE");
  const stateDir = pathOf("VELTRIX_STATE_DIR");
  const configDir = pathOf("VELTRIX_CONFIG_DIR");
  const server = parseServer(takeVariable(variables, "VELTRIX_SERVER") ?? "", tokenFile !== undefined);
  if (!(server instanceof URL)) return { kind: "refused", problems: [server] };
  // That it is not set is said with the other settings.
  if (environment === undefined) return { kind: "refused", problems: [] };
  const source = createServerSource({
    definition,
    environment,
    server,
    ...(tokenFile === undefined ? {} : { tokenFile }),
    ...(stateDir === undefined ? {} : { stateDir }),
    ...(configDir === undefined ? {} : { configDir }),
    timeout,
    clock,
  });
  return { kind: "opened", source };
}

function parseServer(text: string, hasToken: boolean): URL | ConfigProblem {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const reason = url === undefined ? "it is no URL" : findServerFault(url, hasToken);
  if (url !== undefined && reason === undefined) return url;
  const hint = "set it to the address of the config service, such as https://config.example or http://127.0.0.1:8080";
  return { code: "VX5001", pointer: "", message: `VELTRIX_SERVER cannot be used: ${reason}`, hint, source: "VELTRIX_SERVER" };
}

function findServerFault(url: URL, hasToken: boolean): string | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:") return "it is neither http nor https";
  if (url.username !== "" || url.password !== "") return "it holds a user or a password; a token belongs in VELTRIX_TOKEN_FILE";
  if (url.search !== "" || url.hash !== "") return "it has a query or a fragment";
  const isLocal = /^(localhost|127\.[0-9.]+|\[::1\])$/.test(url.hostname);
  if (hasToken && url.protocol === "http:" && !isLocal) return "a token is sent over https only";
  return undefined;
}
