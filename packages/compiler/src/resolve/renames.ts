// Old names: for one window a renamed key may still be written under its old name. It is delivered under the new one.
import { report } from "@veltrix/diagnostics";
import { lastToken, parsePointer } from "@veltrix/protocol";
import type { Drafts } from "../drafts.ts";
import type { LinkedService } from "../link/link.ts";
import type { Environment, Key } from "../model.ts";
import { isRawObject, Overlaid, type RawObject, type RawValue } from "../read/document.ts";
import { type Layers, writersOf } from "./layers.ts";

interface Layered {
  readonly environment: Environment;
  readonly layers: Layers;
  readonly value: RawObject;
}

/** `value` with old names replaced by new ones; every deprecated key that is set is noted. */
export function applyNames(
  service: LinkedService,
  layered: Layered,
  drafts: Drafts,
): { readonly value: RawObject; readonly renamed: ReadonlyMap<string, string> } {
  const renamed = new Map<string, string>();
  let { value } = layered;
  for (const key of service.contract.keys) {
    if ((!key.deprecated && key.renamedTo === undefined) || valueOf(value, key.pointer) === undefined) continue;
    const isBoth = key.renamedTo !== undefined && valueOf(value, key.renamedTo) !== undefined;
    noteOldName(service.id, key, layered, { isBoth, drafts });
    if (key.renamedTo === undefined || isBoth) continue;
    value = moved(value, parsePointer(key.pointer) ?? [], lastToken(key.renamedTo));
    renamed.set(key.renamedTo, key.pointer);
  }
  return { value, renamed };
}

function noteOldName(
  service: string,
  key: Key,
  { environment, layers }: Layered,
  { isBoth, drafts }: { readonly isBoth: boolean; readonly drafts: Drafts },
): void {
  const written = writersOf(layers, key.pointer)[0];
  if (written === undefined) return;
  const at = { file: written.file, pointer: written.pointer, on: "key" as const };
  const instead = key.renamedTo === undefined ? undefined : lastToken(key.renamedTo);
  drafts.note(["VX2014", at.file, key.pointer, String(isBoth)], environment.name, (where, environments) =>
    report(
      "VX2014",
      { service, pointer: key.pointer, where, instead, isBoth },
      { at, service, environments, key: key.pointer, ...(isBoth ? { severity: "error" as const } : {}) },
    ),
  );
}

function valueOf(value: RawObject, pointer: string): RawValue | undefined {
  let current: readonly RawValue[] = [value];
  for (const token of parsePointer(pointer) ?? []) {
    current = current
      .flatMap((part): readonly RawValue[] => (part instanceof Overlaid ? part.above.map((layer) => layer.value) : [part]))
      .flatMap((part) => (isRawObject(part) && Object.hasOwn(part, token) ? [part[token] ?? null] : []));
  }
  return current.at(-1);
}

/** A copy in which the key at `tokens` is called `name`. */
function moved(object: RawObject, [token, ...rest]: readonly string[], name: string): RawObject {
  if (token === undefined) return object;
  if (rest.length === 0) return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === token ? name : key, value]));
  const member = object[token];
  if (member instanceof Overlaid) {
    const above = member.above.map(({ file, value }) => ({ file, value: moved(value, rest, name) }));
    return { ...object, [token]: new Overlaid(member.reference, above) };
  }
  return isRawObject(member) ? { ...object, [token]: moved(member, rest, name) } : object;
}
