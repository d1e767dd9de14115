import { expect, it } from "vitest";
import { RecentIds } from "./recent-ids.ts";

it("knows an id until its window is over", () => {
  const recent = new RecentIds({ window: 1_000, maxEntries: 100 });
  expect([recent.add("a", 0), recent.add("a", 1_000), recent.add("a", 1_001)]).toEqual([true, false, true]);
});

it("forgets the oldest id first when there are too many", () => {
  const recent = new RecentIds({ window: 1_000, maxEntries: 2 });
  for (const id of ["a", "b", "c"]) recent.add(id, 0);
  expect([recent.add("c", 1), recent.add("a", 2)]).toEqual([false, true]);
});
