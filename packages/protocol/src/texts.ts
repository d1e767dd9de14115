// Texts that nobody meant to deliver: placeholders that were never filled in, markers that a secret manager should have
// replaced, templates, and whitespace that nobody sees. One rule, for the build and for a process.

/** What a text holds that was hardly meant. */
export interface SuspectText {
  /**
   * `placeholder`: nobody means it as a value. `template`: something would have to fill it in; where the format of a text
   * is somebody else's, it may be meant. `whitespace`: at its beginning or its end.
   */
  readonly kind: "placeholder" | "template" | "whitespace";
  /** The part that is suspect; of whitespace, what is said of the text: `ends with a tab`. */
  readonly found: string;
}

/** What is suspect about `text`; undefined when nothing is. A text that was written to mean itself is not asked about. */
export function findSuspect(text: string): SuspectText | undefined {
  const placeholder = findPlaceholder(text);
  if (placeholder !== undefined) return { kind: "placeholder", found: placeholder };
  const template = rules().template.exec(text)?.[0];
  if (template !== undefined) return { kind: "template", found: template };
  const whitespace = findWhitespace(text);
  return whitespace === undefined ? undefined : { kind: "whitespace", found: whitespace };
}

function findPlaceholder(text: string): string | undefined {
  const { word, marker } = rules();
  const found = word.exec(text)?.[0] ?? marker.exec(text)?.[0];
  // Labels of Prometheus are called so.
  return found === undefined || /^__(?:name|address|scheme|metrics_path|scrape_\w+|meta_\w+|param_\w+|tmp_?\w*)__$/.test(found)
    ? undefined
    : found;
}

interface Rules {
  readonly word: RegExp;
  readonly marker: RegExp;
  readonly template: RegExp;
}

let compiled: Rules | undefined;

/** One expression a kind, put together when the first text is asked about: a start must not pay for what it does not need. */
function rules(): Rules {
  const either = (expressions: readonly RegExp[], flags?: string): RegExp =>
    new RegExp(expressions.map(({ source }) => `(?:${source})`).join("|"), flags);
  compiled ??= { word: either(words(), "i"), marker: either(markers()), template: either(templates()) };
  return compiled;
}

/** Whole texts that stand for a value, in any case. */
function words(): readonly RegExp[] {
  return [
    /^(?:\$[A-Z_][A-Z0-9_]*|__[A-Z][A-Z0-9_]*__|change[-_ ]?me|replace[-_ ]?me|fill[-_ ]?me[-_ ]?in|placeholder|todo|tbd|fixme|x{3,}|\*{3,})$/,
    /^your[-_ ](?:[a-z0-9]+[-_ ])*(?:here|key|token|password|secret|user|username|host|hostname|url|domain|bucket|project)$/,
    /^<{1,2}[a-z][a-z0-9 _-]*>{1,2}$/,
  ];
}

/** What a tool replaces before a program sees it, each by the beginning that it is known by: what follows may be a secret. */
function markers(): readonly RegExp[] {
  return [
    // Tags of values files, quoted by mistake.
    /^!(?:ref|secret|text|unset|replace|file)(?=\s|$)/,
    // SOPS and eyaml, Jasypt, Spring Cloud Config, Ansible, PGP, age
    /ENC\[[A-Z0-9_]+(?=,)/,
    /^ENC\((?=[^)]+\)$)/,
    /^\{cipher\}/,
    /^\$ANSIBLE_VAULT(?=;)/,
    /-----BEGIN (?:PGP MESSAGE|AGE ENCRYPTED FILE)-----/,
    // vals and helm-secrets, Vault's webhook, the Vault plug-in of Argo CD, 1Password, Google, Azure, AWS
    /(?:secret)?ref\+[a-z][a-z0-9]*:\/\//,
    /^(?:>>)?vault:(?=[^\s#]+#\S)/,
    /^<path:(?=[^>]*#[^>]*>)/,
    /^op:\/\/(?=[^/\s]+\/[^/\s]+)/,
    /^sm:\/\/(?=\S)/,
    /^@Microsoft\.KeyVault(?=\()/,
    /\{\{resolve:(?:ssm|ssm-secure|secretsmanager)(?=:)/,
    // Concourse, Ant
    /^\(\([\w./:-]+\)\)$/,
    /^@{1,2}[A-Z][A-Z0-9_]+@{1,2}$/,
  ];
}

function templates(): readonly RegExp[] {
  return [
    /\$\{[A-Za-z_][A-Za-z0-9_.:-]*\}/,
    /\{\{[^}]*\}\}/,
    /#\{[A-Za-z_][A-Za-z0-9_.:-]*\}/,
    /<no value>/,
    /%[A-Z][A-Z0-9_]{2,}%/,
    /\$\([A-Z_][A-Z0-9_]*\)/,
  ];
}

function findWhitespace(text: string): string | undefined {
  const isSeveralLines = text.trimEnd().includes("\n");
  if (/^\s/.test(text)) return `begins with ${whitespaceName(text.charAt(0))}`;
  return /\s$/.test(text) && !isSeveralLines ? `ends with ${whitespaceName(text.at(-1) ?? "")}` : undefined;
}

function whitespaceName(unit: string): string {
  if (unit === " ") return "a space";
  if (unit === "\t") return "a tab";
  if (unit === "\n" || unit === "\r") return "a line break";
  return `the blank U+${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
