// The grammars of `x-type` as regular expressions, where one tells the whole grammar: editors know no other way.
// What is left out here (limits of numbers, URLs, schedules) the build checks.

const NATURAL = "(?:0|[1-9][0-9]*)";

/** By unit; every text that the unit's parser takes matches. */
export const unitPatterns: { readonly [unit: string]: string } = {
  duration: `^(?=.)(?:${NATURAL}d)?(?:${NATURAL}h)?(?:${NATURAL}m(?!s))?(?:${NATURAL}s)?(?:${NATURAL}ms)?$`,
  bytes: `^${NATURAL}(?:B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$`,
  port: "^[1-9][0-9]{0,4}$",
  "host-port": "^.+:[1-9][0-9]{0,4}$",
  url: "^[a-z][a-z0-9+.-]*://[^\\s/?#\\\\]+[^\\s\\\\]*$",
  cron: "^[0-9*/,-]+(?: [0-9*/,-]+){4}$",
};
