// The names Kubernetes takes: which grammar each has, and what to say where it is broken.

/** A grammar of names. */
export interface Grammar {
  readonly pattern: RegExp;
  /** In characters; all grammars are ASCII. */
  readonly maxLength: number;
  /** What to write instead. */
  readonly rule: string;
}

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/** RFC 1123 label: a namespace, a container, a volume. */
export const dnsLabel: Grammar = {
  pattern: new RegExp(`^${label}$`),
  maxLength: 63,
  rule: "use lower-case letters, digits and `-`, at most 63 characters",
};

/** RFC 1123 subdomain: an object. */
export const dnsSubdomain: Grammar = {
  pattern: new RegExp(`^${label}(\\.${label})*$`),
  maxLength: 253,
  rule: "use lower-case letters, digits, `-` and `.`, at most 253 characters",
};

/** The value of a label. */
export const labelValue: Grammar = {
  pattern: /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/,
  maxLength: 63,
  rule: "use letters, digits, `-`, `_` and `.`, at most 63 characters",
};

/** A key of a ConfigMap's or Secret's data: it becomes a file name beside kubelet's own `..data`. */
export const dataKey: Grammar = {
  pattern: /^(?!\.\.)(?!\.$)[-._a-zA-Z0-9]+$/,
  maxLength: 253,
  rule: "use letters, digits, `-`, `_` and `.`, at most 253 characters, not `..` first",
};

/** The name of an environment variable: a C identifier that is also a key of a ConfigMap. */
export const variableName: Grammar = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  maxLength: 253,
  rule: "use letters, digits and `_`, no digit first, at most 253 characters",
};

/** True when `grammar` takes `name`. */
export function isLegal(name: string, grammar: Grammar): boolean {
  return name.length <= grammar.maxLength && grammar.pattern.test(name);
}
