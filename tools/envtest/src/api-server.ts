// A real etcd and a real kube-apiserver on loopback, with RBAC on: the cluster that the tests of this folder talk to.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Assets } from "./assets.ts";
import { freePort, ServerProcess } from "./process.ts";

/** Somebody whom the server knows by a token. */
export interface User {
  readonly name: string;
  readonly token: string;
}

const AUDIT_LOG = "audit.log";

/** A running cluster. Everything in it is gone after `stop`. */
export class ApiServer {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** PEM of what signed the server's certificate. */
  readonly ca: string;
  /** May do everything. */
  readonly admin: User;
  /** May do nothing until a binding says so. */
  readonly stranger: User;
  readonly folder: string;
  readonly #etcd: ServerProcess;
  readonly #etcdUrl: string;
  readonly #command: { readonly program: string; readonly args: readonly string[]; readonly logFile: string };
  #server: ServerProcess;

  private constructor(parts: Parts, server: ServerProcess) {
    this.url = `https://127.0.0.1:${parts.port}`;
    this.ca = readFileSync(join(parts.folder, "certificates/apiserver.crt"), "utf8");
    this.admin = parts.admin;
    this.stranger = parts.stranger;
    this.folder = parts.folder;
    this.#etcd = parts.etcd;
    this.#etcdUrl = parts.etcdUrl;
    this.#command = parts.command;
    this.#server = server;
  }

  /** Starts both servers; nothing is left running when that fails. */
  static async start(assets: Assets, options: { readonly flags?: readonly string[] } = {}): Promise<ApiServer> {
    // Between looking for a free port and taking it, another test may be faster.
    for (let tries = 1; ; tries++) {
      try {
        return await ApiServer.#startOnce(assets, options);
      } catch (error) {
        if (tries === 3) throw error;
      }
    }
  }

