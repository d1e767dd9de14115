// All sources. A new one is its folder, its name and its entry here: settings, help, status and metrics derive from them.
import { openDir } from "./dir/dir-source.ts";
import type { Opened, OpenRequest } from "./source.ts";

/** Names of sources, as `VELTRIX_SOURCE` holds them. */
export type OpenableSource = "dir" | "server" | "env";

/** Where a configuration came from; `test`: from `createTestConfig`. */
export type SourceName = OpenableSource | "test";

/** What the start and everybody's texts know of a source. */
export interface SourceEntry {
  /** What it is, after its name. */
  readonly is: string;
  /** How it is chosen, for a process that chooses none. */
  readonly howToSet: string;
  /** Variables that it cannot do without: what to do where one is not set. */
  readonly needs: { readonly [variable: string]: string };
  /** Whether reading it may take long. What does not is over before a deadline could be kept. */
  readonly mayWait: boolean;
  readonly open: (request: OpenRequest) => Opened | Promise<Opened>;
}

export const sources: { readonly [Name in OpenableSource]: SourceEntry } = {
  dir: {
    is: "a mounted ConfigMap",
    howToSet: "VELTRIX_SOURCE=dir and VELTRIX_CONFIG_DIR to the mounted ConfigMap",
    needs: { VELTRIX_CONFIG_DIR: "set it to the folder that the ConfigMap is mounted in" },
    mayWait: false,
    open: openDir,
  },
  server: {
    is: "the config service",
    howToSet: "VELTRIX_SOURCE=server and VELTRIX_SERVER to the config service",
    needs: { VELTRIX_SERVER: "set it to the address of the config service" },
    mayWait: true,
    open: async (request) => (await import("./server/open-server.ts")).openServer(request),
  },
  env: {
    is: "the variables of `x-env`",
    howToSet: "VELTRIX_SOURCE=env",
    needs: {},
    mayWait: true,
    open: async (request) => (await import("./env/env-source.ts")).openEnv(request),
  },
};
