// A mounted ConfigMap, laid out and swapped as a kubelet does it: files are links through `..data`, which
// points to a folder named by time; a new version is written beside the old one and appears by one rename.
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** File names and their contents. */
export type MountedFiles = Readonly<Record<string, string>>;

/** Publishes a version of the mount; readers see all of the old files or all of the new ones. */
export async function publish(mount: string, files: MountedFiles): Promise<void> {
  await mkdir(mount, { recursive: true });
  const version = versionName(new Date());
  await mkdir(join(mount, version));
  for (const [name, text] of Object.entries(files)) await writeFile(join(mount, version, name), text);
  const previous = await readlink(join(mount, "..data")).catch(() => undefined);
  await symlink(version, join(mount, "..data_tmp"));
  await rename(join(mount, "..data_tmp"), join(mount, "..data"));
  const present = new Set(await readdir(mount));
  for (const name of Object.keys(files)) {
    if (!present.has(name)) await symlink(join("..data", name), join(mount, name));
  }
  if (previous !== undefined) await rm(join(mount, previous), { recursive: true });
}

/** What the mount holds now. */
export async function readMount(mount: string): Promise<MountedFiles> {
  const names = (await readdir(mount)).filter((name) => !name.startsWith(".."));
  const entries = names.map(async (name) => [name, await readFile(join(mount, name), "utf8")] as const);
  return Object.fromEntries(await Promise.all(entries));
}

function versionName(time: Date): string {
  const [date = "", clock = ""] = time.toISOString().slice(0, -1).split("T");
  // The kubelet counts nanoseconds; the process clock fills them here, so that two versions never meet.
  const nanoseconds = String(process.hrtime.bigint() % 1_000_000n).padStart(6, "0");
  return `..${date.replaceAll("-", "_")}_${clock.replaceAll(":", "_")}${nanoseconds}`;
}
