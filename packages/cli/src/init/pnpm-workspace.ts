// pnpm-workspace.yaml: the generated folder becomes a package of the workspace. Comments stay.
import { isSeq, parseDocument } from "yaml";

/** The text with `folder` among the packages, or what is wrong with the text. */
export type WorkspaceEdit = { readonly kind: "text"; readonly text: string } | { readonly kind: "unusable"; readonly detail: string };

/** Adds `folder` to the packages unless one of their patterns names it already. */
export function addPackage(text: string, folder: string): WorkspaceEdit {
  const document = parseDocument(text, { logLevel: "error", prettyErrors: false });
  if (document.errors.length > 0) return { kind: "unusable", detail: "is not valid YAML" };
  const packages = document.get("packages");
  if (packages !== undefined && packages !== null && !isSeq(packages))
    return { kind: "unusable", detail: "has `packages` that is not a list" };
  const patterns = isSeq(packages) ? packages.toJSON().filter((item: unknown) => typeof item === "string") : [];
  if (isMember(folder, patterns)) return { kind: "text", text };
  if (isSeq(packages)) document.addIn(["packages"], folder);
  else document.set("packages", [folder]);
  return { kind: "text", text: document.toString({ lineWidth: 0 }) };
}

/** As pnpm reads its patterns: a later `!` takes away again. */
function isMember(folder: string, patterns: readonly string[]): boolean {
  let member = false;
  for (const pattern of patterns) {
    const excludes = pattern.startsWith("!");
    if (matches(folder, excludes ? pattern.slice(1) : pattern)) member = !excludes;
  }
  return member;
}

function matches(folder: string, pattern: string): boolean {
  const segments = pattern.replace(/^\.\//, "").replace(/\/$/, "").split("/");
  const source = segments.map((segment) => (segment === "**" ? "(?:.+/)?" : `${segment.split("*").map(escape).join("[^/]*")}/`)).join("");
  return new RegExp(`^${source}$`).test(`${folder}/`) || (segments.at(-1) === "**" && new RegExp(`^${source}`).test(`${folder}/`));
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
