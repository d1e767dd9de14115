// What keeps us from the cluster: thrown, because the caller cannot go on without it.

/**
 * `no-config`: no kubeconfig, context or service account says where the cluster is.
 * `unreachable`: no answer. `refused`: the server says no (401, 403, any other 4xx or 5xx).
 * `gone`: the asked resourceVersion is too old (410). `conflict`: a precondition does not hold (409).
 */
export type ClusterErrorKind = "no-config" | "unreachable" | "refused" | "gone" | "conflict";

export class ClusterError extends Error {
  readonly kind: ClusterErrorKind;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(kind: ClusterErrorKind, message: string, answer: { readonly status?: number; readonly retryAfter?: number } = {}) {
    super(message);
    this.name = "ClusterError";
    this.kind = kind;
    this.status = answer.status;
    this.retryAfter = answer.retryAfter;
  }
}

/** Starts a request. A certificate or key that is none is told only here, and at once: that is the kubeconfig's fault, not ours. */
export function start<Request>(begin: () => Request): Request {
  try {
    return begin();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ClusterError("no-config", `the certificates of the kubeconfig cannot be used: ${reason}`);
  }
}

/** The error of an answer that is not 2xx. `text` is a Status object in most cases. */
export function errorOf(status: number, text: string, retryAfter?: string): ClusterError {
  const kind = status === 410 ? "gone" : status === 409 ? "conflict" : "refused";
  const seconds = Number(retryAfter);
  return new ClusterError(kind, messageOf(text) ?? `HTTP ${status}`, {
    status,
    ...(retryAfter !== undefined && Number.isFinite(seconds) ? { retryAfter: seconds } : {}),
  });
}

function messageOf(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null && "message" in parsed && typeof parsed.message === "string") return parsed.message;
  } catch {
    // A proxy answered, not the API server: its text says more than nothing.
  }
  const line = text.trim().split("\n", 1)[0];
  return line === undefined || line === "" ? undefined : line.slice(0, 200);
}
