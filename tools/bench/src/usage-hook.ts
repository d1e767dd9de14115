// Loaded with `--import` into every process that is measured: writes what the process has used when it ends.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["VELTRIX_BENCH_USAGE"];
if (file !== undefined && isMainThread) {
  process.on("exit", () => {
    const { user, system } = process.cpuUsage();
    writeFileSync(file, JSON.stringify({ cpuSeconds: (user + system) / 1e6, peakBytes: peakBytes() }));
  });
}

/** The peak that getrusage reports starts at the parent's size on Linux; that in /proc is this program's own. */
function peakBytes(): number {
  const status = "/proc/self/status";
  const peak = existsSync(status) ? /^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(status, "utf8")) : null;
  return 1024 * (peak === null ? process.resourceUsage().maxRSS : Number(peak[1]));
}
