// Whether two looks at a source saw the same.
import type { SourceReading } from "../sources/source.ts";

/** True for the same contents, and the same problems where neither could be used. */
export function isSameReading(a: SourceReading, b: SourceReading): boolean {
  if (a === b) return true;
  if (a.kind === "unavailable" || b.kind === "unavailable" || a.kind !== b.kind || a.contents.length !== b.contents.length) return false;
  if (!a.contents.every((bytes, index) => isSameContent(bytes, b.contents[index] ?? ""))) return false;
  return a.kind === "delivered" || b.kind === "delivered" || JSON.stringify(a.problems) === JSON.stringify(b.problems);
}

function isSameContent(a: Uint8Array | string, b: Uint8Array | string): boolean {
  return Buffer.compare(typeof a === "string" ? Buffer.from(a) : a, typeof b === "string" ? Buffer.from(b) : b) === 0;
}
