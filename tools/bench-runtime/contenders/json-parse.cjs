const { readFileSync } = require("node:fs");
const config = JSON.parse(readFileSync(process.env.BENCH_CONFIG, "utf8"));
exports.port = () => config.http.port;