  static async #startOnce(assets: Assets, options: { readonly flags?: readonly string[] }): Promise<ApiServer> {
    const folder = mkdtempSync(join(tmpdir(), "veltrix-envtest-"));
    const running: ServerProcess[] = [];
    try {
      const [etcdPort, peerPort, port] = await Promise.all([freePort(), freePort(), freePort()]);
      const etcdUrl = `http://127.0.0.1:${etcdPort}`;
      const etcd = new ServerProcess(etcdCommand(assets.etcd, folder, { client: etcdUrl, peer: `http://127.0.0.1:${peerPort}` }));
      running.push(etcd);
      await etcd.waitUntil(() => answers(`${etcdUrl}/health`), 60);
      const [admin, stranger] = (["admin", "stranger"] as const).map((name) => ({ name, token: randomBytes(24).toString("hex") }));
      if (admin === undefined || stranger === undefined) throw new Error("two users were made");
      const command = serverCommand(assets.apiserver, folder, { etcdUrl, port, admin, stranger, flags: options.flags ?? [] });
      const server = new ServerProcess(command);
      running.push(server);
      await server.waitUntil(() => isServing(port, admin), 120);
      return new ApiServer({ folder, port, admin, stranger, etcd, etcdUrl, command }, server);
    } catch (error) {
      await Promise.all(running.map((process) => process.stop()));
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** A kubeconfig for `user`, as a file; `server` may name a proxy in front. */
  kubeconfig(user: User = this.admin, server: string = this.url): string {
    const file = join(this.folder, `kubeconfig-${randomBytes(6).toString("hex")}`);
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "envtest", cluster: { server, "certificate-authority-data": Buffer.from(this.ca).toString("base64") } }],
      users: [{ name: user.name, user: { token: user.token } }],
      contexts: [{ name: "envtest", context: { cluster: "envtest", user: user.name } }],
      "current-context": "envtest",
    };
    writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  /** Ends the API server and starts it again over the same etcd; `between` runs while it is away. */
  async restart(between: () => Promise<void> = async () => {}): Promise<void> {
    await this.#server.stop();
    await between();
    this.#server = new ServerProcess(this.#command);
    await this.#server.waitUntil(() => isServing(Number(new URL(this.url).port), this.admin), 120);
  }

  /** Forgets every version of every object but the newest one. */
  async compact(): Promise<void> {
    // Any answer carries the revision; this key exists in no cluster.
    const range = await this.#etcdCall("kv/range", { key: Buffer.from("veltrix").toString("base64") });
    const { header } = JSON.parse(range) as { readonly header: { readonly revision: string } };
    await this.#etcdCall("kv/compaction", { revision: header.revision, physical: true });
  }

  async #etcdCall(path: string, body: object): Promise<string> {
    const response = await fetch(`${this.#etcdUrl}/v3/${path}`, { method: "POST", body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`etcd: ${path}: ${text}`);
    return text;
  }

  /** What `user` has asked for, each as `<verb> <resource>`, sorted. The server writes it down after it answered: wait for it. */
  requestsOf(user: string): readonly string[] {
    const entries = readFileSync(join(this.folder, AUDIT_LOG), "utf8")
      .split("\n")
      // What follows the last line's end is empty, or half written.
      .slice(0, -1)
      .map(
        (line) =>
          JSON.parse(line) as {
            readonly verb: string;
            readonly user: { readonly username: string };
            readonly objectRef?: { readonly resource?: string };
          },
      );
    const own = entries
      .filter((entry) => entry.user.username === user)
      .map(({ verb, objectRef }) => `${verb} ${objectRef?.resource ?? ""}`);
    return [...new Set(own)].sort();
  }

  /** Ends both servers and removes their files. */
  async stop(): Promise<void> {
    await Promise.all([this.#server.stop(), this.#etcd.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly folder: string;
  readonly port: number;
  readonly admin: User;
  readonly stranger: User;
  readonly etcd: ServerProcess;
  readonly etcdUrl: string;
  readonly command: { readonly program: string; readonly args: readonly string[]; readonly logFile: string };
}

type Command = Parts["command"];

function etcdCommand(program: string, folder: string, { client, peer }: { readonly client: string; readonly peer: string }): Command {
  const args = [
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
  return { program, args, logFile: join(folder, "etcd.log") };
}

interface ServerOptions {
  readonly etcdUrl: string;
  readonly port: number;
  readonly admin: User;
  readonly stranger: User;
  readonly flags: readonly string[];
}

function serverCommand(program: string, folder: string, { etcdUrl, port, admin, stranger, flags }: ServerOptions): Command {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = join(folder, "service-accounts.key");
  const publicPart = join(folder, "service-accounts.pub");
  const tokens = join(folder, "tokens.csv");
  mkdirSync(join(folder, "certificates"));
  writeFileSync(key, privateKey.export({ type: "sec1", format: "pem" }), { mode: 0o600 });
  writeFileSync(publicPart, publicKey.export({ type: "spki", format: "pem" }));
  writeFileSync(tokens, `${admin.token},${admin.name},1,system:masters\n${stranger.token},${stranger.name},2\n`, { mode: 0o600 });
  const policy = join(folder, "audit-policy.json");
  writeFileSync(
    policy,
    JSON.stringify({ apiVersion: "audit.k8s.io/v1", kind: "Policy", omitStages: ["RequestReceived"], rules: [{ level: "Metadata" }] }),
  );
  const args = [
    `--etcd-servers=${etcdUrl}`,
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${join(folder, AUDIT_LOG)}`,
    // The server makes its certificate here, and signs it.
    `--cert-dir=${join(folder, "certificates")}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    `--secure-port=${port}`,
    "--service-cluster-ip-range=10.0.0.0/24",
    "--authorization-mode=RBAC",
    `--token-auth-file=${tokens}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${publicPart}`,
    `--service-account-signing-key-file=${key}`,
    // No controller makes the service account that this plugin wants to see before a pod.
    "--disable-admission-plugins=ServiceAccount",
    ...flags,
  ];
  return { program, args, logFile: join(folder, "kube-apiserver.log") };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nobody listens yet: that is the answer.
    return false;
  }
}

/** True when the server is ready. It made its certificate just now, so nothing to check it by is known yet. */
function isServing(port: number, { token }: User): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(
      { host: "127.0.0.1", port, path: "/readyz", headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    call.once("error", () => resolve(false));
    call.end();
  });
}
