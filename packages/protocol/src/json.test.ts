import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendToken, type JsonValue, lastToken, memberOf, valueAt } from "./json.ts";

/** Every value inside `value` with its tokens, found without a pointer. */
function* partsOf(value: JsonValue, tokens: readonly string[] = []): Generator<readonly [readonly string[], JsonValue]> {
  yield [tokens, value];
  if (typeof value === "object" && value !== null)
    for (const [token, member] of Object.entries(value)) yield* partsOf(member as JsonValue, [...tokens, token]);
}

const names = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("a/b", "~", "~1", "/", "", "0", "toString"));
const { value: json } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, 1, "text", true),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4 }),
  ),
}));

describe("valueAt", () => {
  it("finds every part of a value by its pointer, and its name is the last token", () => {
    fc.assert(
      fc.property(json, (value) => {
        for (const [tokens, part] of partsOf(value)) {
          const pointer = tokens.reduce(appendToken, "");
          expect(valueAt(value, pointer)).toBe(part);
          expect(lastToken(pointer)).toBe(tokens.at(-1) ?? "");
        }
      }),
    );
  });

  it.each(["/toString", "/list/length", "/list/2", "/list/-", "/list/01", "/text/0", "/nothing/a", "/text/length", "/__proto__/toString"])(
    "finds nothing at %s",
    (pointer) => {
      expect(valueAt({ list: [1, 2], text: "ab", nothing: null }, pointer)).toBeUndefined();
    },
  );
});

describe("memberOf", () => {
  it("takes own members and items alone", () => {
    expect([
      memberOf({ a: 1 }, "a"),
      memberOf([7], "0"),
      memberOf({}, "constructor"),
      memberOf("text", "0"),
      memberOf(undefined, "a"),
    ]).toEqual([1, 7, undefined, undefined, undefined]);
  });
});
