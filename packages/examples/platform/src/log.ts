// The services' log on stderr. Its settings are hot: they are read again for every line.

export type LogLevel = "debug" | "info" | "warn" | "error";

/** The `logging` subtree of every contract. */
export interface LogSettings {
  readonly level: LogLevel;
  readonly format: "json" | "text";
}

/** Writes one line. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** A log that follows the live settings. */
export function createLog(service: string, settings: { readonly current: LogSettings }): Log {
  return (level, message, fields = {}) => {
    const { level: least, format } = settings.current;
    if (order.indexOf(level) < order.indexOf(least)) return;
    process.stderr.write(`${format === "json" ? renderJson() : renderText()}\n`);

    function renderJson(): string {
      return JSON.stringify({ time: new Date().toISOString(), level, service, message, ...fields });
    }
    function renderText(): string {
      const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
      return `${level.padEnd(5)} ${service}: ${message}${pairs.join("")}`;
    }
  };
}
