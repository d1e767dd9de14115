// The strict grammars of `x-type`: whole string, no whitespace, no guessing. Each parser gives the value in
// a branded unit, so that seconds and milliseconds, or bytes and a count, cannot be confused.

declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A length of time in milliseconds, a safe integer. */
export type Milliseconds = Branded<number, "Milliseconds">;
/** An amount of memory or disk in bytes, a safe integer. */
export type Bytes = Branded<number, "Bytes">;
/** A TCP or UDP port, 1 to 65535. */
export type Port = Branded<number, "Port">;
/** A host name or address, and a port. */
export interface HostPort {
  readonly host: string;
  readonly port: Port;
}
/** An absolute URL with an authority, as it was written. */
export type UrlString = Branded<string, "UrlString">;
/** Five cron fields (minute, hour, day of month, month, day of week), as they were written. */
export type CronExpression = Branded<string, "CronExpression">;

/** What each `x-type` parses to. */
export interface UnitTypes {
  duration: Milliseconds;
  bytes: Bytes;
  port: Port;
  "host-port": HostPort;
  url: UrlString;
  cron: CronExpression;
}
export type UnitName = keyof UnitTypes;

/** One line per unit: what to write. */
export const unitExamples: { readonly [name in UnitName]: string } = {
  duration: 'a duration such as "250ms", "30s" or "1h30m"',
  bytes: 'an amount of bytes such as "512B", "64MiB" or "1GB"',
  port: 'a port from "1" to "65535"',
  "host-port": 'a host and a port such as "broker:1883" or "[::1]:1883"',
  url: 'an absolute URL such as "https://example.org/path"',
  cron: 'five cron fields such as "*/5 * * * *"',
};

/** True when `name` is one of ours. */
export function isUnitName(name: unknown): name is UnitName {
  return typeof name === "string" && Object.hasOwn(unitExamples, name);
}

/** The parsed value of `text`, or undefined when the grammar of `unit` refuses it. */
export function parseUnit<Name extends UnitName>(unit: Name, text: string): UnitTypes[Name] | undefined {
  // Each parser returns its own unit; TypeScript cannot follow the table's correlation.
  return parsers[unit](text) as UnitTypes[Name] | undefined;
}

const parsers: { readonly [name in UnitName]: (text: string) => unknown } = {
  duration: parseDuration,
  bytes: parseBytes,
  port: parsePort,
  "host-port": parseHostPort,
  url: parseUrl,
  cron: parseCron,
};

// Expressions stand where they are used: a start makes only those that its values need.
const durationFactors = [86_400_000, 3_600_000, 60_000, 1_000, 1];

function parseDuration(text: string): number | undefined {
  const match = /^(?:(0|[1-9]\d*)d)?(?:(0|[1-9]\d*)h)?(?:(0|[1-9]\d*)m(?!s))?(?:(0|[1-9]\d*)s)?(?:(0|[1-9]\d*)ms)?$/.exec(text);
  if (match === null || text === "") return undefined;
  return safe(durationFactors.reduce((sum, factor, index) => sum + factor * Number(match[index + 1] ?? 0), 0));
}

const byteFactors: { readonly [unit: string]: number } = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

function parseBytes(text: string): number | undefined {
  const match = /^(0|[1-9]\d*)(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/.exec(text);
  if (match === null) return undefined;
  return safe(Number(match[1]) * (byteFactors[match[2] ?? ""] ?? Number.NaN));
}

function safe(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

function parsePort(text: string): number | undefined {
  if (!/^[1-9][0-9]{0,4}$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65_535 ? port : undefined;
}

function parseHostPort(text: string): HostPort | undefined {
  const colon = text.lastIndexOf(":");
  if (colon < 1) return undefined;
  const port = parsePort(text.slice(colon + 1));
  const host = text.slice(0, colon);
  if (port === undefined || !(isHostName(host) || isBracketedIpv6(host))) return undefined;
  return Object.freeze({ host, port: port as Port });
}

function isHostName(host: string): boolean {
  return /^(?=.{1,253}$)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/.test(host);
}

function isBracketedIpv6(host: string): boolean {
  return /^\[[0-9a-fA-F:.]{2,45}\]$/.test(host) && URL.canParse(`http://${host}/`);
}

function parseUrl(text: string): string | undefined {
  // The URL parser trims, drops tabs and accepts back slashes; a configured URL must say what it means.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#\\]+[^\s\\]*$/.test(text) || !URL.canParse(text)) return undefined;
  return text;
}

const cronFields: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

function parseCron(text: string): string | undefined {
  const fields = text.split(" ");
  if (fields.length !== cronFields.length) return undefined;
  return fields.every((field, index) => isCronField(field, cronFields[index] as readonly [number, number])) ? text : undefined;
}

function isCronField(field: string, [low, high]: readonly [number, number]): boolean {
  return field.split(",").every((part) => {
    const match = /^(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:\/([1-9][0-9]?))?$/.exec(part);
    if (match === null) return false;
    if (match[1] === undefined) return true;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    return low <= from && from <= to && to <= high;
  });
}
