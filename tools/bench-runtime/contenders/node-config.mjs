import config from "config";
export const port = () => config.get("http.port");
if (port() !== 8_000) throw new Error("not loaded");
