// Three paths that a service can add to its HTTP server: what it knows, whether it is ready, and its numbers.
// Keys are named, values never: not every reader of a status page may read the configuration.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type DriftFinding, hidesValue } from "@veltrix/protocol";
import { type HasStatus, renderOpenMetrics } from "./metrics.ts";
import type { ConfigStatus } from "./held/status.ts";

/** The part of `node:http` that a handler uses: Express and Connect hand over the same. */
export type StatusHandler = (request: Pick<IncomingMessage, "method" | "url">, response: ServerResponse) => boolean;

/** Paths of the handler. */
export const statusPaths: { readonly status: string; readonly ready: string; readonly metrics: string } = {
  status: "/veltrix/status",
  ready: "/veltrix/ready",
  metrics: "/veltrix/metrics",
};

/** An answer, for frameworks that send it themselves. */
export interface StatusAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** A status without the values of drift findings. A root that a hidden value went into is left out: it is a hash of it. */
export type PublicStatus = Omit<ConfigStatus, "drift"> & {
  readonly drift:
    | { readonly expectedRoot: string; readonly actualRoot: string | undefined; readonly findings: readonly object[] }
    | undefined;
};

const json = "application/json; charset=utf-8";
const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The answer to a GET of `path`; undefined when it is none of the three. */
export function answerStatus(loaded: HasStatus, path: string): StatusAnswer | undefined {
  switch (path) {
    case statusPaths.status:
      return { status: 200, type: json, body: JSON.stringify(describeStatus(loaded.status())) };
    case statusPaths.ready: {
      const { ready, stale, staleReason } = loaded.status();
      return { status: ready ? 200 : 503, type: json, body: JSON.stringify({ ready, stale, staleReason }) };
    }
    case statusPaths.metrics:
      return { status: 200, type: openMetrics, body: renderOpenMetrics(loaded) };
    default:
      return undefined;
  }
}

/**
 * A handler of `(request, response)` for node:http, Express and the like. Answers the three paths to GET and HEAD and
 * returns true; leaves every other request alone and returns false.
 */
export function statusHandler(loaded: HasStatus): StatusHandler {
  return (request, response) => {
    const answer = answerStatus(loaded, (request.url ?? "").replace(/\?.*$/, ""));
    if (answer === undefined) return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return true;
    }
    const { status, type, body } = answer;
    response.writeHead(status, { "content-type": type, "cache-control": "no-store", "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
    return true;
  };
}

/** A status as it may be shown: findings with their hashes, without values. */
export function describeStatus(status: ConfigStatus): PublicStatus {
  const { drift, root } = status;
  if (drift === undefined) return { ...status, drift };
  const { expectedRoot, findings } = drift;
  const isHidden = findings.some(hidesValue);
  const actualRoot = isHidden ? undefined : drift.actualRoot;
  // What was built is no secret, whatever else is there.
  return {
    ...status,
    root: isHidden && root !== expectedRoot ? undefined : root,
    drift: { expectedRoot, actualRoot, findings: findings.map(withoutValues) },
  };
}

function withoutValues({ hop, kind, pointer, fingerprint, expected, actual }: DriftFinding): object {
  return { hop, kind, pointer, fingerprint, expected: { hash: expected.hash }, actual: { hash: actual.hash } };
}
