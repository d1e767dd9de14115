import { readFileSync } from "node:fs";
import { z } from "zod";
const sections = ["http", "mqtt", "store", "cache", "queue", "auth", "metrics", "jobs"];
const section = () =>
  z.strictObject({
    host: z.string().min(1),
    port: z.number().int().min(1).max(65_535),
    enabled: z.boolean(),
    level: z.enum(["debug", "info", "warn", "error"]),
    ratio: z.number().min(0).max(1),
  });
const config = z
  .strictObject(Object.fromEntries(sections.map((name) => [name, section()])))
  .parse(JSON.parse(readFileSync(process.env.BENCH_CONFIG, "utf8")));
export const port = () => config.http.port;
