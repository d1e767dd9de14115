import { describe, expect, it } from "vitest";
import { locate, PositionFinder } from "./positions.ts";

const yaml = `# values
mqtt:
  host: "broker.iot.svc"
  topics:
    - telemetry
    - { name: events, qos: 1 }
a/b: 1
a~b: 2
port: !ref broker#/port
`;
const json = `{
  "properties": {
    "port": { "type": "integer" }
  }
}
`;

/** `line:column-endLine:endColumn`. */
function at(text: string, pointer: string, on: "key" | "value"): string {
  const { line, column, endLine, endColumn } = locate(text, { file: "f", pointer, on });
  return `${line}:${column}-${endLine}:${endColumn}`;
}

describe("locate", () => {
  it.each([
    ["", "key", "2:1-2:2"],
    ["/mqtt", "key", "2:1-2:5"],
    ["/mqtt", "value", "3:3-3:4"],
    ["/mqtt/host", "key", "3:3-3:7"],
    ["/mqtt/host", "value", "3:9-3:25"],
    ["/mqtt/topics/0", "value", "5:7-5:16"],
    ["/mqtt/topics/1/qos", "key", "6:23-6:26"],
    ["/mqtt/topics/1/qos", "value", "6:28-6:29"],
    ["/a~1b", "value", "7:6-7:7"],
    ["/a~0b", "value", "8:6-8:7"],
  ] as const)("finds %s (%s) in YAML at %s", (pointer, on, expected) => {
    expect(at(yaml, pointer, on)).toBe(expected);
  });

  it("gives the nearest ancestor of a pointer that names nothing", () => {
    expect(at(yaml, "/mqtt/brokerUrl", "key")).toBe("2:1-2:5");
    expect(at(yaml, "/mqtt/topics/9", "value")).toBe("5:5-5:6");
    expect(at(yaml, "/mqtt/host/deeper", "value")).toBe("3:9-3:25");
  });

  it("finds places in JSON", () => {
    expect(at(json, "/properties/port", "key")).toBe("3:5-3:11");
    expect(at(json, "/properties/port/type", "value")).toBe("3:23-3:32");
  });

  it("gives the first character of a file for a location with neither pointer nor offset", () => {
    expect(locate(yaml, { file: "f" })).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 2 });
    expect(locate("", { file: "f" })).toEqual({ line: 1, column: 1, endLine: 1, endColumn: 2 });
  });

  it.each([
    [yaml.indexOf("host"), "3:3-3:7"],
    [yaml.indexOf('"broker'), "3:9-3:25"],
    [yaml.indexOf("!ref"), "9:7-9:11"],
    [yaml.indexOf(": 1"), "6:26-6:27"],
  ])("underlines the word at offset %i", (offset, expected) => {
    const { line, column, endLine, endColumn } = locate(yaml, { file: "f", offset });
    expect(`${line}:${column}-${endLine}:${endColumn}`).toBe(expected);
  });

  it("shows the second of two equal keys", () => {
    expect(at("port: 1\nhost: a\nport: 2\n", "/port", "key")).toBe("3:1-3:5");
  });

  it("finds its way in texts that do not parse", () => {
    expect(at("a: 1\nb: [1, 2\nc: }\n", "/a", "key")).toBe("1:1-1:2");
    expect(at("{ not json", "/x/y", "value")).toMatch(/^1:/);
  });

  it("counts columns in UTF-16 units, as editors do", () => {
    expect(at("'😀': { b: 1 }", "/😀/b", "key")).toBe("1:9-1:10");
  });
});

describe("PositionFinder", () => {
  it("gives what locate gives, for many places in one text", () => {
    const finder = new PositionFinder(yaml);
    for (const pointer of ["", "/mqtt", "/mqtt/topics/1/qos", "/nothing"])
      expect(finder.find({ file: "f", pointer, on: "value" })).toEqual(locate(yaml, { file: "f", pointer, on: "value" }));
    expect(finder.find({ file: "f", offset: 12 })).toEqual(locate(yaml, { file: "f", offset: 12 }));
    expect(finder.find({ file: "f" })).toEqual(locate(yaml, { file: "f" }));
  });
});

describe("a stream of documents", () => {
  const text = "a: 1\n---\n# second\na:\n  b: 2\n---\n- c: 3\n";

  it.each([
    [{ pointer: "/a", document: 0 }, "1:4"],
    [{ pointer: "/a/b", document: 1 }, "5:6"],
    [{ pointer: "/0/c", document: 2 }, "7:6"],
    [{ pointer: "/a/missing", document: 1 }, "5:3"],
    [{ pointer: "/a", document: 9 }, "1:1"],
  ])("finds %j", (location, expected) => {
    const { line, column } = locate(text, { file: "a.yaml", on: "value", ...location });
    expect(`${line}:${column}`).toBe(expected);
  });
});
