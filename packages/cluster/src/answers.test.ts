// What may come back from what calls itself an API server: a proxy, half an answer, somebody who means harm.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type Cluster, openCluster } from "./read.ts";
import { findDrift } from "./snapshot.ts";
import { built } from "./testing/built.ts";
import { watchDrift } from "./watch.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on loopback that says what it likes. */
async function clusterOf(answer: Answer, user: object = { token: "hunter2" }): Promise<Cluster> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "veltrix-answers-"));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  const config = {
    clusters: [{ name: "odd", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user }],
    contexts: [{ name: "odd", context: { cluster: "odd", user: "me" } }],
    "current-context": "odd",
  };
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, JSON.stringify(config));
  return openCluster({ kubeconfig });
}

const json =
  (value: unknown): Answer =>
  (_request, response) =>
    void response.end(JSON.stringify(value));
const list = (items: unknown, metadata: object = {}): object => ({ kind: "List", items, metadata: { resourceVersion: "1", ...metadata } });

it.each<[string, Answer, RegExp]>([
  ["a login page", (_request, response) => void response.end("<html>log in</html>"), /not JSON/],
  ["nothing", (_request, response) => void response.end(), /not JSON/],
  ["null", json(null), /without its objects/],
  ["a list without items", json({ metadata: { resourceVersion: "1" } }), /without its objects/],
  ["items that are null", json(list([null])), /without its objects/],
  ["an object without a name", json(list([{ metadata: {} }])), /without its objects/],
  ["a list without a version", json({ items: [], metadata: {} }), /without its version/],
  ["the same page forever", json(list([], { continue: "again" })), /the same page/],
  ["half an answer", (_request, response) => void response.writeHead(200, { "content-length": "500" }).end('{"items":['), /aborted|socket/],
  ["a cut connection", (request) => void request.socket.destroy(), /socket/],
  ["another place", (_request, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), /302/],
])("calls no cluster in sync that answers with %s", async (_what, answer, message) => {
  const cluster = await clusterOf(answer);
  const error: unknown = await findDrift(cluster, [built()]).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: "ClusterError", message: expect.stringMatching(message) as string });
  expect(String(error)).not.toContain("hunter2");
});

const named = (name: string): object => ({ metadata: { name, namespace: "iot" } });

