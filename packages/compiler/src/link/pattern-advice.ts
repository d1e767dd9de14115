// Why JavaScript does not compile a pattern that other languages take, and what to write instead.

/** What is wrong, and what to write. */
export interface PatternAdvice {
  readonly detail: string;
  readonly hint: string;
}

/** Characters whose escape means themselves. `-` is one of them inside a class. */
const SYNTAX = "^$\\.*+?()[]{}|/";
/** Letters with a meaning behind a backslash. */
const LETTERS = "dDwWsSbBfnrtvcxupPk0123456789";
/** Escapes of other languages. */
const FOREIGN: { readonly [letter: string]: string } = { A: "^", Z: "$", z: "$", h: "[ \\t]", R: "\\n" };

/** Words for a pattern that does not compile; undefined where nothing is known about it. */
export function advisePattern(pattern: string): PatternAdvice | undefined {
  const flag = /^\(\?([a-zA-Z]+)\)/.exec(pattern);
  if (flag !== null) return adviseFlag(flag[0], pattern.slice(flag[0].length));
  const named = /\(\?P<([A-Za-z_]\w*)>/.exec(pattern);
  if (named !== null)
    return {
      detail: `\`${named[0]}\` is how Python names a group`,
      hint: `write \`(?<${named[1]}>\`, or \`(?:\` where nothing uses the name`,
    };
  const atomic = /\(\?>|[*+?}]\+/.exec(pattern);
  const escape = adviseEscape(pattern);
  if (escape !== undefined) return escape;
  return atomic === null
    ? undefined
    : {
        detail: `\`${atomic[0]}\` is an atomic group or a possessive repetition, which JavaScript does not have`,
        hint: "write it without",
      };
}

function adviseFlag(flag: string, rest: string): PatternAdvice {
  const detail = `the flag \`${flag}\` is not there in JavaScript`;
  if (flag !== "(?i)") return { detail, hint: `write the pattern without \`${flag}\`` };
  const isPlain = !/[\\[\]{}<]/.test(rest);
  const both = rest.replace(/[a-zA-Z]/g, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
  return { detail, hint: isPlain && rest.length <= 40 ? `write \`${both}\`` : "write both cases of each letter, as in `[Aa]`" };
}

function adviseEscape(pattern: string): PatternAdvice | undefined {
  const wrong: string[] = [];
  let isClass = false;
  let written = "";
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern.charAt(at);
    if (sign !== "\\") {
      if (sign === "[") isClass = true;
      if (sign === "]") isClass = false;
      written += sign;
      continue;
    }
    const next = pattern.charAt(++at);
    if (SYNTAX.includes(next) || LETTERS.includes(next) || (isClass && next === "-")) written += sign + next;
    else {
      wrong.push(`\\${next}`);
      written += FOREIGN[next] ?? next;
    }
  }
  if (wrong.length === 0) return undefined;
  const names = [...new Set(wrong)].map((escape) => `\`${escape}\``).join(", ");
  const isForeign = wrong.some((escape) => /^\\[A-Za-z]$/.test(escape));
  const detail = isForeign ? `${names} has no meaning in JavaScript` : `the backslash of ${names} escapes what needs no escape`;
  return { detail, hint: compiles(written) ? `write ${JSON.stringify(written)}` : `write it without ${names}` };
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}
