// A config service in memory, behind a real socket: the smallest thing that speaks the protocol in full. The
// real server passes the same contract tests (service-contract.ts).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import {
  compareReleases,
  formatReleaseId,
  type HashesFile,
  type InstanceReport,
  type JsonObject,
  parseReleaseId,
  type ReleaseFile,
  type ReleaseId,
  renderDelivered,
} from "@veltrix/protocol";
import type { Certificate } from "./certificate.ts";
import { hashesOf } from "./gateway.ts";

/** A release of the gateway. */
export function releaseOf(value: JsonObject, id: ReleaseId, changes: Partial<HashesFile> = {}): ReleaseFile {
  const hashes = hashesOf(value, changes);
  return { format: 1, ...id, service: hashes.service, environment: hashes.environment, config: renderDelivered(value), hashes };
}

/** A request as it came, and what may be done instead of the right answer. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A running service. */
export interface ConfigService {
  readonly url: string;
  /** Method and path of every request, with the headers that matter. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly headers: IncomingMessage["headers"] }[];
  readonly reports: readonly { readonly instance: string; readonly report: InstanceReport }[];
  readonly watchers: number;
  /** Publishes values as the next revision, or as the release that is given, and tells the watchers. */
  publish(value: JsonObject, options?: { readonly id?: ReleaseId; readonly hashes?: Partial<HashesFile> }): ReleaseFile;
  /** Answers in place of the service while it is set; true when it did. */
  answering: Answering | undefined;
  /** Sends a line of the event stream to every watcher. */
  send(text: string): void;
  /** Ends all streams. */
  cut(): void;
  close(): Promise<void>;
}

class MemoryConfigService implements ConfigService {
  readonly requests: { method: string; path: string; headers: IncomingMessage["headers"] }[] = [];
  readonly reports: { instance: string; report: InstanceReport }[] = [];
  answering: Answering | undefined;
  url = "";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #watchers = new Set<ServerResponse>();
  #current: ReleaseFile | undefined;

  constructor(certificate: Certificate | undefined) {
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response);
    this.#server = certificate === undefined ? createServer(handle) : createTlsServer({ ...certificate }, handle);
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("tlsClientError", () => {});
  }

  async listen(scheme: string): Promise<this> {
    await new Promise<void>((resolve) => void this.#server.listen(0, "127.0.0.1", resolve));
    this.url = `${scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  publish(value: JsonObject, { id, hashes }: { readonly id?: ReleaseId; readonly hashes?: Partial<HashesFile> } = {}): ReleaseFile {
    const next = { epoch: this.#current?.epoch ?? 1, revision: (this.#current?.revision ?? 0) + 1 };
    this.#current = releaseOf(value, id ?? next, hashes);
    this.send(releaseEvent(this.#current));
    return this.#current;
  }

  send(text: string): void {
    for (const watcher of this.#watchers) watcher.write(text);
  }

  cut(): void {
    for (const watcher of this.#watchers) watcher.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    this.requests.push({ method, path: url, headers });
    if (this.answering?.(request, response) === true) return;
    const rest = /\/v1\/services\/device-gateway\/environments\/prod\/(.+)$/.exec(url)?.[1];
    const instance = rest === undefined ? undefined : /^instances\/([^/]+)$/.exec(rest)?.[1];
    if (method === "POST" && instance !== undefined) return this.#report(request, response, decodeURIComponent(instance));
    if (method !== "GET" || this.#current === undefined) return void response.writeHead(404).end();
    if (rest === "release") return this.#release(request, response, this.#current);
    if (rest === "watch") return this.#watch(request, response, this.#current);
    response.writeHead(404).end();
  }

  #release(request: IncomingMessage, response: ServerResponse, current: ReleaseFile): void {
    const etag = `"${current.hashes.root}"`;
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { "content-type": "application/json", etag }).end(JSON.stringify(current));
  }

  #watch(request: IncomingMessage, response: ServerResponse, current: ReleaseFile): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    this.#watchers.add(response);
    response.on("close", () => this.#watchers.delete(response));
    const text = String(request.headers["last-event-id"] ?? "");
    const known = parseReleaseId(text);
    if (known !== undefined && compareReleases(known, current) > 0) response.write(`event: reset\ndata: {}\n\n`);
    response.write(known !== undefined && compareReleases(known, current) === 0 ? ": hello\n\n" : releaseEvent(current));
  }

  async #report(request: IncomingMessage, response: ServerResponse, instance: string): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    this.reports.push({ instance, report: JSON.parse(Buffer.concat(chunks).toString()) as InstanceReport });
    response.writeHead(204).end();
  }
}

function releaseEvent(release: ReleaseFile): string {
  const { epoch, revision, hashes } = release;
  return `id: ${formatReleaseId(release)}\nevent: release\ndata: ${JSON.stringify({ epoch, revision, root: hashes.root })}\n\n`;
}

/** Starts a service on a free port of the loopback interface; with a certificate it speaks TLS. */
export function startConfigService(certificate?: Certificate): Promise<ConfigService> {
  return new MemoryConfigService(certificate).listen(certificate === undefined ? "http" : "https");
}
