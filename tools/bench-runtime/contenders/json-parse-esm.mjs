import { readFileSync } from "node:fs";
const config = JSON.parse(readFileSync(process.env.BENCH_CONFIG, "utf8"));
export const port = () => config.http.port;
