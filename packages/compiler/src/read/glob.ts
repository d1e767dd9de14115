// Globs over the workspace: `*` and `?` inside a name, `**` for any number of folders. Walked through the host, so
// nothing outside the workspace is seen, and matched without back-tracking, so no pattern is expensive.
import { entriesOf, type FolderEntry, type ReadHost } from "../host/host.ts";

/** Folders below this depth are not looked at: only a link that leads to itself is deeper. */
const MAX_FOLDERS = 32;

/** What is wrong with a pattern; undefined when it can be used. */
export function findGlobFault(pattern: string): string | undefined {
  const parts = pattern.split("/");
  if (pattern.includes("\\") || pattern.includes("\0") || parts.some((part) => part === "" || part === "." || part === ".."))
    return "it is not a path below the workspace, with `/`";
  if (parts.some((part) => part.includes("**") && part !== "**")) return "`**` stands alone between two `/`";
  if (!/\.(?:ya?ml|json)$/.test(parts.at(-1) ?? "")) return "it does not end in .yaml, .yml or .json";
  return undefined;
}

/** What a pattern leads to. */
export interface Matches {
  /** Each once, in code unit order; never a folder. */
  readonly files: readonly string[];
  /** What stands where a folder would be entered and cannot be one. */
  readonly unreadable: readonly UnreadableFolder[];
}

/** A place that could hold files of the pattern, and that nobody can look into. */
export interface UnreadableFolder {
  readonly path: string;
  readonly reason: string;
  /** The pattern names it; else `**` or `*` only comes by. */
  readonly isNamed: boolean;
}

/** A folder on the way, and the part of the pattern that its names are held against. */
interface Step extends Pick<UnreadableFolder, "isNamed"> {
  readonly folder: string;
  readonly at: number;
  readonly depth: number;
}

/** What `pattern` names. Folders in `skipped` are not entered. */
export function findFiles(host: ReadHost, pattern: string, skipped: ReadonlySet<string>): Matches {
  const segments = pattern.split("/");
  const found = new Set<string>();
  const seen = new Set<string>();
  const unreadable = new Map<string, UnreadableFolder>();
  const walk = ({ folder, at, depth, isNamed }: Step): void => {
    const segment = segments[at];
    if (segment === undefined || depth > MAX_FOLDERS || seen.has(`${at} ${folder}`)) return;
    seen.add(`${at} ${folder}`);
    if (segment === "**") walk({ folder, at: at + 1, depth, isNamed });
    const read = host.listFolder(folder);
    if (read.kind === "refused") unreadable.set(folder, { path: folder, reason: read.reason, isNamed });
    for (const entry of entriesOf(read)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (at === segments.length - 1) {
        // A folder with the name of a file is read, and refused, like every other that is no file.
        if (matchesName(segment, entry.name)) found.add(path);
      } else if (mayEnter(entry, segment) && !skipped.has(path))
        walk({ folder: path, at: segment === "**" ? at : at + 1, depth: depth + 1, isNamed: isPlain(segment) });
    }
  };
  walk({ folder: "", at: 0, depth: 0, isNamed: true });
  return { files: [...found].sort((a, b) => (a < b ? -1 : 1)), unreadable: [...unreadable.values()] };
}

/** `**` enters no hidden folder and no installed packages; a pattern that names them does. */
function mayEnter({ name, kind }: FolderEntry, segment: string): boolean {
  if (segment === "**") return kind !== "file" && !name.startsWith(".") && name !== "node_modules";
  // A file beside the folders that `*` means is none of them; one in the place of a folder that is named is refused.
  return (kind !== "file" || isPlain(segment)) && matchesName(segment, name);
}

function isPlain(segment: string): boolean {
  return !/[*?]/.test(segment);
}

/** The classic two-pointer match: one `*` is held open at a time. */
export function matchesName(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < name.length;) {
    if (pattern[at] === "*") {
      star = at++;
      resume = index;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === name[index])) {
      at++;
      index++;
    } else if (star === -1) return false;
    else {
      at = star + 1;
      index = ++resume;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
