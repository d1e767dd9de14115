// The two files of a mounted folder, read as of one moment and parsed strictly, as far as they can be.
import { checkHashesFile, CONFIG_FILE, HASHES_FILE, type ParsedHashes } from "@veltrix/protocol";
import { type ParsedText, parseStrict } from "@veltrix/protocol/strict-json";
import { decodeUtf8 } from "../../machine/decode-utf8.ts";
import type { Io } from "../../mount/blocking-io.ts";
import { type FileReading, readFolder } from "../../mount/published-folder.ts";

/** Which service and environment a folder must hold. An unknown environment is not compared. */
export interface DirOptions {
  readonly dir: string;
  readonly service: string;
  readonly environment: string | undefined;
}

/** One of the two files, as far as it could be read. */
export interface ParsedFile {
  readonly file: FileReading | undefined;
  /** Empty where there are none. */
  readonly bytes: Uint8Array;
  /** Undefined for what is no UTF-8. */
  readonly text?: string;
  readonly json?: ParsedText;
}

/** The two files of a folder. */
export interface ParsedFolder {
  readonly config: ParsedFile;
  readonly hashes: ParsedFile;
  /** The second one, where it is JSON. */
  readonly checked: ParsedHashes | undefined;
  /** What two looks at the folder are compared by. */
  readonly contents: readonly Uint8Array[];
}

/** Reads and parses both files, as of one moment. */
export async function parseFolder(dir: string, io: Io): Promise<ParsedFolder> {
  const files = await readFolder(dir, [CONFIG_FILE, HASHES_FILE], io);
  const hashes = parseFile(files.get(HASHES_FILE));
  const checked = hashes.json?.kind === "value" ? checkHashesFile(hashes.json.value) : undefined;
  const config = parseFile(files.get(CONFIG_FILE));
  return { config, hashes, checked, contents: [config.bytes, hashes.bytes] };
}

function parseFile(file: FileReading | undefined): ParsedFile {
  if (file?.kind !== "bytes") return { file, bytes: new Uint8Array() };
  const { bytes } = file;
  const text = decodeUtf8(bytes);
  return text === undefined ? { file, bytes } : { file, bytes, text, json: parseStrict(text) };
}
