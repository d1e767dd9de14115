// The projected volume of a generated manifest, as a kubelet publishes it: names, keys and paths are those of the
// manifest, and every publication is a new folder, a link beside `..data`, and one rename.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";

/** One key of a Secret, and where below the mount the manifest puts it. */
export interface ProjectedFile {
  readonly secret: string;
  readonly key: string;
  readonly path: string;
}

const manifest = new URL("../../../../generated/device-gateway/k8s/prod/component/patch.yaml", import.meta.url);

/** The files of the one volume that the manifest mounts where it says that secrets are. */
export function projectedFiles(): readonly ProjectedFile[] {
  const text = readFileSync(manifest, "utf8");
  const dir = /name: VELTRIX_SECRETS_DIR\n\s+value: (.+)/.exec(text)?.[1];
  const volume = [...text.matchAll(/- name: (\S+)\n\s+mountPath: (.+)/g)].find(([, , path]) => path === dir)?.[1];
  const [, sources] = text.slice(text.indexOf("      volumes:")).split(`- name: ${volume}\n          projected:\n            sources:\n`);
  if (dir === undefined || volume === undefined || sources === undefined) throw new Error("the manifest projects no secrets");
  return sources.split("- secret:\n").flatMap((source) => {
    const secret = /^\s+name: (\S+)/.exec(source)?.[1] ?? "";
    return [...source.matchAll(/- key: (\S+)\n\s+path: (\S+)/g)].map(([, key = "", path = ""]) => ({ secret, key, path }));
  });
}

// On a thread of its own: a start blocks the thread that it is on. Links are made for the first part of each path.
const publisher = `
const { parentPort, workerData } = require("node:worker_threads");
const fs = require("node:fs");
const { dirname } = require("node:path");
const { dir, versions, pause } = workerData;
let stopped = false;
let count = 0;
let previous;
parentPort.on("message", () => { stopped = true; });
function publish() {
  const name = "..2026_11_28_" + ++count;
  for (const [path, text] of Object.entries(versions[count % versions.length])) {
    fs.mkdirSync(dirname(dir + "/" + name + "/" + path), { recursive: true });
    fs.writeFileSync(dir + "/" + name + "/" + path, text);
  }
  fs.symlinkSync(name, dir + "/..data_tmp");
  fs.renameSync(dir + "/..data_tmp", dir + "/..data");
  for (const path of Object.keys(versions[0])) {
    const [top] = path.split("/");
    if (!fs.existsSync(dir + "/" + top)) fs.symlinkSync("..data/" + top, dir + "/" + top);
  }
  if (previous) fs.rmSync(dir + "/" + previous, { recursive: true });
  previous = name;
  if (count === 1) parentPort.postMessage("running");
  if (stopped) process.exit(0);
  setTimeout(publish, pause === undefined ? count % 3 : pause);
}
publish();
`;

/** Publishes `versions` (path to text) in `dir` in turn until the function that it returns is called. */
export async function publishInTurn(
  dir: string,
  versions: readonly { readonly [path: string]: string }[],
  pause?: number,
): Promise<() => Promise<void>> {
  const worker = new Worker(publisher, { eval: true, workerData: { dir, versions, pause } });
  await once(worker, "message");
  return async () => {
    // A thread is no window: it has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage("stop");
    await once(worker, "exit");
  };
}
