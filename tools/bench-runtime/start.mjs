// One start in one fresh process: milliseconds from here to a configuration that can be read, and memory.
const [contender] = process.argv.slice(2);
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
