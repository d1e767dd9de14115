// Runs one program and ends it with its parent: a test that is killed leaves no server behind.
// The parent holds the other end of stdin; when that closes, for whatever reason, the program is killed.
import { spawn } from "node:child_process";

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
const end = () => child.kill("SIGKILL");
process.stdin.on("end", end).on("error", end).resume();
// Both ends get a terminal's Ctrl+C; the parent decides.
process.on("SIGINT", () => {});
process.on("SIGTERM", end);
child.on("error", (error) => {
  process.stderr.write(`${program}: ${error.message}\n`);
  process.exit(127);
});
child.on("exit", (code) => process.exit(code ?? 1));
