// Ports for processes that must be told theirs before they listen.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * A port that nobody listens on. Not one that the system gives: it would give it to the next who asks, while the process
 * that it is for has yet to start. Below 32,768 no system gives one.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
