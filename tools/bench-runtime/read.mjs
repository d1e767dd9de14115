// Nanoseconds of one read, beside a plain property of a plain object in the same process. The best of 20 rounds.
const [contender] = process.argv.slice(2);
const { port, live } = await import(contender);
const plain = { http: { port: 8_000 } };
const property = () => plain.http.port;

const WARM = 50_000;
const ROUND_NS = 5e6;
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
  const time = (count) => {
    const started = process.hrtime.bigint();
    sink += loop(read, count);
    return Number(process.hrtime.bigint() - started) / count;
  };
  // The slow ones are read less often, not less carefully.
  let best = Math.min(time(WARM), time(WARM));
  const count = Math.max(WARM, Math.round(ROUND_NS / best));
  for (let round = 0; round < 20; round++) best = Math.min(best, time(count));
  return best;
}
const result = { property: measure(property), read: measure(port), ...(live === undefined ? {} : { live: measure(live) }) };
if (sink === 0) throw new Error("nothing was read");
console.log(JSON.stringify(result));
process.exit(0);
