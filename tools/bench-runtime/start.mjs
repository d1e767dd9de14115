// One start in one fresh process: milliseconds from here to a configuration that can be read, and memory. With the name
// of another package, that is imported before, as by a service that is starting already.
const [contender, other] = process.argv.slice(2);
if (other !== undefined) await import(other);
const before = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const started = process.hrtime.bigint();
const { port } = await import(contender);
const value = port();
const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
const { user, system } = process.cpuUsage(cpu);
if (Number(value) !== 8_000) throw new Error(`${contender} read ${value}`);
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1e3, bytes: process.memoryUsage.rss() - before }));
process.exit(0);
