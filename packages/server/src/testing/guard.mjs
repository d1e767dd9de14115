// Runs one program and ends it with its parent: a test that is killed leaves no etcd behind. The parent holds the other
// end of stdin.
import { spawn } from "node:child_process";

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
const signals = { p: "SIGSTOP", c: "SIGCONT" };
// A byte pauses it or lets it go on; the end of stdin kills it.
process.stdin.on("data", (bytes) => [...String(bytes)].forEach((letter) => signals[letter] && child.kill(signals[letter])));
process.stdin.on("end", () => child.kill("SIGKILL")).on("error", () => child.kill("SIGKILL"));
process.on("SIGINT", () => {});
child.on("error", () => process.exit(127));
child.on("exit", (code) => process.exit(code ?? 1));
