const convict = require("convict");
const sections = ["http", "mqtt", "store", "cache", "queue", "auth", "metrics", "jobs"];
const section = (name) => ({
  host: { format: String, default: "", env: `${name}_HOST`.toUpperCase() },
  port: { format: "port", default: 1, env: `${name}_PORT`.toUpperCase() },
  enabled: { format: Boolean, default: false, env: `${name}_ENABLED`.toUpperCase() },
  level: { format: ["debug", "info", "warn", "error"], default: "info", env: `${name}_LEVEL`.toUpperCase() },
  ratio: { format: Number, default: 0, env: `${name}_RATIO`.toUpperCase() },
});
const config = convict(Object.fromEntries(sections.map((name) => [name, section(name)])));
config.loadFile(process.env.BENCH_CONFIG);
config.validate({ allowed: "strict" });
exports.port = () => config.get("http.port");
