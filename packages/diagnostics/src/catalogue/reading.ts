// VX10xx: files that cannot be read as what they should be. VX11xx: contracts that cannot be understood.
import { didYouMean, entry, type Owner, ownerOf, shown, withHint } from "./entry.ts";

/** What generators of schemas write for `int64` and `uint64`. */
const BOUNDS_OF_64_BITS: ReadonlySet<string> = new Set(["9223372036854775807", "-9223372036854775808", "18446744073709551615"]);

/** `gateway: /port is <what>`, or `otherwise` behind the service where no key is known. */
function holdsOf(owner: Owner, what: string, otherwise: string): string {
  return owner.pointer === undefined ? ownerOf(owner, otherwise) : `${ownerOf(owner, "the file")} is ${what}`;
}

export const reading = {
  VX1001: entry("malformed-yaml", "error", "A file is not valid YAML 1.2.", (p: { detail: string; hint?: string }) => ({
    message: `this is not valid YAML: ${p.detail}`,
    hint: p.hint ?? "correct the syntax here; none of the file is used until it parses",
  })),
  VX1002: entry("malformed-json", "error", "A file is not valid JSON.", (p: { detail: string; hint?: string }) => ({
    message: `this is not valid JSON: ${p.detail}`,
    hint: p.hint ?? "correct the syntax here: JSON has no comments and no trailing commas",
  })),
  VX1003: entry("duplicate-key", "error", "An object has the same key twice.", (p: Owner & { key: string }) => ({
    message: `${ownerOf(p, `the key \`${p.key}\``)} is set twice in the same object`,
    label: "this one would silently replace the first",
    hint: "keep one of the two",
  })),
  VX1004: entry("wrong-encoding", "error", "A file is not clean UTF-8.", (p: { detail: string }) => ({
    message: `the file is not clean UTF-8: ${p.detail}`,
    hint: "save the file as UTF-8 without a byte order mark",
  })),
  VX1005: entry(
    "unsupported-yaml",
    "error",
    "YAML that different parsers read differently.",
    (p: { feature: string; isManifest?: boolean }) =>
      p.isManifest === true
        ? {
            message: `${p.feature} is not allowed in a manifest that Veltrix reads`,
            hint: "write the value out in full: plain keys, no anchors, aliases, merge keys, or tags",
          }
        : {
            message: `${p.feature} is not allowed in a values file`,
            hint: "write the value out in full: one document, plain keys, no anchors, aliases, merge keys, or tags but !ref and !secret",
          },
  ),
  VX1006: entry(
    "limit-exceeded",
    "error",
    "A file is larger or deeper than any configuration needs.",
    (p: { what: string; limit: number | string }) => ({
      message: `${p.what} is over the limit of ${p.limit}`,
      hint: "split the contract, or keep bulk data out of configuration",
    }),
  ),
  VX1007: entry("unreadable-file", "error", "A file cannot be read, or a link leads out of the workspace.", (p: { detail: string }) => ({
    message: `the file cannot be read: ${p.detail}`,
    hint: "everything under schemas/ must be a regular, readable file inside the workspace",
  })),
  VX1008: entry("missing-contract", "error", "A service's folder has no contract.", (p: { service: string }) => ({
    message: `${p.service} has no config.schema.json`,
    hint: `write schemas/${p.service}/config.schema.json, or remove the folder`,
  })),
  VX1009: entry(
    "invalid-settings",
    "error",
    "veltrix.yaml says something that Veltrix does not understand.",
    (p: { detail: string; hint: string }) => ({
      message: p.detail,
      hint: p.hint,
    }),
  ),
  VX1010: entry(
    "invalid-service-id",
    "error",
    "A service's folder has a name that cannot be a service id.",
    (p: { service: string; reason: string; instead?: string | undefined }) => ({
      message: `\`${p.service}\` cannot be a service id: ${p.reason}`,
      hint: `rename the folder${p.instead === undefined ? "" : ` to \`${p.instead}\``}: lower-case letters, digits and \`-\`, starting with a letter, at most 40 characters`,
    }),
  ),
  VX1011: entry(
    "unexpected-file",
    "error",
    "A file that nothing reads.",
    (p: { file: string; reason: string; suggestions: readonly string[] }) => ({
      message: `nothing reads ${p.file}: ${p.reason}`,
      ...withHint(didYouMean(p.suggestions) ?? "remove it, or declare its environment in schemas/veltrix.yaml"),
      suggestions: p.suggestions,
    }),
  ),
  VX1012: entry("hazardous-key", "error", "A key that has a special meaning in JavaScript.", (p: { key: string }) => ({
    message: `\`${p.key}\` cannot be a key: it has a special meaning in JavaScript`,
    hint: "choose another name",
  })),
  VX1013: entry("unsafe-number", "error", "A number that cannot be read back unchanged.", (p: Owner & { text: string }) =>
    /^[-+]?\.(?:inf|nan)$/i.test(p.text)
      ? {
          message: holdsOf(p, `${p.text}, a number that JSON cannot hold`, `JSON cannot hold the number ${p.text}`),
          hint: "write a number, or a text in quotes where the contract takes one",
        }
      : {
          message: holdsOf(p, `${p.text}, which a 64-bit float cannot hold exactly`, `a 64-bit float cannot hold ${p.text} exactly`),
          hint: BOUNDS_OF_64_BITS.has(p.text)
            ? `remove this bound of 64-bit integers: every number here is between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER} anyway`
            : "write it as a string, or in a larger unit",
        },
  ),
  VX1014: entry("hidden-character", "error", "A key or value holds characters that a reviewer cannot see.", (p: { name: string }) => ({
    message: `this contains the invisible character ${p.name}`,
    hint: "remove it; if you need it, write it as an escape in a double-quoted string",
  })),
  VX1015: entry("unreadable-folder", "error", "A folder cannot be read.", (p: { detail: string }) => ({
    message: `the folder cannot be read: ${p.detail}`,
    hint: "replace it with a readable folder inside the workspace, or remove it",
  })),
  VX1101: entry("invalid-schema", "error", "A contract is not a valid JSON Schema.", (p: { detail: string; hint: string }) => ({
    message: `this is not a valid schema: ${p.detail}`,
    hint: p.hint,
  })),
  VX1102: entry(
    "unknown-keyword",
    "error",
    "A contract uses a keyword that nothing checks.",
    (p: { keyword: string; suggestions: readonly string[] }) => ({
      message: `\`${p.keyword}\` is not a keyword of JSON Schema or of Veltrix`,
      ...withHint(didYouMean(p.suggestions) ?? "remove it: a keyword that nothing checks has no effect"),
      suggestions: p.suggestions,
    }),
  ),
  VX1103: entry(
    "unresolved-ref",
    "error",
    "A $ref names a schema that does not exist.",
    (p: { ref: string; detail: string; suggestions: readonly string[] }) => ({
      message: `\`${p.ref}\` leads nowhere: ${p.detail}`,
      ...withHint(didYouMean(p.suggestions) ?? "name an existing file under schemas/ and a pointer or anchor inside it"),
      suggestions: p.suggestions,
    }),
  ),
  VX1104: entry("forbidden-ref", "error", "A $ref leaves the workspace.", (p: { ref: string; detail: string }) => ({
    message: `\`${p.ref}\` is not followed: ${p.detail}`,
    hint: "copy the schema into schemas/shared/ and refer to it there",
  })),
  VX1105: entry("endless-ref", "error", "A chain of $ref that never reaches a schema.", (p: { chain: readonly string[] }) => ({
    message: `this $ref leads back to itself: ${p.chain.join(" -> ")}`,
    hint: "replace one of these with a schema",
  })),
  VX1106: entry(
    "unsafe-pattern",
    "error",
    "A regular expression that does not compile, or that could take too long to match.",
    (p: { pattern: string; detail: string; hint: string | undefined }) => ({
      message: `the pattern ${JSON.stringify(p.pattern)} is refused: ${p.detail}`,
      hint: p.hint ?? "write it without back-references, look-behind and repetitions of what may be empty",
    }),
  ),
  VX1107: entry(
    "misplaced-annotation",
    "error",
    "An annotation that has no meaning where it is.",
    (p: { annotation: string; detail: string; hint: string }) => ({
      message: `\`${p.annotation}\` is not allowed here: ${p.detail}`,
      hint: p.hint,
    }),
  ),
  VX1109: entry("unchecked-keyword", "warning", "A contract uses a word of another tool.", (p: { keyword: string; places: string }) => ({
    message: `nothing checks \`${p.keyword}\`: it is not a keyword of JSON Schema or of Veltrix${p.places}`,
    hint: `remove it, or call it \`x-${p.keyword}\` if another tool reads it: such words are ignored`,
  })),
  VX1110: entry(
    "unchecked-format",
    "warning",
    "A contract uses a format that Veltrix does not know.",
    (p: { format: string; places: string }) => ({
      message: `nothing checks the format \`${p.format}\`${p.places}`,
      hint: "write rules beside it (`pattern`, `minimum`) if wrong values must be refused",
    }),
  ),
  VX1111: entry(
    "ignored-rule",
    "warning",
    "A rule beside a $ref in a draft that ignores it.",
    (p: { keyword: string; dialect: string; places: string }) => ({
      message: `${p.dialect} ignores \`${p.keyword}\` beside a \`$ref\`${p.places}`,
      hint: 'declare "$schema": "https://json-schema.org/draft/2020-12/schema", or write both as members of `allOf`',
    }),
  ),
  VX1108: entry(
    "invalid-annotation",
    "error",
    "An annotation has an invalid value.",
    (p: { annotation: string; detail: string; hint: string }) => ({
      message: `\`${p.annotation}\` ${p.detail}`,
      hint: p.hint,
    }),
  ),
  VX1120: entry(
    "invalid-default",
    "warning",
    "A default that its own schema refuses.",
    (p: { key: string; value: unknown; detail: string }) => ({
      message: `the default ${shown(p.value)} of ${p.key} violates its own schema: ${p.detail}`,
      hint: "correct the default or the rule, or remove the default",
    }),
  ),
  VX1123: entry(
    "missing-type",
    "warning",
    "A rule for values of one type, in a schema that takes values of every type.",
    (p: { keyword: string; type: string; places: string }) => ({
      message: `\`${p.keyword}\` is a rule for ${p.type === "number" ? "numbers" : `${p.type}s`}, and values of every other type pass${p.places}`,
      hint: `write "type": "${p.type}" beside it${p.type === "number" ? ', or "integer"' : ""}`,
    }),
  ),
  VX1121: entry("merge-conflict", "error", "A file contains an unresolved merge conflict.", (p: { count: number }) => ({
    message: `unresolved merge conflict${p.count === 1 ? "" : `, and ${p.count - 1} more below`}`,
    label: "one side starts here, the other after =======",
    hint: "keep what is right, and remove the lines that start with <<<<<<<, ======= and >>>>>>>",
  })),
  VX1122: entry(
    "leading-zero",
    "error",
    "A number with a leading zero, which YAML parsers read in two ways.",
    (p: Owner & { text: string; plain: string; octal: string | undefined }) => ({
      message: `${ownerOf(p, "this")} is ${p.text}, which YAML 1.2 reads as ${p.plain} and YAML 1.1 ${p.octal === undefined ? "does not" : `as ${p.octal}, an octal number`}`,
      hint: `write ${p.plain}${p.octal === undefined ? "" : `, or ${p.octal} if you mean the octal number`}; if the zero belongs to a text, quote it: "${p.text}"`,
    }),
  ),
};
