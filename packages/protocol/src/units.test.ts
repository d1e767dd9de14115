import { describe, expect, it } from "vitest";
import { parseUnit, type UnitName } from "./units.ts";

const right: readonly (readonly [UnitName, string, unknown])[] = [
  ["duration", "0s", 0],
  ["duration", "250ms", 250],
  ["duration", "30s", 30_000],
  ["duration", "5m", 300_000],
  ["duration", "1h30m", 5_400_000],
  ["duration", "1d2h3m4s5ms", 93_784_005],
  ["bytes", "0B", 0],
  ["bytes", "64MiB", 67_108_864],
  ["bytes", "1GB", 1_000_000_000],
  ["port", "1", 1],
  ["port", "65535", 65_535],
  ["host-port", "broker:1883", { host: "broker", port: 1883 }],
  ["host-port", "[::1]:1883", { host: "[::1]", port: 1883 }],
  ["url", "https://example.org/path?x=1#y", "https://example.org/path?x=1#y"],
  ["url", "mqtts://broker.example:8883", "mqtts://broker.example:8883"],
  ["cron", "*/5 0-6,12 1 * 1-5", "*/5 0-6,12 1 * 1-5"],
];

const wrong: readonly (readonly [UnitName, readonly string[]])[] = [
  [
    "duration",
    [
      "",
      "30",
      "30 s",
      " 30s",
      "30s ",
      "30s\n",
      "1.5h",
      "-1s",
      "+1s",
      "0x10s",
      "1e3ms",
      "30S",
      "30sec",
      "m",
      "1s1m",
      "1m1m",
      "01s",
      "١s",
      "999999999999d",
      "Infinity",
      "NaN",
    ],
  ],
  ["bytes", ["", "64", "64 MiB", "64mib", "64M", "1.5GiB", "-1B", "1e3B", "0x10B", "9999999999TiB"]],
  ["port", ["", "0", "65536", "99999", "080", "8080 ", "+80", "8e3", "0x50", "80.0"]],
  [
    "host-port",
    ["", "broker", ":1883", "broker:", "broker:0", "broker:65536", "bro ker:1", "::1:1883", "[::g]:1", "-a:1", "a_b:1", "http://a:1"],
  ],
  [
    "url",
    [
      "",
      "example.org",
      "//example.org",
      "https:/x",
      "https://",
      "https:// x",
      "https://a b",
      "HTTPS://example.org",
      "https://example.org\\x",
      " https://example.org",
      "javascript:alert(1)",
      "https://[::1",
    ],
  ],
  [
    "cron",
    [
      "",
      "* * * *",
      "* * * * * *",
      "60 * * * *",
      "* 24 * * *",
      "* * 0 * *",
      "* * * 13 *",
      "* * * * 8",
      "5-1 * * * *",
      "a * * * *",
      "*  * * * *",
      "@daily",
    ],
  ],
];

describe("parseUnit", () => {
  it.each(right)("R13 reads the %s %j", (unit, text, value) => {
    expect(parseUnit(unit, text)).toEqual(value);
  });

  it.each(wrong.flatMap(([unit, texts]) => texts.map((text) => [unit, text] as const)))("R13 refuses the %s %j", (unit, text) => {
    expect(parseUnit(unit, text)).toBeUndefined();
  });
});
