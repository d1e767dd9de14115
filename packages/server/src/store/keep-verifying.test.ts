// A store that is read against its hashes again and again.
import { expect, it } from "vitest";
import { put, write } from "../testing/helpers.ts";
import { keepVerifying } from "./keep-verifying.ts";
import { openMemoryStore } from "./open.ts";
import type { Verification } from "./store.ts";

it("tells what every look found, one after the other, until it is ended or the store is closed", async () => {
  const store = openMemoryStore();
  const looks: Verification[] = [];
  const errors: unknown[] = [];
  await write(store, put("a/x", "1"));
  const isThere = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const end = keepVerifying(store, { everyMs: 1, onLook: (look) => looks.push(look), onError: (error) => errors.push(error) });
  await isThere(() => looks.length >= 2);
  await write(store, put("a/y", "2"));
  await isThere(() => looks.at(-1)?.revision === 2);
  expect(looks.every(({ faults }) => faults.length === 0)).toBe(true);
  expect(errors).toEqual([]);
  await store.close();
  await isThere(() => errors.length > 0);
  expect(errors[0]).toMatchObject({ code: "closed" });
  end();
});
