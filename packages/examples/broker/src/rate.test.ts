import { expect, it } from "vitest";
import { RateLimiter } from "./rate.ts";

it("counts each client in each second", () => {
  const rates = new RateLimiter();
  const [one, other] = [{}, {}];
  expect([rates.take(one, 2, 5_000), rates.take(one, 2, 5_400), rates.take(one, 2, 5_999)]).toEqual([true, true, false]);
  expect(rates.take(other, 2, 5_999)).toBe(true);
  expect(rates.take(one, 2, 6_000)).toBe(true);
});

it("follows a limit that changes within the second", () => {
  const rates = new RateLimiter();
  const client = {};
  rates.take(client, 5, 0);
  expect(rates.take(client, 1, 1)).toBe(false);
  expect(rates.take(client, 5, 2)).toBe(true);
});
