import { describe, expect, it } from "vitest";
import { parseSecrets } from "./secrets.ts";

const CANARY = "hunter2-canary";

function texts(text: string): object {
  const { secrets, problems } = parseSecrets(text, "s.yaml");
  expect(problems).toEqual([]);
  return Object.fromEntries([...secrets].map(([key, bytes]) => [key, Buffer.from(bytes).toString("utf8")]));
}

describe("the file of local secrets", () => {
  it("refuses a second document", () => {
    expect(parseSecrets("a: { b: c }\n---\na: { b: d }\n", "secrets.yaml").problems).toHaveLength(1);
  });

  it("maps names to keys to texts", () => {
    expect(texts("db:\n  password: pässword\n  pin: '0123'\nca:\n  ca.crt: |\n    a\n    b\n")).toEqual({
      "db/password": "pässword",
      "db/pin": "0123",
      "ca/ca.crt": "a\nb\n",
    });
    expect(texts("")).toEqual({});
    expect(texts("# none yet\n")).toEqual({});
  });

  it.each([
    `db:\n  pin: 1234\n  word: ${CANARY}\n`,
    `db: ${CANARY}\n`,
    `- ${CANARY}\n`,
    `db:\n  password: ${CANARY}\n  password: ${CANARY}\n`,
    `db:\n  password: "${CANARY}\n`,
    `db: { password: ${CANARY}\n`,
    `db:\n  password: *${CANARY}\n`,
    `db:\n  password: !${CANARY} x\n`,
    `a: 1\n---\nb: ${CANARY}\n`,
  ])("reports VX1001 for %j and shows no part of a secret", (text) => {
    const { problems } = parseSecrets(text, "s.yaml");
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every(({ code }) => code === "VX1001")).toBe(true);
    expect(JSON.stringify(problems)).not.toContain(CANARY);
  });
});
