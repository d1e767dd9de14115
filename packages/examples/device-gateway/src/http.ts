// The HTTP endpoint: POST <path>/<device> with a bearer token.
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { DeviceGatewayConfig } from "@veltrix/generated/device-gateway";
import type { Outcome } from "./normalise.ts";

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const notTaken: Answer = { status: 503, body: { error: "the event was not taken; send it again" } };

type Ingest = (device: string, payload: Buffer) => Promise<Outcome>;

/** Listens for telemetry. Returns a function that stops listening. */
export async function startHttp(config: DeviceGatewayConfig, ingest: Ingest): Promise<() => void> {
  const server = createHttp(config, ingest);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.http.port, config.http.bind, resolve);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

/** The server, before it listens. */
export function createHttp(config: DeviceGatewayConfig, ingest: Ingest): Server {
  const { http, site } = config;
  const timeouts = { requestTimeout: http.requestTimeout, headersTimeout: http.requestTimeout };
  return createServer(timeouts, (request, response) => void respond(request, response));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await answer(request).catch(() => notTaken);
    // Without reading the rest of a refused body, the connection cannot be used again.
    if (!request.complete) response.setHeader("connection", "close");
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const prefix = `${http.path}/`;
    if (request.method !== "POST" || request.url?.startsWith(prefix) !== true) {
      return { status: 404, body: { error: `post to ${http.publicUrl}/<device>` } };
    }
    if (!hasToken(request, http.token.reveal())) return { status: 401, body: { error: "wrong token", contact: site.contact } };
    const payload = await readBody(request, config.ingest.limits.current.maxPayload);
    if (payload === undefined) return { status: 413, body: { error: "too large" } };
    const outcome = await ingest(request.url.slice(prefix.length), payload);
    if (outcome.kind === "refused") return { status: 422, body: { error: outcome.reason, contact: site.contact } };
    return { status: 202, body: { id: outcome.event.id } };
  }
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const actual = Buffer.from(request.headers.authorization ?? "");
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** The whole body, or undefined when it is larger than `limit` bytes. */
async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // The answer still goes out on the same socket, so what is left unread must not destroy it. A stream without an
  // encoding yields buffers.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
