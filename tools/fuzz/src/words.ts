// The words that workspaces are grown from: good ones that try to break out of what they are printed into, and bad ones.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** JSON in which what nobody can see is written as an escape: as it is, it is refused. */
export function printJson(value: unknown, indent?: number): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, undefined, indent).replace(/[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\ufeff]/g, escape);
}

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
  "on",
  "1:20",
  "# a",
  "- a",
  "{{ evil }}",
  "{{/*",
  "key: value",
  "\u{1f600}",
  "null",
  "\ta",
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

/** What would mean something elsewhere: for texts that only describe, and for values of which the contract says that they are documents. */
export const DOCUMENTS: readonly string[] = [
  "{{ .Values.x }}",
  '{{- include "evil" . -}}',
  "}}{{",
  '{{/* */}}{{ fail "evil" }}',
  "\n---\nkind: ClusterRoleBinding\n",
  "two\n\n",
  " blank",
  "blank ",
  "\tkey:\n\t- a\n",
  "| pipe | `tick` | <br> | [a](javascript:evil())",
  "$(evil)",
  "%{HOME}",
  "\u0085 \u00a0",
  "\u007f",
  "\ufeffmark",
  "# comment",
  "&a *a !ref other#/a",
  "=",
  "\r",
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

/** Labels that YAML, or JavaScript's objects, could take for something else. */
export const LABELS: readonly string[] = ["no", "on", "null", "y", "1e3", "0x1f", "2026-01-01", "10", "true", "e1", "a-b"];

/** Ids of services. */
export const SERVICES: readonly string[] = [
  "probe",
  "gateway",
  "no",
  "null",
  "true",
  "y",
  "e1",
  "tostring",
  "a",
  "has-own-property",
  "x".repeat(40),
];

/** Names that a Secret may have. */
export const SECRETS: readonly string[] = ["store", "no", "1e3", "a.b-c", "null", "0x1f", "2026-01-01"];

/** Keys that a Secret may have. */
export const SECRET_KEYS: readonly string[] = ["password", "NO", "1e3", ".dockerconfigjson", "-", "---", "_", "0", "tls.key", "__proto__"];

/** Names that a variable may have. */
export const VARIABLES: readonly string[] = [
  "HOST",
  "PORT",
  "NO",
  "Y",
  "_",
  "NULL",
  "TRUE",
  "E1",
  "on",
  "__proto__",
  "constructor",
  "A1",
  "B",
];

/** Who may deploy. */
export const DEPLOYERS: readonly string[] = [
  "system:serviceaccount:ci:deployer",
  "system:masters",
  '"] || true || request.name in ["',
  "\\",
  "line\nbreak",
  "{{ .Values.x }}",
  "https://issuer.example#me",
  "'",
  "no",
];

/** Rules in CEL, each with the keys that it reads and a value that keeps it. */
export const RULES: readonly (readonly [string, { readonly [key: string]: Json }, { readonly [key: string]: Json }])[] = [
  ["self.min <= self.max", { min: { type: "integer" }, max: { type: "integer" } }, { min: 1, max: 2 }],
  ["!has(self.a) || self.a.size() < 100", { a: { type: "string" } }, { a: "x" }],
  ["self.list.all(item, item > 0)", { list: { type: "array", items: { type: "integer" } } }, { list: [1, 2] }],
  ["self.name.matches('^[a-z]+$')", { name: { type: "string" } }, { name: "abc" }],
  ["self.tls.enabled == false || self.tls.port > 1024", { tls: { type: "object" } }, { tls: { enabled: true, port: 8883 } }],
];
