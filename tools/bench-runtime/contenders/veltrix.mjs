import { loadConfig } from "@veltrix/bench-generated/bench";
const { config } = await loadConfig();
export const port = () => config.http.port;
export const live = () => config.jobs.current.port;
