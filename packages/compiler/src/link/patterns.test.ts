import { describe, expect, it } from "vitest";
import { refusePattern } from "./patterns.ts";

const explosive = [
  "^(a+)+$",
  "^(a*)*$",
  "^(a|a)*$",
  "^(a|aa)+$",
  "^(a|a?)+$",
  "^(\\w+\\s?)*$",
  "^([a-zA-Z0-9])+([a-zA-Z0-9])*x$",
  "(.*a){20}",
  "^(.*,){11}P",
  "^(\\d+)*x$",
  "(x+x+)+y",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "^(a?){30}a{30}$",
  "^([a-z0-9]+-?)+$",
  "^\\s+|\\s+$",
  "\\s+$",
  "^(.+)+$",
  "(a|b|ab)*c",
  "^(?:a+|b+|ab)+$",
  "^((ab)*)*$",
  "^(a{1,5})*$",
  "^<!--.*-->.*-->$",
  "^.*(a|b).*(a|b).*c$",
  "^(\\+|-)?(\\d+|(\\d*\\.\\d*))?(E|e)?([-+])?(\\d+)?$",
  "^([0-9]+,?)+$",
  "^(.*)*$",
  "(((a+)+)+)+$",
  "^(\\s*\\S*)*$",
  "a*a*a*a*a*b",
  "^a*a*b$",
  "^.*.*=.*$",
  "[a-z]+[0-9]+$",
  "\\d+(\\.\\d+)?x",
  "(\\w|\\d)+!",
  "^(x|y|[xy])+z$",
  "^(?:[a-z]|[a-z0-9])+$",
  "(,[^,]*)*,$",
];

const ordinary = [
  "^[a-z]+$",
  "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  "^plant-[0-9]+$",
  "^[A-Z]{2}[0-9]{4}$",
  "^(dev|staging|prod)$",
  "^v[0-9]+\\.[0-9]+\\.[0-9]+$",
  "^[^/]+(/[^/]+)*$",
  "^[a-z]+(-[a-z]+)*$",
  "^\\S+$",
  "^.{1,64}$",
  "^\\+?[0-9]{6,15}$",
  "^#[0-9a-fA-F]{6}$",
  "^[\\w.-]+@[\\w-]+(\\.[\\w-]+)+$",
  "^(https?|mqtts?)://[^\\s]+$",
  "^([0-9]{1,3}\\.){3}[0-9]{1,3}$",
  "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$",
  "^[a-zA-Z_][a-zA-Z0-9_]*$",
  "^\\p{L}+$",
  "^([^+#/]+|\\+)(/([^+#/]+|\\+))*(/#)?$",
  "^$",
  "a",
  "^(\\d+)(ms|s|m|h)$",
  "^-?[0-9]+(\\.[0-9]+)?$",
  "^[A-Za-z0-9+/]+={0,2}$",
  "^x-",
  "\\.json$",
  "^[a-z]{1,63}(\\.[a-z]{1,63})*$",
  "^(0|[1-9][0-9]*)$",
  "^.*$",
  "^(?:[01]\\d|2[0-3]):[0-5]\\d$",
  "-prod$",
  "^[^@]+@[^@]+$",
];

// The search for an explosive text takes its steps, and a busy machine takes its time for them.
describe("S5: refusePattern", { timeout: 60_000 }, () => {
  it.each(explosive)("refuses %s, which some text keeps busy for ever", (pattern) => {
    expect(refusePattern(pattern)).toMatch(/^some text could keep it busy for ever/);
  });

  it.each([
    ["(?=a)b", /looks around/],
    ["(?!a)b", /looks around/],
    ["(?<=a)b", /looks around/],
    ["(?<!a)b", /looks around/],
    ["^(?:x(?:y(?!z)))$", /looks around/],
    ["(a)\\1", /refers back/],
    ["(?<n>a)\\k<n>", /refers back/],
    ["(", /does not compile/],
    ["a{2,1}", /does not compile/],
    ["\\", /does not compile/],
    ["[z-a]", /does not compile/],
    ["\\-", /does not compile/],
    ["(?i)a", /does not compile/],
    ["\\p{Nonsense}", /does not compile/],
    ["a".repeat(1001), /longer than 1,000/],
  ])("refuses %s by name", (pattern, reason) => {
    expect(refusePattern(pattern)).toMatch(reason);
  });

  it.each(ordinary)("accepts %s", (pattern) => {
    expect(refusePattern(pattern)).toBeUndefined();
  });

  it("accepts nothing that a hostile text of 50,000 characters keeps busy", () => {
    // A pattern that searched for ever here would end in the time limit of the test.
    const pieces = ["a", "a1", "1", "-", "a-", "/", "a/", " ", "\t", ".", "a.", "0.", "+", "+/", "@", "a@", ":", "=", "é", "_"];
    for (const pattern of ordinary) {
      const expression = new RegExp(pattern, "u");
      for (const piece of pieces)
        for (const end of ["", "!", "\u0000", "\n"])
          expect(expression.test(piece.repeat(50_000 / piece.length) + end)).toBeTypeOf("boolean");
    }
  });
});
