// Source `dir`: the mounted ConfigMap, config.json and veltrix.json in one folder. How they are read is loaded
// when they are read again (delivered.ts): most starts read them by the short way of start.ts.
import type { FSWatcher } from "node:fs";
import { MOUNT_DEADLINE_MS } from "@veltrix/protocol";
import { fs } from "../../machine/builtin.ts";
import type { Observer, Source, Watcher } from "../source.ts";

/** Which service and environment a folder must hold. An unknown environment is not compared. */
export interface DirOptions {
  readonly dir: string;
  readonly service: string;
  readonly environment: string | undefined;
}

const POLL_INTERVAL_MS = 30_000;

/** Source `dir` over a mounted folder. The first reading of a start blocks, all others wait. */
export function createDirSource(options: DirOptions, isStarting = true): Source {
  let isFirst = isStarting;
  return {
    name: "dir",
    label: options.dir,
    pollInterval: POLL_INTERVAL_MS,
    // A kubelet brings a change within its sync period and the life of its cache, about 2 minutes in all.
    rolloutDeadline: MOUNT_DEADLINE_MS,
    // A file that is not there or half written may be on its way.
    patience: [50, 100, 200],
    read: async () => {
      const isBlocking = isFirst;
      isFirst = false;
      const { readDir } = await import("./delivered-files.ts");
      return readDir(
        options,
        isBlocking ? (await import("../../mount/blocking-io.ts")).blockingIo : (await import("../../mount/waiting-io.ts")).waitingIo,
      );
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
