// One HTTP exchange, bounded in time and size. node:http instead of fetch: it starts in less than half the
// time, and an abort closes the socket at once. No redirect is followed, no certificate goes unchecked.
import type * as http from "node:http";
import type * as https from "node:https";
import { parseRetryAfter } from "../../machine/backoff.ts";

/** Largest body that is read. */
const MAX_BODY_BYTES = 1_048_576;

/** What to ask. */
export interface Request {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** Milliseconds for all of it: name, connection, TLS, headers and body. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** A complete answer, an answer that is too long, or why there is none. */
export type Answer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: Uint8Array }
  | { readonly kind: "oversized" }
  | { readonly kind: "unavailable"; readonly reason: string; readonly retryAfterMs?: number };

/** Sends one request and waits for the whole answer. Throws nothing. */
export function exchange(request: Request): Promise<Answer> {
  return new Promise((resolve) => {
    const abort = (): void => settle({ kind: "unavailable", reason: "it was not waited for" });
    const timer = setTimeout(
      () => settle({ kind: "unavailable", reason: `it did not answer within ${Math.round(request.deadlineMs)} ms` }),
      request.deadlineMs,
    ).unref();
    const sent = send(request, {
      response: (response) => collect(response, settle),
      failure: (error) => settle({ kind: "unavailable", reason: describeFailure(error) }),
    });
    function settle(answer: Answer): void {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", abort);
      resolve(answer);
      sent.destroy();
    }
    request.signal?.addEventListener("abort", abort);
    if (request.signal?.aborted === true) abort();
  });
}

/** Who is told of a request. `failure` may come more than once, and after `response`. */
export interface Handlers {
  response(response: http.IncomingMessage): void;
  failure(error: unknown): void;
}

/** Sends a request and hands over the response as it begins. The socket keeps no process alive. */
export function send(request: Omit<Request, "deadlineMs" | "signal">, { response, failure }: Handlers): http.ClientRequest {
  const { url, method, headers, body } = request;
  // Only one of the two is loaded: TLS alone costs as much as all the rest.
  const transport = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const options: https.RequestOptions = {
    method,
    headers: body === undefined ? headers : { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    // A connection of its own, closed afterwards: nothing is pooled between a service and its next poll.
    agent: false,
    // Said here, so that no variable of the environment turns it off.
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
  };
  const sent = transport.request(url, options);
  sent.on("socket", (socket) => socket.unref());
  sent.on("response", response);
  sent.on("error", failure);
  sent.end(body);
  return sent;
}

function collect(response: http.IncomingMessage, settle: (answer: Answer) => void): void {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const status = response.statusCode ?? 0;
  if (Number(response.headers["content-length"]) > MAX_BODY_BYTES) return settle({ kind: "oversized" });
  response.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) settle({ kind: "oversized" });
  });
  response.on("error", (error) => settle({ kind: "unavailable", reason: describeFailure(error) }));
  response.on("end", () => {
    if (isUnavailable(status)) settle({ kind: "unavailable", reason: `it answered ${status}`, ...wishOf(response.headers) });
    else settle({ kind: "answer", status, headers: response.headers, body: Buffer.concat(chunks) });
  });
}

/** Statuses that say "not now". Every other one is an answer. */
function isUnavailable(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** What the service asked to wait. */
export function wishOf(headers: http.IncomingHttpHeaders): { readonly retryAfterMs?: number } {
  const retryAfterMs = parseRetryAfter(headers["retry-after"]);
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

const reasons: { readonly [code: string]: string } = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up now",
};

/** Why an exchange failed, in words that hold nothing of what was sent. */
function describeFailure(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (known !== undefined) return `${known} (${code})`;
  if (code.startsWith("HPE_")) return `it does not speak HTTP (${code})`;
  const isTls = /CERT|SSL|TLS|UNABLE_TO|SELF_SIGNED|ALTNAME/.test(code);
  return isTls
    ? `its TLS certificate is not trusted (${code}); add its authority with NODE_EXTRA_CA_CERTS`
    : `the exchange failed (${code})`;
}
