// `secrets` of schemas/veltrix.yaml, and of one of its environments: which Secrets there are, and which keys each has.
import { appendToken } from "@veltrix/protocol";
import type { SecretKeys } from "../model.ts";
import type { RawValue } from "./document.ts";
import { isRawObject } from "./document.ts";
import { parseSecret } from "./tags.ts";

/** Reads the keys of each Secret; a fault is told to `problem`, and what is returned then is not used. */
export function readSecretKeys(
  value: RawValue,
  pointer: string,
  problem: (pointer: string, detail: string, hint: string) => void,
): SecretKeys {
  if (!isRawObject(value)) {
    problem(pointer, "secrets is not an object of Secrets", "write `secrets: { my-database: [user, password] }`");
    return {};
  }
  const found: { [secret: string]: readonly string[] } = {};
  for (const [name, keys] of Object.entries(value)) {
    const at = appendToken(pointer, name);
    const texts = Array.isArray(keys) ? (keys as readonly RawValue[]).filter((key) => typeof key === "string") : [];
    const isList = Array.isArray(keys) && texts.length === keys.length && texts.length > 0;
    const wrong = texts.map((key) => parseSecret(`${name}/${key}`)).find((parsed) => parsed.kind === "malformed");
    if (!isList) problem(at, `${name} is not a list of the keys of that Secret`, `write \`${name}: [password]\``);
    else if (wrong?.kind === "malformed") problem(at, wrong.detail, "write the names as they are in the cluster");
    else found[name] = texts;
  }
  return found;
}
