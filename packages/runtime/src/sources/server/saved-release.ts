// The last-known-good release on disk: what a process starts from when the config service cannot answer.
// Written whole or not at all, readable by its owner alone, believed only when everything about it is right.
import { constants } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import {
  compareReleases,
  type ConfigProblem,
  formatReleaseId,
  isJsonObject,
  parseReleaseId,
  type ReleaseFile,
  type ReleaseId,
} from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import type { Delivery } from "../source.ts";
import { parseStrict } from "@veltrix/protocol/strict-json";
import { decodeUtf8 } from "../../machine/decode-utf8.ts";
import { checkRelease } from "./read-release.ts";

const MAX_STATE_BYTES = 4_194_304;
const HEADER = "veltrix-last-known-good 1 ";
const ABANDONED_MS = 60_000;

/** Whose state it is, and where. */
export interface StateOptions {
  readonly dir: string;
  readonly service: string;
  readonly environment: string;
}

/** What is kept: the release, when it was saved, and the deploy-time release there was beside it. */
export type Saved =
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly problem: ConfigProblem; readonly path: string }
  | {
      readonly kind: "saved";
      readonly release: ReleaseFile;
      readonly delivery: Delivery;
      readonly deployedRoot: string | undefined;
      readonly path: string;
    };

interface Paths {
  readonly release: string;
  readonly floor: string;
}

function pathsOf({ dir, service, environment }: StateOptions): Paths {
  const name = join(dir, `${encodeURIComponent(service)}.${encodeURIComponent(environment)}`);
  return { release: `${name}.release`, floor: `${name}.floor` };
}

/** Reads what was saved last. Throws nothing. */
export async function readSaved(options: StateOptions): Promise<Saved> {
  const paths = pathsOf(options);
  const path = paths.release;
  try {
    const bytes = await readPrivate(path);
    if (bytes === undefined) return { kind: "none" };
    const { parsed, deployedRoot } = openEnvelope(bytes);
    const { service, environment } = options;
    const checked = checkRelease(parsed, { service, environment, label: path });
    if (checked.kind === "refused") throw new Unusable(checked.problems.map(({ message }) => message).join("; "));
    const floor = await readFloor(paths.floor);
    if (floor !== undefined && compareReleases(checked.release, floor) < 0) {
      throw new Unusable(`it is release ${formatReleaseId(checked.release)}, and ${formatReleaseId(floor)} was in use already`);
    }
    return { kind: "saved", release: checked.release, delivery: checked.delivery, deployedRoot, path };
  } catch (error) {
    return { kind: "refused", problem: describeUnusable(error, path), path };
  }
}

/** Why a file is not believed. */
class Unusable extends Error {}

function describeUnusable(error: unknown, path: string): ConfigProblem {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  const failed = code === "ELOOP" ? "it is a link" : `reading failed with ${code ?? "an error"}`;
  const reason = error instanceof Unusable ? error.message : failed;
  const hint = "remove the file; the next start that reaches the config service writes it anew";
  return { code: "VX5018", pointer: "", message: `the last-known-good release is not used: ${reason}`, hint, source: path };
}

/** The bytes of a file that only this user can have written; undefined when there is none. */
async function readPrivate(path: string): Promise<Uint8Array | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { mode, uid, size, nlink } = await file.stat();
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new Unusable("it is not a regular file");
    if ((mode & 0o022) !== 0) throw new Unusable("others than its owner may write it");
    const user = process.geteuid?.();
    if (user !== undefined && uid !== user) throw new Unusable("it belongs to another user");
    if (nlink > 1) throw new Unusable("it has more than one name");
    if (size > MAX_STATE_BYTES) throw new Unusable(`it is larger than ${MAX_STATE_BYTES} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function openEnvelope(bytes: Uint8Array): { readonly parsed: ReturnType<typeof memberOf>; readonly deployedRoot: string | undefined } {
  const text = decodeUtf8(bytes);
  const end = text?.indexOf("\n") ?? -1;
  if (text === undefined || end === -1 || !text.startsWith(HEADER)) throw new Unusable("it is not a file of this format");
  const body = text.slice(end + 1);
  if (text.slice(HEADER.length, end) !== hashBytes(body)) throw new Unusable("its checksum is wrong");
  const envelope = parseStrict(body);
  if (envelope.kind === "malformed" || !isJsonObject(envelope.value)) throw new Unusable("it is malformed");
  const deployedRoot = envelope.value["deployedRoot"];
  return { parsed: memberOf(envelope.value), deployedRoot: typeof deployedRoot === "string" ? deployedRoot : undefined };
}

function memberOf(envelope: { readonly [key: string]: Parameters<typeof checkRelease>[0] }): Parameters<typeof checkRelease>[0] {
  return envelope["release"] ?? null;
}

async function readFloor(path: string): Promise<ReleaseId | undefined> {
  const bytes = await readPrivate(path);
  if (bytes === undefined) return undefined;
  const floor = parseReleaseId((decodeUtf8(bytes) ?? "").trimEnd());
  if (floor === undefined) throw new Unusable(`${basename(path)} beside it is malformed`);
  return floor;
}

/** The newest release that was ever in use here; undefined when nothing readable says so. */
export function readLastFloor(options: StateOptions): Promise<ReleaseId | undefined> {
  return readFloor(pathsOf(options).floor).catch(() => undefined);
}

/**
 * Saves a release that was applied. One that is not newer than what is there is left alone: another process
 * of the same service may be ahead.
 *
 * @throws what the file system throws.
 */
export async function save(options: StateOptions, release: ReleaseFile, deployedRoot: string | undefined): Promise<void> {
  const paths = pathsOf(options);
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const there = await readSaved(options);
  const isNewer = there.kind !== "saved" || compareReleases(release, there.release) > 0 || there.deployedRoot !== deployedRoot;
  if (!isNewer || (there.kind === "saved" && compareReleases(release, there.release) < 0)) return;
  await sweep(options.dir, basename(paths.release));
  const body = JSON.stringify({ release, deployedRoot, savedAt: new Date().toISOString() });
  await writeWhole(paths.release, `${HEADER}${hashBytes(body)}\n${body}`);
  // Raised afterwards: a crash in between leaves a release that is newer than its floor, which is fine.
  const floor = await readFloor(paths.floor).catch(() => undefined);
  if (floor === undefined || compareReleases(release, floor) > 0) await writeWhole(paths.floor, `${formatReleaseId(release)}\n`);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Removes what a process that was killed while saving left behind. A young file may be another's that lives. */
async function sweep(dir: string, name: string): Promise<void> {
  for (const entry of await readdir(dir)) {
    if (!entry.startsWith(`.${name}.`) || !entry.endsWith(".tmp")) continue;
    const path = join(dir, entry);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_MS) await rm(path, { force: true });
  }
}
