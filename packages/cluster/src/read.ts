// The read client: get, list and watch. GET is the only method that this module can send.
import { type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestSecurely, type RequestOptions } from "node:https";
import type { KubernetesObject } from "@veltrix/protocol/kubernetes";
import { type Connection, type ConnectionOptions, openConnection } from "./connection.ts";
import { ClusterError, errorOf, start } from "./errors.ts";
import { type Kind, type Objects, pathOf } from "./resources.ts";
import { pause } from "./pause.ts";

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
        return parseObject(await readText(await sendGet(connection, pathOf(kind, place))), connection);
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
  const get = async (query: { readonly [name: string]: string }): Promise<Page<K>> => {
    const path = `${pathOf(kind, scope)}?${new URLSearchParams({ ...selecting(scope), ...query })}`;
    return parsePage<K>(await readText(await sendGet(connection, path)), connection);
  };
  for (let next = ""; ;) {
    let page: Page<K>;
    try {
      page = await get({ limit: String(PAGE), ...(next === "" ? {} : { continue: next }) });
    } catch (error) {
      // Too slow: the version of the first page is forgotten. Without pages there is nothing to forget.
      if (next === "" || !(error instanceof ClusterError) || error.kind !== "gone") throw error;
      const { items: all, resourceVersion } = await get({});
      return { items: all, resourceVersion };
    }
    for (const item of page.items) items.push(item);
    if (page.next === "") return { items, resourceVersion: page.resourceVersion };
    if (page.next === next) throw strange(connection, "it gives the same page again and again");
    next = page.next;
  }
}

interface Page<K extends Kind> extends Listed<K> {
  /** Token of the page behind it; empty for none. */
  readonly next: string;
}

/** Whoever answered, it was no API server: a proxy with a login page, half an answer. */
function strange({ server }: Pick<Connection, "server">, what: string): ClusterError {
  return new ClusterError("unreachable", `${server} does not answer as a Kubernetes API server does: ${what}`);
}

function parsePage<K extends Kind>(text: string, connection: Connection): Page<K> {
  const { items, metadata } = Object(parseAnswer(text, connection));
  if (!Array.isArray(items) || !items.every(isNamed)) throw strange(connection, "a list without its objects");
  const { resourceVersion, continue: next = "" } = Object(metadata);
  if (typeof resourceVersion !== "string" || typeof next !== "string") throw strange(connection, "a list without its version");
  // The server says that they are of this kind.
  return { items: items as Objects[K][], resourceVersion, next };
}

function parseObject<K extends Kind>(text: string, connection: Connection): Objects[K] {
  const object = parseAnswer(text, connection);
  if (!isNamed(object)) throw strange(connection, "an object without a name");
  // The server says that it is of this kind.
  return object as Objects[K];
}

function parseAnswer(text: string, connection: Connection): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words are about characters; who answered is what matters.
    throw strange(connection, "the answer is not JSON");
  }
}

function isNamed(object: unknown): object is KubernetesObject {
  return typeof Object(Object(object).metadata).name === "string";
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
      if (event.type !== "BOOKMARK" && !isNamed(event.object)) throw strange(connection, "a change without its object");
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

/**
 * The answer, when it is 2xx. A server that is busy is asked again when it wants to be, and a
 * few times; one that does not know the user, once more with new credentials.
 */
async function sendGet(connection: Connection, path: string, patience: Patience = {}): Promise<IncomingMessage> {
  for (let tries = 1; ; tries++) {
    const credentials = await connection.credentials();
    const response = await sendOnce(connection, path, { ...patience, credentials });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    const error = errorOf(status, await readText(response), response.headers["retry-after"]);
    if (status === 401 && tries === 1) {
      connection.forget(credentials);
      continue;
    }
    if (!isBusy(error) || tries === MOST_TRIES || patience.signal?.aborted === true) throw error;
    await pause(1000 * Math.min(error.retryAfter ?? 1, LONGEST_WAIT), patience.signal);
  }
}

const MOST_TRIES = 4;
/** Seconds. */
const LONGEST_WAIT = 10;

/** Too many requests (429), or a part of the server that is not there yet (503). */
function isBusy({ status }: ClusterError): boolean {
  return status === 429 || status === 503;
}

function sendOnce(
  { server }: Connection,
  path: string,
  { signal, within = ANSWER_WITHIN, credentials: options }: Patience & { readonly credentials: RequestOptions },
): Promise<IncomingMessage> {
  const url = new URL(server + path);
  // Plain only to a local proxy: client-node refuses it unless the kubeconfig says that nothing is to be verified.
  const request = url.protocol === "http:" ? requestPlain : requestSecurely;
  return new Promise<IncomingMessage>((resolve, reject) => {
    const settings = { ...options, method: "GET", headers: { ...options.headers, accept: "application/json" } };
    const call = start(() => request(url, settings, resolve));
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
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  // A byte now and then keeps a connection alive, and nobody waits forever.
  const timer = setTimeout(() => response.destroy(new Error(`no whole answer within ${ANSWER_WITHIN / 1000} s`)), ANSWER_WITHIN);
  try {
    for await (const chunk of response as AsyncIterable<string>) text += chunk;
  } catch (error) {
    throw asClusterError(error, { server: "the server" });
  } finally {
    clearTimeout(timer);
  }
  return text;
}

function asClusterError(error: unknown, { server }: { readonly server: string }): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError("unreachable", `${server}: ${error instanceof Error ? error.message : String(error)}`);
}
