// The read client: get, list and watch. GET is the only method that this module can send.
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecurely } from "node:https";
import { type Connection, type ConnectionOptions, openConnection } from "./connection.ts";
import { ClusterError, errorOf } from "./errors.ts";
import { type Kind, type Objects, pathOf } from "./objects.ts";

/** Which objects of a kind. */
export interface Scope {
  /** Left out: every namespace. */
  readonly namespace?: string;
  /** As kubectl's `--selector`. */
  readonly selector?: string;
}

/** Objects as they were at one moment. */
export interface Listed<K extends Kind> {
  readonly items: readonly Objects[K][];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/** One change. A bookmark only says how far the watch has come. */
export interface WatchEvent<K extends Kind> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: Objects[K];
}

export interface WatchOptions extends Scope {
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as lost. A server sends a bookmark every minute. */
  readonly idleMs?: number;
  /** Called when the server has taken the watch. */
  readonly onOpen?: () => void;
}

/** A cluster that can be read. */
export interface Cluster {
  /** The context's name. */
  readonly name: string;
  readonly server: string;
  /** Undefined when there is no such object. */
  get<K extends Kind>(kind: K, place: { readonly namespace: string; readonly name: string }): Promise<Objects[K] | undefined>;
  list<K extends Kind>(kind: K, scope?: Scope): Promise<Listed<K>>;
  /** Ends when the server ends it or `signal` is aborted. @throws ClusterError: `gone` asks for a new list. */
  watch<K extends Kind>(kind: K, options: WatchOptions): AsyncGenerator<WatchEvent<K>, void, undefined>;
}

/** Opens a cluster for reading. @throws ClusterError (`no-config`); nothing is sent yet. */
export async function openCluster(options: ConnectionOptions = {}): Promise<Cluster> {
  return readThrough(await openConnection(options));
}

/** True when `error` says that the cluster has no such kind, of one that comes with an operator. */
export function isUnknownKind(kind: Kind, error: unknown): boolean {
  return kind === "ExternalSecret" && error instanceof ClusterError && error.status === 404;
}

/** Objects a page. */
const PAGE = 250;
const DEFAULT_IDLE = 150_000;
const ANSWER_WITHIN = 60_000;
/** A watch is answered at once, or not at all. */
const WATCH_WITHIN = 15_000;

function readThrough(connection: Connection): Cluster {
  return {
    name: connection.name,
    server: connection.server,
    async get(kind, place) {
      try {
        return JSON.parse(await readText(await sendGet(connection, pathOf(kind, place))));
      } catch (error) {
        if (error instanceof ClusterError && error.status === 404) return undefined;
        throw error;
      }
    },
    list: (kind, scope = {}) => listAll(connection, kind, scope),
    watch: (kind, options) => watchKind(connection, kind, options),
  };
}

async function listAll<K extends Kind>(connection: Connection, kind: K, scope: Scope): Promise<Listed<K>> {
  const items: Objects[K][] = [];
  for (let next = ""; ;) {
    const query = { ...selecting(scope), limit: String(PAGE), ...(next === "" ? {} : { continue: next }) };
    const page = JSON.parse(await readText(await sendGet(connection, `${pathOf(kind, scope)}?${new URLSearchParams(query)}`)));
    for (const item of page.items) items.push(item);
    next = page.metadata.continue ?? "";
    if (next === "") return { items, resourceVersion: page.metadata.resourceVersion };
  }
}

function selecting({ selector }: Scope): { readonly [name: string]: string } {
  return selector === undefined ? {} : { labelSelector: selector };
}

async function* watchKind<K extends Kind>(connection: Connection, kind: K, options: WatchOptions): AsyncGenerator<WatchEvent<K>, void> {
  const { resourceVersion, signal, idleMs = DEFAULT_IDLE, onOpen } = options;
  const query = new URLSearchParams({ ...selecting(options), watch: "true", allowWatchBookmarks: "true", resourceVersion });
  const response = await sendGet(connection, `${pathOf(kind, options)}?${query}`, { signal, within: Math.min(idleMs, WATCH_WITHIN) });
  onOpen?.();
  response.setTimeout(idleMs, () => response.destroy(new ClusterError("unreachable", `nothing was heard for ${idleMs} ms`)));
  try {
    for await (const line of linesOf(response)) {
      const event = JSON.parse(line);
      if (event.type === "ERROR") throw errorOf(event.object.code ?? 500, JSON.stringify(event.object));
      yield event;
    }
  } catch (error) {
    if (!signal.aborted) throw asClusterError(error, connection);
  } finally {
    response.destroy();
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, void> {
  response.setEncoding("utf8");
  let pending: string[] = [];
  for await (const chunk of response as AsyncIterable<string>) {
    const parts = chunk.split("\n");
    for (const part of parts.slice(0, -1)) {
      yield pending.join("") + part;
      pending = [];
    }
    pending.push(parts.at(-1) ?? "");
  }
}

interface Patience {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly within?: number;
}

/** The answer, when it is 2xx. */
async function sendGet(
  { server, credentials }: Connection,
  path: string,
  { signal, within = ANSWER_WITHIN }: Patience = {},
): Promise<IncomingMessage> {
  const options = await credentialsOf(credentials);
  const url = new URL(server + path);
  // Plain only to a local proxy: client-node refuses it unless the kubeconfig says that nothing is to be verified.
  const request = url.protocol === "http:" ? requestPlain : requestSecurely;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(url, { ...options, method: "GET", headers: { ...options.headers, accept: "application/json" } }, resolve);
    const lost = (error: Error): void => reject(asClusterError(error, { server }));
    const abort = (): void => void call.destroy(new Error("stopped"));
    signal?.addEventListener("abort", abort, { once: true });
    call.once("close", () => signal?.removeEventListener("abort", abort));
    call.setTimeout(within, () => call.destroy(new Error(`no answer within ${within / 1000} s`)));
    // Stays for the life of the request: a lost connection is told to whoever reads the answer.
    call.on("error", lost);
    call.end();
    if (signal?.aborted === true) abort();
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  throw errorOf(status, await readText(response), response.headers["retry-after"]);
}

async function credentialsOf(credentials: Connection["credentials"]): ReturnType<Connection["credentials"]> {
  try {
    return await credentials();
  } catch (error) {
    throw new ClusterError("no-config", `the credentials cannot be had: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of response as AsyncIterable<string>) text += chunk;
  } catch (error) {
    throw asClusterError(error, { server: "the server" });
  }
  return text;
}

function asClusterError(error: unknown, { server }: { readonly server: string }): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError("unreachable", `${server}: ${error instanceof Error ? error.message : String(error)}`);
}
