// The private folder of a local run: config.json, veltrix.json and the secrets, where a cluster would mount them.
import type { ServiceConfig } from "@veltrix/analysis";
import { join } from "node:path";
import { secretVariablesOf, variablesOf } from "@veltrix/kubernetes";
import { deliveredFiles } from "../delivered.ts";
import { PrivateFolder } from "../disk.ts";

type Variables = { readonly [name: string]: string | undefined };

/** A folder that is gone when it is disposed of, and at the latest when this process ends. */
export interface LaidOut extends Disposable {
  /** `inherited` with what the service needs. */
  readonly environment: (inherited: Variables) => NodeJS.ProcessEnv;
}

/** Lays the config and `secrets` (by `<name>/<key>`) into a folder that only this user can enter. */
export function layOut(selected: ServiceConfig, secrets: ReadonlyMap<string, Uint8Array>): LaidOut {
  const folder = new PrivateFolder("veltrix-run-");
  for (const { name, contents } of deliveredFiles(selected)) folder.write(join("config", name), contents);
  for (const [path, bytes] of secrets) folder.write(join("secrets", path), bytes);
  return {
    environment: (inherited) => ({
      ...withoutOurs(inherited),
      ...Object.fromEntries(variablesOf(selected.service, selected.config).map(({ name, text }) => [name, text])),
      ...secretVariables(selected, secrets),
      VELTRIX_SOURCE: "dir",
      VELTRIX_ENVIRONMENT: selected.config.environment.name,
      VELTRIX_CONFIG_DIR: join(folder.path, "config"),
      ...(secrets.size === 0 ? {} : { VELTRIX_SECRETS_DIR: join(folder.path, "secrets") }),
    }),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

/** As a pod gets them: the bytes of the Secret as they are. `takeSecrets` has refused what no variable can hold. */
function secretVariables({ service, config }: ServiceConfig, secrets: ReadonlyMap<string, Uint8Array>): Variables {
  return Object.fromEntries(
    secretVariablesOf(service, config).map(({ name, reference }) => [name, Buffer.from(secrets.get(reference) ?? []).toString("utf8")]),
  );
}

/** An override is the developer's own will; every other setting of ours that is inherited belongs to something else. */
function withoutOurs(inherited: Variables): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(inherited).filter(([name]) => !name.startsWith("VELTRIX_") || name.startsWith("VELTRIX_OVERRIDE_")),
  );
}
