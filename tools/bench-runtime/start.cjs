// As start.mjs, for a service that is CommonJS.
const [contender, other] = process.argv.slice(2);
if (other !== undefined) require(other);
const before = process.memoryUsage.rss();
const cpu = process.cpuUsage();
const started = process.hrtime.bigint();
const { port } = require(contender);
const value = port();
const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;
const { user, system } = process.cpuUsage(cpu);
if (Number(value) !== 8_000) throw new Error(`${contender} read ${value}`);
console.log(JSON.stringify({ milliseconds, cpu: (user + system) / 1e3, bytes: process.memoryUsage.rss() - before }));
process.exit(0);
