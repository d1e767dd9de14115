const { loadConfig } = await import(process.env.BENCH_GENERATED);
const { config } = await loadConfig();
export const port = () => config.http.port;
export const live = () => config.jobs.current.port;
