// The tags of values files: `!ref service#/pointer`, `!secret name/key`, `!text`, and for merging `!unset` and `!replace`.
import { parsePointer } from "@veltrix/protocol";
import { Reference, SecretReference, Unset } from "./document.ts";

/** Every tag of ours, with what stands behind it. */
export const TAG_FORMS = {
  "!ref": "!ref <service>#/<path>/<to>/<key>",
  "!secret": "!secret <secret name>/<key>",
  "!text": "!text <text>",
  "!unset": "<key>: !unset",
  "!replace": "!replace { <key>: <value> }",
} as const;

export type TagName = keyof typeof TAG_FORMS;

/** True for a tag of ours. */
export function isTagName(tag: string): tag is TagName {
  return Object.hasOwn(TAG_FORMS, tag);
}

/** A tag that was understood, or what is wrong with it. */
export type ParsedTag =
  | { readonly kind: "tag"; readonly value: Reference | SecretReference | Unset | string }
  | { readonly kind: "malformed"; readonly detail: string; readonly write: string };

const REF_FORM = TAG_FORMS["!ref"];
const SECRET_FORM = TAG_FORMS["!secret"];

/** Parses the scalar behind `tag`. */
export function parseTagged(tag: TagName, text: string): ParsedTag {
  switch (tag) {
    case "!ref":
      return parseReference(text);
    case "!secret":
      return parseSecret(text);
    case "!text":
      return { kind: "tag", value: text };
    case "!unset":
      return text === "" ? { kind: "tag", value: new Unset() } : malformed("nothing stands behind it", TAG_FORMS["!unset"]);
    case "!replace":
      return malformed("it stands before a single value, which replaces what is below it anyway", TAG_FORMS["!replace"]);
  }
}

/** Parses the text behind `!ref`. */
export function parseReference(text: string): ParsedTag {
  const hash = text.indexOf("#");
  if (hash < 1) return malformed("it names no service and key", guessReference(text));
  const service = text.slice(0, hash);
  const pointer = text.slice(hash + 1);
  if (!isServiceId(service)) return malformed(`\`${service}\` is not a service id`, respell(service, pointer));
  if (pointer === "" || parsePointer(pointer) === undefined)
    return malformed(`\`${pointer}\` is not a JSON pointer (RFC 6901)`, guessReference(`${service}/${pointer}`));
  return { kind: "tag", value: new Reference(service, pointer) };
}

/** Parses the text behind `!secret`: a Secret's name (DNS-1123 subdomain) and one of its keys. */
export function parseSecret(text: string): ParsedTag {
  const guess = /^([a-z0-9][-a-z0-9]*)[:#.]([-_a-zA-Z0-9]+)$/.exec(text);
  if (guess !== null) return malformed("a `/` stands between the name of the Secret and its key", `!secret ${guess[1]}/${guess[2]}`);
  const slash = text.indexOf("/");
  const name = slash === -1 ? text : text.slice(0, slash);
  const key = slash === -1 ? "" : text.slice(slash + 1);
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) || name.length > 253) {
    return malformed(`\`${name}\` is not a name that a Kubernetes Secret can have`, SECRET_FORM);
  }
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key.startsWith("..") || key === ".") {
    return malformed(`\`${key}\` is not a key that a Kubernetes Secret can have`, SECRET_FORM);
  }
  return { kind: "tag", value: new SecretReference(name, key) };
}

/** `Broker#/url` is `broker#/url` to everybody but a file system. */
function respell(service: string, pointer: string): string {
  const id = service
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/[_. ]+/g, "-")
    .toLowerCase();
  if (!isServiceId(id)) return REF_FORM;
  return `!ref ${id}#${pointer === "" || parsePointer(pointer) === undefined ? "/<path>/<to>/<key>" : pointer}`;
}

/** `service.a.b`, `service/a/b`, `service:a/b`: the parts are there, and only the signs between them are not. */
function guessReference(text: string): string {
  const [service = "", ...path] = text.split(/[./:]+/).filter((part) => part !== "");
  const isPlain = isServiceId(service) && path.length > 0 && path.every((part) => /^[\w-]+$/.test(part));
  return isPlain ? `!ref ${service}#/${path.join("/")}` : REF_FORM;
}

function malformed(detail: string, write: string): ParsedTag {
  return { kind: "malformed", detail, write };
}

/** True for a DNS-1123 label of at most 40 characters that starts with a letter. */
export function isServiceId(text: string): boolean {
  return text.length <= 40 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text);
}
