// Source `dir`: the mounted ConfigMap, config.json and veltrix.json in one folder.
import type { FSWatcher } from "node:fs";
import { MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import { fs, resolvePath } from "../../machine/builtin.ts";
import { takeVariable } from "../../machine/variables.ts";
import { blockingIo } from "../../mount/blocking-io.ts";
import type { Observer, Opened, OpenRequest, Source, Watcher } from "../source.ts";
import type { DirOptions } from "./parse-folder.ts";
import { readDir } from "./read-dir.ts";

const POLL_INTERVAL_MS = 30_000;

/** Opens the folder that the variables name. */
export function openDir({ definition, environment, variables }: OpenRequest): Opened {
  const dir = resolvePath(takeVariable(variables, "VELTRIX_CONFIG_DIR") ?? "");
  return { kind: "opened", source: createDirSource({ dir, service: definition.service, environment }) };
}

/** Source `dir` over a mounted folder. The first reading blocks, as nothing else can happen before it; all others wait. */
export function createDirSource(options: DirOptions): Source {
  let isFirst = true;
  return {
    label: options.dir,
    dir: options.dir,
    pollInterval: POLL_INTERVAL_MS,
    // A kubelet brings a change within its sync period and the life of its cache, about 2 minutes in all.
    rolloutDeadline: MOUNT_DEADLINE_MS,
    // A file that is not there or half written may be on its way.
    patience: [50, 100, 200],
    // The volume may have changed since the start, and nobody said so.
    mayHaveMissed: true,
    read: async () => {
      if (!isFirst) return readDir(options, (await import("../../mount/waiting-io.ts")).waitingIo);
      isFirst = false;
      return readDir(options, blockingIo);
    },
    watch: (observer) => watchFolder(options.dir, observer),
  };
}

// The folder, never the file: a watch on a mounted file dies at the first swap of ..data.
function watchFolder(dir: string, { changed, fault }: Observer): Watcher {
  let current: FSWatcher | undefined;
  const renew = (): void => {
    current?.close();
    current = undefined;
    try {
      current = fs.watch(dir, { persistent: false }, changed).on("error", fault);
    } catch {
      // No inotify watch to be had, or no such folder: the poll goes on, and renews.
      fault();
    }
  };
  renew();
  return { renew, close: () => current?.close() };
}