it("takes all pages of a list, and all of it at once where the pages are forgotten meanwhile (410)", async () => {
  const asked: string[] = [];
  const answerWith =
    (second: (response: ServerResponse) => void): Answer =>
    (request, response) => {
      const query = new URL(request.url ?? "", "http://x").searchParams;
      asked.push(`${query.get("limit")} ${query.get("continue")}`);
      if (query.get("continue") !== null) second(response);
      else if (query.get("limit") === null) json(list([named("a"), named("b"), named("c")]))(request, response);
      else json(list([named("a")], { continue: "next" }))(request, response);
    };
  const paged = await clusterOf(answerWith((response) => void response.end(JSON.stringify(list([named("b")])))));
  expect((await paged.list("ConfigMap")).items.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  const gone = { kind: "Status", code: 410, reason: "Expired", message: "The provided continue parameter is too old" };
  const forgetful = await clusterOf(answerWith((response) => void response.writeHead(410).end(JSON.stringify(gone))));
  expect((await forgetful.list("ConfigMap")).items.map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
  expect(asked).toEqual(["250 null", "250 next", "250 null", "250 next", "null null"]);
});

it.each<[string, string]>([
  ["no JSON", "hello\n"],
  ["a change without an object", '{"type":"ADDED"}\n'],
  ["a change of nothing", '{"type":"MODIFIED","object":null}\n'],
  ["an error without its own object", '{"type":"ERROR"}\n'],
])("calls a watch lost that sends %s", async (_what, text) => {
  const cluster = await clusterOf((_request, response) => void response.end(text));
  const signal = new AbortController().signal;
  const changes = cluster.watch("ConfigMap", { resourceVersion: "1", signal });
  await expect(changes.next()).rejects.toMatchObject({ name: "ClusterError", kind: "unreachable" });
});

/** Says no with `status` so many times, and then gives what a list of nothing is. */
function busy(times: number, status: number, asked: string[]): Answer {
  return (request, response) => {
    asked.push(request.url ?? "");
    if (asked.length > times) json(list([]))(request, response);
    else response.writeHead(status, { "retry-after": "0" }).end(JSON.stringify({ kind: "Status", code: status, message: "later" }));
  };
}

it.each([429, 503])("asks a server that is busy (%i) again, and a few times", async (status) => {
  const asked: string[] = [];
  expect((await (await clusterOf(busy(3, status, asked))).list("ConfigMap")).items).toEqual([]);
  expect(asked).toHaveLength(4);
  const often: string[] = [];
  const never = await clusterOf(busy(99, status, often));
  await expect(never.list("ConfigMap")).rejects.toMatchObject({ kind: "refused", status, message: "later" });
  expect(often).toHaveLength(4);
});

it("asks nobody again who does not know or does not let us", async () => {
  for (const [status, times] of [
    [400, 1],
    [401, 2],
    [403, 1],
    [500, 1],
  ] as const) {
    const asked: string[] = [];
    await expect((await clusterOf(busy(times, status, asked))).list("ConfigMap")).rejects.toMatchObject({ status });
    expect(asked).toHaveLength(times);
  }
});

it("asks the program of the kubeconfig again when its token is over, in a list and in a watch, and once for many requests", async () => {
  const folder = mkdtempSync(join(tmpdir(), "veltrix-token-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [token, runs] = [join(folder, "token"), join(folder, "runs")];
  writeFileSync(token, "first");
  let valid = "first";
  const seen: string[] = [];
  const answer: Answer = (request, response) => {
    const { authorization = "" } = request.headers;
    seen.push(authorization);
    if (authorization !== `Bearer ${valid}`) response.writeHead(401).end("{}");
    else if (request.url?.includes("watch=true") === true) response.end(`${JSON.stringify({ type: "ADDED", object: named("a") })}\n`);
    else json(list([]))(request, response);
  };
  const script = `echo run >> ${runs}; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s","expirationTimestamp":"2999-01-01T00:00:00Z"}}' "$(cat ${token})"`;
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/bin/sh", args: ["-c", script], interactiveMode: "Never" };
  const cluster = await clusterOf(answer, { exec });
  await Promise.all(Array.from({ length: 8 }, () => cluster.list("ConfigMap")));
  expect(readFileSync(runs, "utf8")).toBe("run\n");
  valid = "second";
  writeFileSync(token, "second");
  await Promise.all(Array.from({ length: 8 }, () => cluster.list("ConfigMap")));
  valid = "third";
  writeFileSync(token, "third");
  const { value } = await cluster.watch("ConfigMap", { resourceVersion: "1", signal: new AbortController().signal }).next();
  expect(value).toMatchObject({ type: "ADDED" });
  expect(readFileSync(runs, "utf8")).toBe("run\nrun\nrun\n");
  expect([...new Set(seen)]).toEqual(["Bearer first", "Bearer second", "Bearer third"]);
  // Nobody knows this one: it is said, and the program is asked once.
  valid = "none";
  await expect(cluster.list("ConfigMap")).rejects.toMatchObject({ kind: "refused", status: 401 });
  expect(readFileSync(runs, "utf8")).toBe("run\n".repeat(4));
});

it("goes on watching a server that is ill or busy at the start, and ends where it refuses", async () => {
  const watch = async (answer: Answer): Promise<{ readonly ended: Promise<void>; readonly lost: string[] }> => {
    const stop = new AbortController();
    const lost: string[] = [];
    const ended = watchDrift(await clusterOf(answer), [built()], {
      signal: stop.signal,
      onEvent: () => {},
      onLost: ({ message }) => {
        lost.push(message);
        stop.abort();
      },
      follow: { backoff: { first: 1, longest: 1 } },
    });
    return { ended, lost };
  };
  for (const status of [429, 500, 503]) {
    const { ended, lost } = await watch(busy(99, status, []));
    await ended;
    expect(lost).toEqual(["later"]);
  }
  await expect((await watch(busy(99, 403, []))).ended).rejects.toMatchObject({ kind: "refused", status: 403 });
});
