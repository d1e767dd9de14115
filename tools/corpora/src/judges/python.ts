// A second implementation of JSON Schema, written by others in another language: Python's `jsonschema`.
import { spawnSync } from "node:child_process";
import type { JsonValue } from "@veltrix/protocol";

/** True where Python and its package are there. */
export const hasPython: boolean = spawnSync("python3", ["-c", "import jsonschema, referencing"], { encoding: "utf8" }).status === 0;

const MAIN = `
import sys, json, datetime, ipaddress
from jsonschema import Draft202012Validator, FormatChecker
formats = FormatChecker(["date", "ipv4"])
for line in sys.stdin:
    given = json.loads(line)
    judge = Draft202012Validator(given["schema"], format_checker=formats)
    print(json.dumps([judge.is_valid(value) for value in given["values"]]))
`;

/** For each schema, for each of its values: whether it is valid. */
export function judgeInPython(
  given: readonly { readonly schema: JsonValue; readonly values: readonly JsonValue[] }[],
): readonly (readonly boolean[])[] {
  const input = given.map(({ schema, values }) => JSON.stringify({ schema, values })).join("\n");
  const { status, stdout, stderr } = spawnSync("python3", ["-c", MAIN], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr.slice(-2_000));
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as readonly boolean[]);
}
