import { describe, expect, it } from "vitest";
import { decodeUtf8 } from "./decode-utf8.ts";

describe("decodeUtf8", () => {
  it("refuses what is not UTF-8, and keeps a byte order mark", () => {
    expect(decodeUtf8(Buffer.from([0xc3, 0x28]))).toBeUndefined();
    expect(decodeUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toBeUndefined();
    expect(decodeUtf8(Buffer.from("\uFEFFä"))).toBe("\uFEFFä");
  });
});
