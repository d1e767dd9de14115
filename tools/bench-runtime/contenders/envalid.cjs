const { bool, cleanEnv, num, port: portOf, str } = require("envalid");
const sections = ["HTTP", "MQTT", "STORE", "CACHE", "QUEUE", "AUTH", "METRICS", "JOBS"];
const config = cleanEnv(
  process.env,
  Object.fromEntries(
    sections.flatMap((name) => [
      [`${name}_HOST`, str()],
      [`${name}_PORT`, portOf()],
      [`${name}_ENABLED`, bool()],
      [`${name}_LEVEL`, str({ choices: ["debug", "info", "warn", "error"] })],
      [`${name}_RATIO`, num()],
    ]),
  ),
);
exports.port = () => config.HTTP_PORT;
