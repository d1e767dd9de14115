// The formats that are checked, as patterns: the build's check and the emitted validators use the same ones.
// Grammars: RFC 3339 (dates and times), RFC 5321 (email), RFC 1123 (host names), RFC 3986 and 3987 (URIs, IRIs),
// RFC 6570 (templates), RFC 6901 (pointers), RFC 4122 (UUIDs), ISO 8601 as RFC 3339 appendix A has it (durations).

/** A format's pattern; `refine` names the further check that no pattern can make. */
export interface Format {
  readonly pattern: string;
  readonly refine?: "date" | "date-time" | "regex";
  /** What to write. */
  readonly expected: string;
}

const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const ipv4 = `${octet}(?:\\.${octet}){3}`;
const h16 = "[0-9a-fA-F]{1,4}";
const ls32 = `(?:${h16}:${h16}|${ipv4})`;
const ipv6 = [
  `(?:${h16}:){6}${ls32}`,
  `::(?:${h16}:){5}${ls32}`,
  `(?:${h16})?::(?:${h16}:){4}${ls32}`,
  `(?:(?:${h16}:){0,1}${h16})?::(?:${h16}:){3}${ls32}`,
  `(?:(?:${h16}:){0,2}${h16})?::(?:${h16}:){2}${ls32}`,
  `(?:(?:${h16}:){0,3}${h16})?::${h16}:${ls32}`,
  `(?:(?:${h16}:){0,4}${h16})?::${ls32}`,
  `(?:(?:${h16}:){0,5}${h16})?::${h16}`,
  `(?:(?:${h16}:){0,6}${h16})?::`,
].join("|");
const day = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
const time = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?(?:[zZ]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
const label = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const uriCharacter = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})";
const authority =
  "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?";

const reference = (character: string, host: string): string =>
  `^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://${host}(?=[/?#]|$))?(?![/]{2})${character}*(?:#${character}*)?$`;
const iriCharacter = "(?:[A-Za-z0-9._~!$&'()*+,;=:@/?\\u{a0}-\\u{d7ff}\\u{e000}-\\u{10ffff}-]|%[0-9A-Fa-f]{2})";
const iriAuthority =
  "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:\\u{a0}-\\u{d7ff}\\u{e000}-\\u{10ffff}-]|%[0-9A-Fa-f]{2})*@)?(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=\\u{a0}-\\u{d7ff}\\u{e000}-\\u{10ffff}-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?";
const jsonPointer = "(?:/(?:[^~/]|~[01])*)*";
const variable = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*(?::[1-9][0-9]{0,3}|\\*)?";

export const formats: { readonly [name: string]: Format } = Object.assign(Object.create(null), {
  "date-time": { pattern: `^${day}[tT]${time}$`, refine: "date-time", expected: 'a date and time such as "2026-02-28T12:00:00Z"' },
  date: { pattern: `^${day}$`, refine: "date", expected: 'a date such as "2026-02-28"' },
  time: { pattern: `^${time}$`, expected: 'a time with an offset such as "12:00:00Z"' },
  email: {
    pattern: `^[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${label}(?:\\.${label})*$`,
    expected: 'an email address such as "team@example.org"',
  },
  hostname: { pattern: `^${label}(?:\\.${label})*$`, expected: 'a host name such as "broker.example.org"' },
  ipv4: { pattern: `^${ipv4}$`, expected: 'an IPv4 address such as "192.0.2.1"' },
  ipv6: { pattern: `^(?:${ipv6})$`, expected: 'an IPv6 address such as "2001:db8::1"' },
  uri: {
    pattern: `^[A-Za-z][A-Za-z0-9+.-]*:(?://${authority}(?=[/?#]|$))?(?![/]{2})${uriCharacter}*(?:#${uriCharacter}*)?$`,
    expected: 'a URI such as "https://example.org/path"',
  },
  "uri-reference": { pattern: reference(uriCharacter, authority), expected: 'a URI or a relative path such as "../path"' },
  iri: {
    pattern: `^[A-Za-z][A-Za-z0-9+.-]*:(?://${iriAuthority}(?=[/?#]|$))?(?![/]{2})${iriCharacter}*(?:#${iriCharacter}*)?$`,
    expected: 'an IRI such as "https://example.org/path"',
  },
  "iri-reference": { pattern: reference(iriCharacter, iriAuthority), expected: 'an IRI or a relative path such as "../path"' },
  "uri-template": {
    pattern: `^(?:[^\\u{0}-\\u{20}"'<>%\\\\^\`{|}]|%[0-9A-Fa-f]{2}|\\{[+#./;?&=,!@|]?${variable}(?:,${variable})*\\})*$`,
    expected: 'a URI template such as "https://example.org/{name}"',
  },
  "json-pointer": { pattern: `^${jsonPointer}$`, expected: 'a JSON pointer such as "/mqtt/host"' },
  "relative-json-pointer": { pattern: `^(?:0|[1-9][0-9]*)(?:#|${jsonPointer})$`, expected: 'a relative JSON pointer such as "1/host"' },
  duration: {
    pattern:
      "^P(?:[0-9]+W|(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))?|T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S))$",
    expected: 'an ISO 8601 duration such as "PT30S"',
  },
  uuid: {
    pattern: "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    expected: 'a UUID such as "123e4567-e89b-12d3-a456-426614174000"',
  },
  regex: { pattern: "^", refine: "regex", expected: "a regular expression" },
} satisfies { readonly [name: string]: Format });

export const formatNames: readonly string[] = Object.keys(formats);

const compiled = new Map<string, RegExp>();

/** True when `text` is written in the format `name`. Unknown formats accept nothing: they never pass the lint. */
export function isOfFormat(name: string, text: string): boolean {
  const format = formats[name];
  if (format === undefined || text.length > 10_000) return false;
  let pattern = compiled.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(format.pattern, "u");
    compiled.set(name, pattern);
  }
  if (!pattern.test(text)) return false;
  switch (format.refine) {
    case "date":
    case "date-time":
      return isRealDay(text);
    case "regex":
      return isRegex(text);
    default:
      return true;
  }
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
