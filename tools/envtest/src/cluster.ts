// A cluster for one test file: the real server, and people with kubectl and helm in front of it.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { ApiServer, type User } from "./api-server.ts";
import { realThings } from "./skip.ts";

/** What a program said. */
export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running server with tools. */
export interface TestCluster {
  readonly server: ApiServer;
  /** A kubeconfig of the administrator. */
  readonly kubeconfig: string;
  /** Runs kubectl as the administrator, with `input` as its stdin; fails the test when it fails. */
  readonly kubectl: (args: readonly string[], input?: unknown) => string;
  /** The same, and a failure is an answer. */
  readonly tryKubectl: (args: readonly string[], options?: { readonly input?: unknown; readonly kubeconfig?: string }) => Said;
  readonly tryHelm: (args: readonly string[]) => Said;
  /** One request to the API, without the cost of a process. */
  readonly call: (method: string, path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
}

export interface CallOptions {
  readonly contentType?: string;
  readonly user?: User;
}

export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
}

/** The parts of an object, or of the answer to a request for a token, that tests read. Which of them are there, they know. */
export interface AnswerBody {
  readonly metadata: { readonly uid: string };
  readonly data: { readonly "config.json": string };
  readonly status: { readonly token: string };
}

/** Starts a cluster. Stop its server when the tests are over. */
export async function startTestCluster(options: { readonly flags?: readonly string[] } = {}): Promise<TestCluster> {
  const { assets, kubectl, helm } = realThings();
  const server = await ApiServer.start(assets, options);
  const kubeconfig = server.kubeconfig();
  const run = (program: string, args: readonly string[], config: string, input?: unknown): Said => {
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      encoding: "utf8",
      maxBuffer: 256 * 1024 * 1024,
      ...(input === undefined ? {} : { input: typeof input === "string" ? input : JSON.stringify(input) }),
      env: { PATH: process.env["PATH"], KUBECONFIG: config, HOME: server.folder },
    });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  };
  return {
    server,
    kubeconfig,
    kubectl: (args, input) => {
      const { status, stdout, stderr } = run(kubectl, args, kubeconfig, input);
      if (status !== 0) throw new Error(`kubectl ${args.join(" ")}: ${stderr}`);
      return stdout;
    },
    tryKubectl: (args, { input, kubeconfig: config = kubeconfig } = {}) => run(kubectl, args, config, input),
    tryHelm: (args) => run(helm, args, kubeconfig),
    call: (method, path, body, { contentType = "application/json", user = server.admin } = {}) =>
      send(server, { method, path, body, contentType, user }),
  };
}

let shared: Promise<TestCluster> | undefined;

/** One cluster for all suites of a file: starting one takes longer than most suites. What they write is in namespaces of their own. */
export function sharedTestCluster(): Promise<TestCluster> {
  shared ??= startTestCluster();
  return shared;
}

/** Stops it, where it was started. */
export async function stopSharedTestCluster(): Promise<void> {
  await (await shared)?.server.stop();
  shared = undefined;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly contentType: string;
  readonly user: User;
}

function send({ url, ca }: ApiServer, { method, path, body, contentType, user }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${user.token}`, "content-type": contentType };
    const call = request(`${url}${path}`, { method, ca, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) }));
    });
    call.once("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Arguments of kubectl that merge `patch` into one object: null takes a member away. */
export function mergePatch(
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
  patch: object,
): readonly string[] {
  return ["patch", kind, name, "-n", namespace, "--type=merge", "-p", JSON.stringify(patch)];
}

/** A token of a service account, and a kubeconfig with it, as soon as it may read pods and ConfigMaps: of all namespaces or of its own. */
export async function serviceAccount(
  { server, call }: TestCluster,
  namespace: string,
  name: string,
  reach: "everywhere" | "namespace" = "everywhere",
): Promise<User & { readonly kubeconfig: string }> {
  const { status, body } = await call("POST", `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: 3600 },
  });
  if (status !== 201) throw new Error(`no token: ${JSON.stringify(body)}`);
  const user = { name, token: body.status.token };
  // The server learns of a new binding a moment after it is written.
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const configMaps = reach === "everywhere" ? "/api/v1/configmaps" : `/api/v1/namespaces/${namespace}/configmaps`;
    const paths = [`${configMaps}?limit=1`, `/api/v1/namespaces/${namespace}/pods?limit=1`];
    const answers = await Promise.all(paths.map((path) => call("GET", path, undefined, { user })));
    if (answers.every((answer) => answer.status === 200)) return { ...user, kubeconfig: server.kubeconfig(user) };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} may not read what it was bound to`);
}

/** Writes a file below the server's own folder. */
export function writeBeside({ server }: TestCluster, name: string, text: string): string {
  const file = join(server.folder, name);
  writeFileSync(file, text);
  return file;
}
