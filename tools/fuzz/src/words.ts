// The words that workspaces are grown from: good ones that try to break out of what they are printed into, and bad ones.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Names that a key may have. */
export const NAMES: readonly string[] = [
  "host",
  "port",
  "a",
  "b-c",
  "tls",
  "toString",
  "valueOf",
  "a/b~c",
  "x y",
  "*/ evil()",
  "`${evil()}`",
  "'); evil(",
  '"]; evil(); ["',
  "",
  "ß",
  "class",
  "0",
  "1e3",
  "no",
];

/** Names that a key may not have. */
export const BAD_NAMES: readonly string[] = ["__proto__", "constructor", "prototype", "\u2028", "\u0000", "a\u202eb", "\ud800"];

/** Texts for values, titles and descriptions. */
export const TEXTS: readonly string[] = [
  "host",
  "30s",
  "https://example.org",
  "*/",
  "*/ evil() /*",
  "<script>evil()</script>",
  "'); evil(",
  "\\'); evil(//",
  "`${evil()}`".replace("$", "\\$"),
  "[]()!+",
  "--- # a\nb: c",
  "no",
  "1:20",
  "ß",
  "line\r\nbreak",
];

export const BAD_TEXTS: readonly string[] = ["!ref other#/a", "\u0000", "\u2028", "2026-02-30", "${HOST}", "CHANGEME", " a", "\ud800"];

/** Patterns, each with a text that it matches. */
export const PATTERNS: readonly (readonly [string, string])[] = [
  ["^[a-z]+$", "abc"],
  ["^a{2,3}$", "aa"],
  ["(a+)+$", "aaa"],
  ["^\\p{L}$", "é"],
  ["(?=a)", "a"],
  ["^(a|b)*c$", "abc"],
  ["^(?!x$).*$", "y"],
  ["^[\"'`/*]+$", "*/"],
  ["\\*/ evil\\(\\)|.", "a"],
];

export const BAD_PATTERNS: readonly string[] = ["[", "\\", "(a)\\1", "(?<=a)b", "(a*)*", "x".repeat(1_200)];

/** Formats, each with a text that has it. */
export const FORMATS: readonly (readonly [string, string])[] = [
  ["date", "2026-02-28"],
  ["date-time", "2026-02-28T12:00:00Z"],
  ["uri", "https://example.org/a"],
  ["email", "a@example.org"],
  ["duration", "PT30S"],
  ["iri-reference", "../a"],
  ["regex", "^a$"],
  ["ipv6", "::1"],
  ["mac-address", "anything"],
];

export const BAD_FORMATS: readonly string[] = ["emial", "uris", "__proto__"];

/** Units, each with a text that is one. */
export const UNITS: readonly (readonly [string, string])[] = [
  ["duration", "30s"],
  ["bytes", "64MiB"],
  ["port", "8080"],
  ["host-port", "example.org:80"],
  ["url", "https://example.org"],
  ["cron", "0 3 * * *"],
];

export const BAD_REFS: readonly string[] = [
  "#",
  "#/$defs/nowhere",
  "#anchor",
  "../../../etc/passwd",
  "http://127.0.0.1:9/x",
  "file:///etc/passwd",
  "#/properties/host",
  "%00",
  "../shared/x.schema.json#/%2e%2e",
];

/** Annotations and other keywords with values that they may not have, or not everywhere. */
export const BAD_KEYWORDS: readonly (readonly [string, readonly Json[]])[] = [
  ["x-secret", [true, "yes"]],
  ["x-env", ["a b", "PATH", 1]],
  ["x-reload", ["restart", 1]],
  ["x-exported", [null]],
  ["x-required-in", [["nowhere"], []]],
  ["x-type", ["nothing"]],
  ["x-unique", [1]],
  ["x-bound-to", ["x"]],
  ["x-renamed-to", ["host", 1]],
  ["x-kubernetes-validations", [[{ rule: "((((" }], 1, [{ rule: "self.matches('(a+)+$')" }]]],
  ["default", [...TEXTS, ...BAD_TEXTS]],
  ["tsType", ["any; evil()"]],
  ["tsEnumNames", [["evil()"]]],
  ["propertees", [{}]],
  ["type", ["strng", [], {}]],
  ["enum", [[], 1]],
  ["minLength", [-1, "1"]],
  ["minimum", ["1"]],
  ["required", [["nowhere"], "a"]],
  ["$id", ["https://example.org/a", "#anchor", "folder/", "%"]],
  ["$anchor", ["anchor"]],
  ["$dynamicAnchor", ["anchor", "node"]],
  ["$dynamicRef", ["#anchor", "#node", "other#node"]],
];
