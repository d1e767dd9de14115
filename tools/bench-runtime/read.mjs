// Nanoseconds of one read, beside a plain property of a plain object in the same process. The best of 20 rounds.
const [contender] = process.argv.slice(2);
const { port, live } = await import(`./contenders/${contender}.mjs`);
const plain = { http: { port: 8_000 } };
const property = () => plain.http.port;

const COUNT = 2_000_000;
let sink = 0;
// A loop of its own for each reader, as in a service: one that is shared would be slow for all.
const makeLoop = (read) =>
  new Function(
    "read",
    "count",
    `let sum = 0; for (let i = 0; i < count; i++) sum += +read(); return sum; // ${read.name} ${Math.random()}`,
  );
function measure(read) {
  const loop = makeLoop(read);
  let best = Infinity;
  for (let round = 0; round < 20; round++) {
    const started = process.hrtime.bigint();
    sink += loop(read, COUNT);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / COUNT);
  }
  return best;
}
const result = { property: measure(property), read: measure(port), ...(live === undefined ? {} : { live: measure(live) }) };
if (sink === 0) throw new Error("nothing was read");
console.log(JSON.stringify(result));
process.exit(0);
