// Globs over the workspace: `*` and `?` inside a name, `**` for any number of folders. Walked through the host, so
// nothing outside the workspace is seen, and matched without back-tracking, so no pattern is expensive.
import type { FolderEntry, ReadHost } from "../host/host.ts";

/** Folders below this depth are not looked at: only a link that leads to itself is deeper. */
const MAX_FOLDERS = 32;

/** What is wrong with a pattern; undefined when it can be used. */
export function findGlobMistake(pattern: string): string | undefined {
  const parts = pattern.split("/");
  if (pattern.includes("\\") || pattern.includes("\0") || parts.some((part) => part === "" || part === "." || part === ".."))
    return "it is not a path below the workspace, with `/`";
  if (parts.some((part) => part.includes("**") && part !== "**")) return "`**` stands alone between two `/`";
  if (!/\.(?:ya?ml|json)$/.test(parts.at(-1) ?? "")) return "it does not end in .yaml, .yml or .json";
  return undefined;
}

/** Paths of what `pattern` names, each once, in code unit order; never a folder. Folders in `skipped` are not entered. */
export function findFiles(host: ReadHost, pattern: string, skipped: ReadonlySet<string>): readonly string[] {
  const segments = pattern.split("/");
  const found = new Set<string>();
  const seen = new Set<string>();
  const walk = (folder: string, at: number, depth: number): void => {
    const segment = segments[at];
    if (segment === undefined || depth > MAX_FOLDERS || seen.has(`${at} ${folder}`)) return;
    seen.add(`${at} ${folder}`);
    if (segment === "**") walk(folder, at + 1, depth);
    for (const entry of host.listFolder(folder) ?? []) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (at === segments.length - 1) {
        if (entry.kind !== "folder" && matchesName(segment, entry.name)) found.add(path);
      } else if (mayEnter(entry, segment) && !skipped.has(path)) walk(path, segment === "**" ? at : at + 1, depth + 1);
    }
  };
  walk("", 0, 0);
  return [...found].sort((a, b) => (a < b ? -1 : 1));
}

/** `**` enters no hidden folder and no installed packages; a pattern that names them does. */
function mayEnter({ name, kind }: FolderEntry, segment: string): boolean {
  if (kind !== "folder") return false;
  return segment === "**" ? !name.startsWith(".") && name !== "node_modules" : matchesName(segment, name);
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
