// The private folder of a local run: config.json, veltrix.json and the secrets, where a cluster would mount them.
import type { ServiceConfig } from "@veltrix/analysis";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { secretVariablesOf, variablesOf } from "@veltrix/kubernetes";
import { deliveredFiles } from "../delivered.ts";

type Variables = { readonly [name: string]: string | undefined };

/** A folder that is gone when it is disposed of, and at the latest when this process ends. */
export interface LaidOut extends Disposable {
  /** `inherited` with what the service needs. */
  readonly environment: (inherited: Variables) => NodeJS.ProcessEnv;
}

/** Lays the config and `secrets` (by `<name>/<key>`) into a folder that only this user can enter. */
export function layOut(selected: ServiceConfig, secrets: ReadonlyMap<string, Uint8Array>): LaidOut {
  // mkdtemp makes it with mode 0700.
  const folder = mkdtempSync(join(tmpdir(), "veltrix-run-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const configDir = join(folder, "config");
  const secretsDir = join(folder, "secrets");
  for (const { name, contents } of deliveredFiles(selected)) writePrivate(join(configDir, name), contents);
  for (const [path, bytes] of secrets) writePrivate(join(secretsDir, path), bytes);
  return {
    environment: (inherited) => ({
      ...withoutOurs(inherited),
      ...Object.fromEntries(variablesOf(selected.service, selected.config).map(({ name, text }) => [name, text])),
      ...secretVariables(selected, secrets),
      VELTRIX_SOURCE: "dir",
      VELTRIX_ENVIRONMENT: selected.config.environment.name,
      VELTRIX_CONFIG_DIR: configDir,
      ...(secrets.size === 0 ? {} : { VELTRIX_SECRETS_DIR: secretsDir }),
    }),
    [Symbol.dispose]: () => {
      process.off("exit", remove);
      remove();
    },
  };
}

/** As a pod gets them: the bytes of the Secret as they are. `takeSecrets` has refused what no variable can hold. */
function secretVariables({ service, config }: ServiceConfig, secrets: ReadonlyMap<string, Uint8Array>): Variables {
  return Object.fromEntries(
    secretVariablesOf(service, config).map(({ name, reference }) => [name, Buffer.from(secrets.get(reference) ?? []).toString("utf8")]),
  );
}

function writePrivate(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, contents, { mode: 0o600, flag: "wx" });
}

/** An override is the developer's own will; every other setting of ours that is inherited belongs to something else. */
function withoutOurs(inherited: Variables): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(inherited).filter(([name]) => !name.startsWith("VELTRIX_") || name.startsWith("VELTRIX_OVERRIDE_")),
  );
}
