import { expect, it } from "vitest";
import { readOptions } from "./options.ts";

it("measures 10, 100 and 1000 services unless told otherwise", () => {
  expect(readOptions([])).toEqual({ sizes: [10, 100, 1000], gate: false, json: false, folder: undefined });
  expect(readOptions(["--sizes", "100,10,100"])).toMatchObject({ sizes: [10, 100] });
  expect(readOptions(["--gate"])).toMatchObject({ sizes: [100], gate: true });
  expect(readOptions(["--help"])).toBe("help");
});

it("refuses sizes that are none, sizes with --gate, and words it does not know", () => {
  for (const sizes of ["", "0", "10,", "ten", "-5", "1e3"])
    expect(() => readOptions([`--sizes=${sizes}`])).toThrow("--sizes takes numbers");
  expect(() => readOptions(["--gate", "--sizes", "10"])).toThrow("leave --sizes out");
  expect(() => readOptions(["--size", "10"])).toThrow("--size");
});
