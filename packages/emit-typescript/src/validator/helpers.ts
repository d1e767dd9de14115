// The few functions that every emitted validator carries, so that it depends on nothing. Only those that a
// contract needs are emitted; `uses` names what a helper itself calls. A value of undefined is an absent key:
// whether it may be absent is `object`'s business.

interface Helper {
  readonly code: string;
  readonly uses?: readonly string[];
}

/** Source text by name. A violation is `{ pointer, rule, expected }`, as in @veltrix/protocol. */
export const helpers: { readonly [name: string]: Helper } = {
  fail: { code: "const fail = (out, pointer, rule, expected) => void out.push({ pointer, rule, expected });" },
  has: { code: "const has = (value, key) => Object.prototype.hasOwnProperty.call(value, key);" },
  get: { code: "const get = (value, key) => (has(value, key) ? value[key] : undefined);", uses: ["has"] },
  at: { code: 'const at = (pointer, key) => pointer + "/" + key.replaceAll("~", "~0").replaceAll("/", "~1");' },
  isObject: { code: 'const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);' },
  canonical: {
    code: `const canonical = (value) => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  return "{" + Object.keys(value).sort().map((key) => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
};`,
  },
  allowed: {
    code: `const allowed = (out, value, pointer, rules) => {
  if (rules.enum !== undefined && !rules.enum.some((item) => canonical(item) === canonical(value))) fail(out, pointer, "enum", rules.enum);
  if (rules.const !== undefined && canonical(rules.const) !== canonical(value)) fail(out, pointer, "const", rules.const);
};`,
    uses: ["canonical", "fail"],
  },
  range: {
    code: `const range = (out, size, pointer, rules, low, high) => {
  if (size < rules[low]) fail(out, pointer, low, rules[low]);
  if (size > rules[high]) fail(out, pointer, high, rules[high]);
};`,
    uses: ["fail"],
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
  text: {
    code: `const text = (out, value, pointer, rules) => {
  if (value === undefined) return;
  if (typeof value !== "string") return fail(out, pointer, "type", "string");
  allowed(out, value, pointer, rules);
  if (rules.minLength !== undefined || rules.maxLength !== undefined) range(out, [...value].length, pointer, rules, "minLength", "maxLength");
  if (rules.pattern !== undefined && !rules.pattern.test(value)) fail(out, pointer, "pattern", rules.source);
  if (rules.format !== undefined && !(value.length <= 10000 && rules.form.test(value) && (rules.refine === undefined || rules.refine(value)))) fail(out, pointer, "format", rules.format);
};`,
    uses: ["fail", "allowed", "range"],
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
    code: `const decimals = (value) => {
  const match = /(?:\\.([0-9]+))?(?:e([+-][0-9]+))?$/.exec(String(value));
  return Math.max(0, (match?.[1]?.length ?? 0) - Number(match?.[2] ?? 0));
};
const isMultiple = (value, step) => {
  if (Number.isInteger(value / step)) return true;
  const scale = 10 ** Math.max(decimals(value), decimals(step));
  if (!Number.isFinite(value * scale) || !Number.isFinite(scale)) return false;
  return Math.round(value * scale) % Math.round(step * scale) === 0;
};`,
  },
  number: {
    code: `const number = (out, value, pointer, type, rules) => {
  if (value === undefined) return;
  if (type === "integer" ? !Number.isInteger(value) : typeof value !== "number") return fail(out, pointer, "type", type);
  allowed(out, value, pointer, rules);
  range(out, value, pointer, rules, "minimum", "maximum");
  if (value <= rules.exclusiveMinimum) fail(out, pointer, "exclusiveMinimum", rules.exclusiveMinimum);
  if (value >= rules.exclusiveMaximum) fail(out, pointer, "exclusiveMaximum", rules.exclusiveMaximum);
  if (rules.isMultiple?.(value, rules.multipleOf) === false) fail(out, pointer, "multipleOf", rules.multipleOf);
};`,
    uses: ["fail", "allowed", "range"],
  },
  flag: {
    code: `const flag = (out, value, pointer, rules) => {
  if (value === undefined) return;
  if (typeof value !== "boolean") return fail(out, pointer, "type", "boolean");
  allowed(out, value, pointer, rules);
};`,
    uses: ["fail", "allowed"],
  },
  array: {
    code: `const array = (out, value, pointer, rules, check) => {
  if (value === undefined) return;
  if (!Array.isArray(value)) return fail(out, pointer, "type", "array");
  allowed(out, value, pointer, rules);
  range(out, value.length, pointer, rules, "minItems", "maxItems");
  if (rules.uniqueItems && new Set(value.map(canonical)).size < value.length) fail(out, pointer, "uniqueItems", null);
  if (check) value.forEach((item, index) => check(item, pointer + "/" + index, index));
};`,
    uses: ["fail", "allowed", "range", "canonical"],
  },
  object: {
    code: `const object = (out, value, pointer, rules, required, known) => {
  if (value === undefined) return;
  if (!isObject(value)) return fail(out, pointer, "type", "object");
  allowed(out, value, pointer, rules);
  if (rules.minProperties !== undefined || rules.maxProperties !== undefined) range(out, Object.keys(value).length, pointer, rules, "minProperties", "maxProperties");
  for (const key of required) if (!has(value, key)) fail(out, pointer, "required", key);
  for (const key in rules.dependentRequired) if (has(value, key)) for (const other of rules.dependentRequired[key]) if (!has(value, other)) fail(out, pointer, "dependentRequired", other);
  if (known) for (const key of Object.keys(value)) if (!known.includes(key)) fail(out, pointer, "additionalProperties", key);
  return value;
};`,
    uses: ["fail", "allowed", "range", "has", "isObject"],
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
