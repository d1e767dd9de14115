// Random commits against a list of maps.
import { expect } from "vitest";
import { type ContractTests, changesOf, collect, del, put, upTo, valuesOf, write } from "../helpers.ts";
import { Random } from "../random.ts";

export const modelContract: ContractTests = {
  "is what a list of maps is, after any commits and compactions": async ({ store }) => {
    const random = new Random();
    const states: ReadonlyMap<string, string>[] = [new Map()];
    let compacted = 0;
    const keys = Array.from({ length: 12 }, (_, index) => `${random.pick(["a", "b", "a/b"])}/${index}`);
    for (let step = 0; step < 120; step++) {
      const state = new Map(states.at(-1));
      const operations = new Map(
        Array.from({ length: random.below(5) }, () => random.pick(keys)).map((key) => [
          key,
          random.below(3) === 0 ? del(key) : put(key, `${step}`),
        ]),
      );
      for (const operation of operations.values()) {
        if (operation.kind === "put") state.set(operation.key, operation.value);
        else state.delete(operation.key);
      }
      expect(await write(store, ...operations.values())).toBe(states.push(state) - 1);
      if (random.below(20) === 0) await store.compact((compacted = random.below(states.length - compacted) + compacted));
      const revision = compacted + random.below(states.length - compacted);
      const prefix = random.pick(["", "a/", "b/", "a/b/"]);
      const expected = [...(states[revision] ?? [])]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([one], [other]) => (one < other ? -1 : 1));
      expect(Object.entries(await valuesOf(store, prefix, revision)), `seed ${random.seed}`).toEqual(expected);
    }
    const replayed = new Map(Object.entries(await valuesOf(store, "", compacted)));
    for (const [, key, value] of changesOf(await collect(store.watch("", { after: compacted }), upTo(120)))) {
      if (value === null) replayed.delete(key);
      else replayed.set(key, value);
    }
    expect(replayed, `seed ${random.seed}`).toEqual(states.at(-1));
  },
};
