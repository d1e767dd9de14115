// What the YAML parser complains about, in words that say what to do.
import type { ErrorCode } from "yaml";

/** What is wrong and what to write; without a word of ours, the parser's own. */
export interface YamlFault {
  readonly detail: string;
  readonly hint?: string;
}

const NO_PAIR: YamlFault = {
  detail: "this is no `key: value`",
  hint: "write `:` and a space after the key, and indent it like its neighbours",
};

const words: { readonly [code in ErrorCode]?: YamlFault } = {
  TAB_AS_INDENT: { detail: "a tab indents this line", hint: "indent with spaces: YAML takes no tabs there" },
  BAD_INDENT: {
    detail: "this line is not indented as the lines that it belongs to",
    hint: "give every key of an object, and every `-` of a list, the same indentation",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    detail: "a second `key:` follows where only a value can stand",
    hint: "indent the lines below as far as their neighbours; a text that holds `: ` stands in quotes",
  },
  MULTILINE_IMPLICIT_KEY: NO_PAIR,
  BAD_SCALAR_START: { detail: "a text cannot begin with this character", hint: "put the whole text in quotes" },
  BAD_DQ_ESCAPE: {
    detail: "a text in double quotes holds an escape that YAML does not have",
    hint: "write `\\\\` for a backslash, or put the text in single quotes",
  },
};

/** Words for an error of the parser. */
export function describeYamlFault(code: ErrorCode, message: string): YamlFault {
  if (message.startsWith("Implicit map keys need")) return NO_PAIR;
  const first = message.split("\n", 1)[0] ?? message;
  return words[code] ?? { detail: first.charAt(0).toLowerCase() + first.slice(1) };
}
