// Which cluster, and as whom: kubeconfig files as kubectl reads them, or the service account of a pod.
// It holds credentials and sends nothing: what may be sent is decided in read.ts and delete.ts.
// A kubeconfig may name a program that gives the credentials (exec, auth-provider), and it is run, as kubectl does.
import type { KubeConfig } from "@kubernetes/client-node";
import { existsSync } from "node:fs";
import type { RequestOptions } from "node:https";
import { delimiter, join } from "node:path";
import { ClusterError } from "./errors.ts";

/** How to find the cluster. */
export interface ConnectionOptions {
  /** A kubeconfig file, absolute. Left out: KUBECONFIG, else ~/.kube/config, else the service account of the pod. */
  readonly kubeconfig?: string;
  /** A context of it. Left out: its current one. */
  readonly context?: string;
  /** KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are read. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** Where a pod finds the token and the CA of its service account. */
  readonly serviceAccountFolder?: string;
}

/** A known cluster. */
export interface Connection {
  /** The context's name; `in-cluster` inside a pod. */
  readonly name: string;
  /** `https://host:port`, with a path where the cluster stands behind one. */
  readonly server: string;
  /** Credentials for one request. Asked for each time: tokens expire. */
  readonly credentials: () => Promise<RequestOptions>;
  /** The server does not know these (any more): whoever gives them is asked anew, the kubeconfig included. */
  readonly forget: (refused: RequestOptions) => void;
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** How long what a program gave is taken for good. It may take a second, and a look sends many requests at once. */
const KEPT_MS = 30_000;

/** @throws ClusterError (`no-config`). Never a guess: a cluster that nobody named is not asked. */
export async function openConnection(options: ConnectionOptions = {}): Promise<Connection> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const read = (): Read => readConfig(options, () => new KubeConfig());
  let { config, name, server } = read();
  let kept: { readonly until: number; readonly credentials: Promise<RequestOptions>; given?: RequestOptions } | undefined;
  return {
    name,
    server,
    credentials: () => {
      if (config.getCurrentUser()?.exec == null) return credentialsOf(config, name);
      if (kept === undefined || performance.now() > kept.until) {
        const asked: NonNullable<typeof kept> = { until: performance.now() + KEPT_MS, credentials: credentialsOf(config, name) };
        kept = asked;
        asked.credentials.then(
          (given) => (asked.given = given),
          // Who asks again may have more luck.
          () => (kept = undefined),
        );
      }
      return kept.credentials;
    },
    forget: (refused) => {
      // Of many requests that were refused at once the first one asks.
      if (kept !== undefined && kept.given !== refused) return;
      kept = undefined;
      try {
        const again = read();
        // Another cluster under the same name is not the one that was opened.
        if (again.server === server) ({ config } = again);
      } catch {
        // Half written, or gone: what was read before is what there is.
      }
    },
  };
}

interface Read {
  readonly config: KubeConfig;
  readonly name: string;
  readonly server: string;
}

function readConfig(options: ConnectionOptions, another: () => KubeConfig): Read {
  const config = another();
  try {
    load(config, options, another);
  } catch (error) {
    if (error instanceof ClusterError) throw error;
    throw new ClusterError("no-config", `the kubeconfig cannot be read: ${firstLine(error)}`);
  }
  const name = selectContext(config, options.context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new ClusterError("no-config", `context \`${name}\` names a cluster that the kubeconfig does not hold`);
  if (!/^https?:/.test(cluster.server) || !URL.canParse(cluster.server)) {
    throw new ClusterError("no-config", `context \`${name}\` names a cluster whose server is no URL: ${cluster.server}`);
  }
  return { config, name, server: cluster.server.replace(/\/+$/, "") };
}

async function credentialsOf(config: KubeConfig, name: string): Promise<RequestOptions> {
  const request: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(request);
  } catch (error) {
    throw new ClusterError("no-config", `the credentials of \`${name}\` cannot be had: ${describeCredentials(error)}`);
  }
  const user = config.getCurrentUser();
  const isAsked = user?.exec != null || user?.authProvider != null;
  // Nobody asks as a stranger in silence.
  if (isAsked && request.cert === undefined && Object.keys(request.headers ?? {}).length === 0) {
    throw new ClusterError("no-config", `the program that the kubeconfig names for \`${name}\` gave no credentials`);
  }
  return request;
}

/** YAML's own messages go on with the lines around an error, and a token may stand in them. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
}

/** The parser's message quotes what a program printed, and that may be a token. */
function describeCredentials(error: unknown): string {
  return error instanceof SyntaxError ? "the program that the kubeconfig names printed no JSON" : firstLine(error);
}

function load(config: KubeConfig, { kubeconfig, env = {}, serviceAccountFolder }: ConnectionOptions, another: () => KubeConfig): void {
  if (kubeconfig !== undefined) return config.loadFromFile(kubeconfig);
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((file) => file !== "");
  const home = env["HOME"] === undefined ? [] : [join(env["HOME"], ".kube/config")];
  // As kubectl does: of a list, what is there counts.
  const [first, ...others] = (listed.length > 0 ? listed : home).filter((file) => existsSync(file));
  if (first !== undefined) {
    config.loadFromFile(first);
    for (const file of others) {
      const next = another();
      next.loadFromFile(file);
      config.mergeConfig(next, true);
    }
    return undefined;
  }
  if (listed.length > 0) throw new ClusterError("no-config", `KUBECONFIG names ${listed.join(", ")}, and no such file exists`);
  return loadServiceAccount(config, serviceAccountFolder ?? SERVICE_ACCOUNT, env);
}

function loadServiceAccount(config: KubeConfig, folder: string, env: { readonly [name: string]: string | undefined }): void {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  const [token, ca] = [join(folder, "token"), join(folder, "ca.crt")];
  if (host === undefined || port === undefined || !existsSync(token)) {
    throw new ClusterError("no-config", "there is no kubeconfig, and this is no pod with a service account");
  }
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  config.loadFromOptions({
    clusters: [{ name: "in-cluster", server, caFile: ca, skipTLSVerify: false }],
    // The file is read again when the token nears its end.
    users: [{ name: "service-account", authProvider: { name: "tokenFile", config: { tokenFile: token } } }],
    contexts: [{ name: "in-cluster", cluster: "in-cluster", user: "service-account" }],
    currentContext: "in-cluster",
  });
}

function selectContext(config: KubeConfig, context: string | undefined): string {
  const known = config.getContexts().map(({ name }) => name);
  const name = context ?? config.getCurrentContext();
  if (typeof name !== "string" || name === "") throw new ClusterError("no-config", "the kubeconfig has no current context");
  if (!known.includes(name)) {
    const list = known.length === 0 ? "it holds none" : `it holds ${known.join(", ")}`;
    throw new ClusterError("no-config", `the kubeconfig has no context \`${name}\`; ${list}`);
  }
  config.setCurrentContext(name);
  return name;
}
