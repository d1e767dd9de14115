// A process that writes to a store in a file until it is killed. Each commit writes a change and its audit entry; its
// number is printed when the commit is answered.
import { openSqliteStore } from "../store/open.ts";

const [path = "", first = "0"] = process.argv.slice(2);
const store = openSqliteStore({ path });
let next = Number(first);

async function writeForever(): Promise<void> {
  for (;;) {
    const number = next++;
    const answer = await store.commit({
      write: (revision) => [
        { kind: "put", key: `changes/${number}`, value: `${number} at ${revision}` },
        { kind: "put", key: `audit/${number}`, value: `${number} at ${revision} ${"x".repeat(number % 3000)}` },
        { kind: "put", key: "heads/newest", value: String(number) },
      ],
    });
    if (number % 50 === 49) await store.compact(answer.revision - 5);
    process.stdout.write(`${number} ${answer.revision}\n`);
  }
}

await Promise.all(Array.from({ length: 6 }, writeForever));
