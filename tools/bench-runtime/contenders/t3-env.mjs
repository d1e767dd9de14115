import { createEnv } from "@t3-oss/env-core";
import { z } from "zod";
const sections = ["HTTP", "MQTT", "STORE", "CACHE", "QUEUE", "AUTH", "METRICS", "JOBS"];
const config = createEnv({
  server: Object.fromEntries(
    sections.flatMap((name) => [
      [`${name}_HOST`, z.string().min(1)],
      [`${name}_PORT`, z.coerce.number().int().min(1).max(65_535)],
      [`${name}_ENABLED`, z.stringbool()],
      [`${name}_LEVEL`, z.enum(["debug", "info", "warn", "error"])],
      [`${name}_RATIO`, z.coerce.number().min(0).max(1)],
    ]),
  ),
  runtimeEnv: process.env,
});
export const port = () => config.HTTP_PORT;
