// What every engine must do, whatever it keeps its data in. Each passes this suite unchanged.
import { describe, expect, it } from "vitest";
import type { Store } from "../store/store.ts";
import { blobsContract } from "./contract/blobs.ts";
import { commitsContract } from "./contract/commits.ts";
import { modelContract } from "./contract/model.ts";
import { recordsContract } from "./contract/records.ts";
import { watchesContract } from "./contract/watches.ts";
import { collect, expectCode, put, write } from "./helpers.ts";

/** Opens an empty store; the suite closes it. */
export type OpenEmpty = (options: { readonly now: () => number }) => Promise<Store>;

const topics = {
  records: recordsContract,
  commits: commitsContract,
  watches: watchesContract,
  blobs: blobsContract,
  "all together": modelContract,
};

/** Runs the suite. After each test a full read must find everything as it was written. */
export function describeContract(name: string, open: OpenEmpty): void {
  for (const [topic, tests] of Object.entries(topics)) {
    describe(`${name}: ${topic}`, () => {
      it.each(Object.entries(tests))("%s", async (_, test) => {
        const clock = { now: 1_000_000_000_000 };
        const store = await open({ now: () => clock.now });
        try {
          await test({ store, clock });
          expect((await store.verify()).faults).toEqual([]);
        } finally {
          await store.close();
        }
      });
    });
  }

  it(`${name}: fails every call once it is closed`, async () => {
    const store = await open({ now: Date.now });
    const failed = expectCode(
      "closed",
      collect(store.watch("a/", { after: 0 }), () => false),
    );
    const last = write(store, put("a/x", "1"));
    await store.close();
    await store.close();
    expect(await last).toBe(1);
    await failed;
    await expectCode("closed", store.read({ prefix: "" }));
    await expectCode("closed", store.readHead());
    await expectCode("closed", write(store, put("a/x", "2")));
    await expectCode("closed", store.compact(1));
    await expectCode("closed", store.verify());
    await expectCode("closed", store.readBlob("0".repeat(64)));
  });
}
