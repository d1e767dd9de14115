// The formats that are checked, as patterns.
// Grammars: RFC 3339 (dates and times), RFC 5321 (email), RFC 1123 (host names), RFC 3986 and 3987 (URIs, IRIs),
// RFC 6570 (templates), RFC 6901 (pointers), RFC 4122 (UUIDs), ISO 8601 as RFC 3339 appendix A has it (durations).

const compiled = new Map<string, RegExp>();

/** Names of the formats that are checked. */
export const formatNames: readonly string[] = [
  ..."date-time date time duration email hostname ipv4 ipv6 uri uri-reference iri iri-reference uri-template".split(" "),
  ..."json-pointer relative-json-pointer uuid regex".split(" "),
];

/** True when `text` is written in the format `name`. Unknown formats accept nothing: they never pass the lint. */
export function isOfFormat(name: string, text: string): boolean {
  let pattern = compiled.get(name);
  if (pattern === undefined) {
    const source = patternOf(name);
    if (source === undefined) return false;
    pattern = new RegExp(source, "u");
    compiled.set(name, pattern);
  }
  if (text.length > 10_000 || !pattern.test(text)) return false;
  if (name === "date" || name === "date-time") return isRealDay(text);
  return name !== "regex" || isRegex(text);
}

function isRealDay(text: string): boolean {
  const [year = 0, month = 0, dayOfMonth = 0] = text.slice(0, 10).split("-").map(Number);
  return dayOfMonth <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

/** The pattern of a format. A start makes only those that its values need. */
function patternOf(name: string): string | undefined {
  switch (name) {
    case "date-time":
      return `^${DAY}[tT]${TIME}$`;
    case "date":
      return `^${DAY}$`;
    case "time":
      return `^${TIME}$`;
    case "duration":
      return DURATION;
    case "email":
      return `^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${LABEL}(?:\\.${LABEL})*$`;
    case "hostname":
      return `^${LABEL}(?:\\.${LABEL})*$`;
    case "ipv4":
      return `^${IPV4}$`;
    case "ipv6":
      return ipv6();
    case "uuid":
      return "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
    case "json-pointer":
      return `^${JSON_POINTER}$`;
    case "relative-json-pointer":
      return `^(?:0|[1-9][0-9]*)(?:#|${JSON_POINTER})$`;
    case "regex":
      // What compiles is one.
      return "^";
    default:
      return addressPattern(name);
  }
}

const DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:[zZ]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
const DURATION =
  "^P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?|T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))$";
const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const IPV4 = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}";
const JSON_POINTER = "(?:/(?:[^~/]|~[01])*)*";

function ipv6(): string {
  const h16 = "[0-9a-fA-F]{1,4}";
  const ls32 = `(?:${h16}:${h16}|${IPV4})`;
  const forms = [
    `(?:${h16}:){6}${ls32}`,
    `::(?:${h16}:){5}${ls32}`,
    `(?:${h16})?::(?:${h16}:){4}${ls32}`,
    `(?:(?:${h16}:){0,1}${h16})?::(?:${h16}:){3}${ls32}`,
    `(?:(?:${h16}:){0,2}${h16})?::(?:${h16}:){2}${ls32}`,
    `(?:(?:${h16}:){0,3}${h16})?::${h16}:${ls32}`,
    `(?:(?:${h16}:){0,4}${h16})?::${ls32}`,
    `(?:(?:${h16}:){0,5}${h16})?::${h16}`,
    `(?:(?:${h16}:){0,6}${h16})?::`,
  ];
  return `^(?:${forms.join("|")})$`;
}

function addressPattern(name: string): string | undefined {
  const scheme = "[A-Za-z][A-Za-z0-9+.-]*:";
  const iri = "\\u{a0}-\\u{d7ff}\\u{e000}-\\u{10ffff}";
  const variable = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*(?::[1-9][0-9]{0,3}|\\*)?";
  switch (name) {
    case "uri":
      return `^${scheme}${afterScheme("")}`;
    case "uri-reference":
      return `^(?:${scheme})?${afterScheme("")}`;
    case "iri":
      return `^${scheme}${afterScheme(iri)}`;
    case "iri-reference":
      return `^(?:${scheme})?${afterScheme(iri)}`;
    case "uri-template":
      return `^(?:[^\\u{0}-\\u{20}"'<>%\\\\^\`{|}]|%[0-9A-Fa-f]{2}|\\{[+#./;?&=,!@|]?${variable}(?:,${variable})*\\})*$`;
    default:
      return undefined;
  }
}

/** What may follow a scheme; `more`: the characters that an IRI has and a URI has not. */
function afterScheme(more: string): string {
  const part = (own: string): string => `(?:[A-Za-z0-9._~!$&'()*+,;=${own}${more}-]|%[0-9A-Fa-f]{2})`;
  const any = part(":@/?");
  const authority = `(?:${part(":")}*@)?(?:\\[[0-9A-Fa-f:.]+\\]|${part("")}*)(?::[0-9]*)?`;
  return `(?://${authority}(?=[/?#]|$))?(?![/]{2})${any}*(?:#${any}*)?$`;
}
