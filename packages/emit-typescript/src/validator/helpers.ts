// The few functions that every emitted validator carries, so that it depends on nothing. Only those that a
// contract needs are emitted; `uses` names what a helper itself calls. A value of undefined is an absent key:
// whether it may be absent is its object's business. They walk over rules instead of being written out for each key,
// because a start runs them once, and most of what it pays then is for code and shapes of objects that the engine has
// not seen before. So rules are arrays, all of one shape: [type, rule, limit, rule, limit ...].

interface Helper {
  readonly code: string;
  readonly uses?: readonly string[];
}

/** Source text by name. A violation is `{ pointer, rule, expected }`, as in @veltrix/protocol. */
export const helpers: { readonly [name: string]: Helper } = {
  fail: { code: "const fail = (out, pointer, rule, expected) => void out.push({ pointer, rule, expected });" },
  has: { code: "const has = (value, key) => Object.prototype.hasOwnProperty.call(value, key);" },
  at: {
    code: `const at = (pointer, key) =>
  pointer + "/" + (key.includes("~") || key.includes("/") ? key.replaceAll("~", "~0").replaceAll("/", "~1") : key);`,
  },
  canonical: {
    code: `const canonical = (value) => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  return "{" + Object.keys(value).sort().map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
};`,
  },
  same: {
    code: 'const same = (a, b) => a === b || (typeof a === "object" && canonical(a) === canonical(b));',
    uses: ["canonical"],
  },
  isRealDay: {
    code: `const isRealDay = (text) => {
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
};`,
  },
  isRegex: {
    code: `const isRegex = (text) => {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
};`,
  },
  // As linear-match.ts of the compiler has it.
  linear: {
    code: `const isWord = (character) => character !== undefined && /^\\w$/.test(character);
const linear = ({ classes, steps, first }) => {
  const expressions = classes.map((source) => new RegExp("^" + source + "$", "u"));
  return {
    test: (text) => {
      const characters = [...text];
      let later = [];
      for (let place = characters.length; place >= 0; place--) {
        const now = [];
        for (const [op, a, b] of steps) {
          if (op === "done") now.push(true);
          else if (op === "read") now.push(later[b] === true && expressions[a].test(characters[place]));
          else if (op === "either") now.push(now[a] || now[b]);
          else if (op === "ahead") now.push(now[a] && now[b]);
          else if (op === "without") now.push(!now[a] && now[b]);
          else if (op === "start") now.push(place === 0 && now[a]);
          else if (op === "end") now.push(place === characters.length && now[a]);
          else now.push(now[a] && (isWord(characters[place - 1]) !== isWord(characters[place])) === (op === "boundary"));
        }
        if (now[first]) return true;
        later = now;
      }
      return false;
    },
  };
};`,
  },
  isMultiple: {
    code: `const decimalOf = (value) => {
  const [mantissa, exponent = 0] = String(value).split("e");
  const [whole, part = ""] = mantissa.split(".");
  return [BigInt(whole + part), exponent - part.length];
};
const isMultiple = (value, step) => {
  const [a, p] = decimalOf(value);
  const [b, q] = decimalOf(step);
  const lowest = Math.min(p, q);
  return (a * 10n ** BigInt(p - lowest)) % (b * 10n ** BigInt(q - lowest)) === 0n;
};`,
  },
  size: {
    code: `const size = (value) => (typeof value === "string" ? [...value].length : value.length);`,
  },
  matches: {
    code: `const matchers = new Map();
const matches = (source, text, make = (pattern) => new RegExp(pattern, "u")) => {
  let matcher = matchers.get(source);
  if (matcher === undefined) matchers.set(source, (matcher = make(source)));
  return matcher.test(text);
};`,
  },
  members: {
    code: `const members = (out, list, value, pointer) => {
  const rest = list[0];
  if (rest !== true) for (const key of Object.keys(value)) if (rest === false && !list.includes(key)) fail(out, pointer, "additionalProperties", key);
  for (let index = 1; index < list.length; index += 2) if (has(value, list[index])) check(out, list[index + 1], value[list[index]], at(pointer, list[index]));
  if (typeof rest === "object") for (const key of Object.keys(value)) if (!list.includes(key)) check(out, rest, value[key], at(pointer, key));
};`,
    uses: ["fail", "has", "at"],
  },
  dependent: {
    code: `const dependent = (out, lists, value, pointer) => {
  for (const key of Object.keys(lists)) if (has(value, key)) for (const other of lists[key]) if (!has(value, other)) fail(out, pointer, "dependentRequired", other);
};`,
    uses: ["fail", "has"],
  },
  items: {
    code: `const items = (out, [rest, ...places], value, pointer) => {
  value.forEach((item, index) => check(out, index < places.length ? places[index] : rest, item, pointer + "/" + index));
};`,
  },
  check: {
    code: `const check = (out, rules, value, pointer) => {
  if (rules === false) return fail(out, pointer, "false schema", null);
  if (rules === true) return;
  const type = rules[0];
  const actual = value === null ? "null" : Array.isArray(value) ? "array" : type === "integer" && Number.isInteger(value) ? type : typeof value;
  if (actual !== type) return fail(out, pointer, "type", type);
  for (let index = 1; index < rules.length; index += 2) if (breaks(out, rules[index], rules[index + 1], value, pointer)) fail(out, pointer, rules[index], rules[index + 1]);
};`,
    uses: ["fail"],
  },
};

/** The text of `names` and of all that they use, in the order of the table. */
export function printHelpers(names: ReadonlySet<string>): string {
  const needed = new Set<string>();
  const add = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const used of helpers[name]?.uses ?? []) add(used);
  };
  for (const name of names) add(name);
  return Object.entries(helpers)
    .filter(([name]) => needed.has(name))
    .map(([, helper]) => `${helper.code}\n`)
    .join("");
}
