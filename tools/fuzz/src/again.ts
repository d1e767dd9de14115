// Builds that must come to the same: the same workspace once more, and one whose files say the same in another order.
import { build, type Emitter, type MemoryHost } from "@veltrix/compiler";
import { isJsonObject, type JsonValue } from "@veltrix/protocol";

/** Files of a workspace. */
export type Given = { readonly [path: string]: string | Uint8Array };

/** What a second build of the same host must not do. */
export async function inspectSecondBuild(host: MemoryHost, emitters: readonly Emitter[]): Promise<readonly string[]> {
  const before = new Map(host.paths().map((path) => [path, host.text(path)]));
  const { written, removed, diagnostics } = await build(host, { emitters });
  const checked = await build(host, { emitters, check: true });
  const changed = host.paths().filter((path) => before.get(path) !== host.text(path));
  return [
    ...[...written, ...removed, ...changed].map((path) => `a second build changed ${path}`),
    ...[...diagnostics, ...checked.diagnostics]
      .filter(({ severity }) => severity === "error")
      .map(({ code, message }) => `a second build found ${code} ${message}`),
  ];
}

/** `files` in another order, and with the keys of values files in another order; what is no plain JSON stays as it is. */
export function reordered(files: Given): Given {
  return Object.fromEntries(
    Object.entries(files)
      .toReversed()
      .map(([path, contents]) => [path, /^schemas\/[^/]+\/values\//.test(path) ? withKeysReversed(contents) : contents]),
  );
}

function withKeysReversed(contents: string | Uint8Array): string | Uint8Array {
  if (typeof contents !== "string") return contents;
  // A tag is hidden in a text of its own while the rest is read as JSON.
  const hidden = contents.replace(/!(ref|secret) "((?:[^"\\]|\\.)*)"/g, '"@$1 $2"');
  try {
    return escaped(JSON.stringify(reverse(JSON.parse(hidden)))).replace(/"@(ref|secret) ((?:[^"\\]|\\.)*)"/g, '!$1 "$2"');
  } catch {
    return contents;
  }
}

/** What was written as an escape stays one: unseen characters are refused where they stand as they are. */
function escaped(json: string): string {
  return json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function reverse(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => reverse(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reverse(member)]),
  );
}
