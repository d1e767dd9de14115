// What to write for each format, for people.

/** An example of each format that is checked, by its name. */
export const formatExamples: ReadonlyMap<string, string> = new Map([
  ["date-time", 'a date and time such as "2026-02-28T12:00:00Z"'],
  ["date", 'a date such as "2026-02-28"'],
  ["time", 'a time with an offset such as "12:00:00Z"'],
  ["email", 'an email address such as "team@example.org"'],
  ["hostname", 'a host name such as "broker.example.org"'],
  ["ipv4", 'an IPv4 address such as "192.0.2.1"'],
  ["ipv6", 'an IPv6 address such as "2001:db8::1"'],
  ["uri", 'a URI such as "https://example.org/path"'],
  ["uri-reference", 'a URI or a relative path such as "../path"'],
  ["iri", 'an IRI such as "https://example.org/path"'],
  ["iri-reference", 'an IRI or a relative path such as "../path"'],
  ["uri-template", 'a URI template such as "https://example.org/{name}"'],
  ["json-pointer", 'a JSON pointer such as "/mqtt/host"'],
  ["relative-json-pointer", 'a relative JSON pointer such as "1/host"'],
  ["duration", 'an ISO 8601 duration such as "PT30S"'],
  ["uuid", 'a UUID such as "123e4567-e89b-12d3-a456-426614174000"'],
  ["regex", "a regular expression"],
]);
