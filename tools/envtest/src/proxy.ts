// A TCP proxy in front of the server: cut, silent or refusing at will. The server's certificate is for 127.0.0.1, so TLS goes through.
import { connect, createServer, type Server, type Socket } from "node:net";

export class Proxy {
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isOpen = true;
  #isSilent = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `https://127.0.0.1:${port}`;
  }

  static async start(target: string): Promise<Proxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has an address with a port");
    const proxy = new Proxy(server, address.port);
    server.on("connection", (client) => proxy.#join(client, Number(port), hostname));
    return proxy;
  }

  #join(client: Socket, port: number, host: string): void {
    if (!this.#isOpen) return void client.destroy();
    const upstream = connect(port, host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (bytes: Buffer) => {
        if (!this.#isSilent) to.write(bytes);
      });
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }

  /** Ends every connection, and refuses new ones until `open`. */
  cut(): void {
    this.#isOpen = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Passes nothing on, and ends nothing: a network that lost a route. Connections made after `open` work. */
  silence(): void {
    this.#isSilent = true;
  }

  open(): void {
    this.#isOpen = true;
    if (!this.#isSilent) return;
    this.#isSilent = false;
    // What was swallowed is missing from these: they are of no use any more, and nobody was told.
    for (const socket of this.#sockets) socket.pause();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
