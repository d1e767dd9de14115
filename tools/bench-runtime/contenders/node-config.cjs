const config = require("config");
exports.port = () => config.get("http.port");
if (exports.port() !== 8_000) throw new Error("not loaded");
