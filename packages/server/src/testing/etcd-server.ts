// Real etcd on loopback, one member or several, killed, paused and started again.
import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Channel } from "../store/etcd/channel.ts";

const GUARD = fileURLToPath(new URL("guard.mjs", import.meta.url));

interface Member {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
  child: ChildProcess | undefined;
}

/** A cluster; its data is removed when it is stopped. */
export class EtcdCluster {
  readonly #program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "veltrix-etcd-"));
  readonly #members: readonly Member[];
  readonly #more: readonly string[];

  private constructor(program: string, members: readonly Member[], more: readonly string[]) {
    this.#program = program;
    this.#members = members;
    this.#more = more;
  }

  /** Starts members, with more arguments than they need, and waits until each answers. */
  static async start(program: string, size = 1, more: readonly string[] = []): Promise<EtcdCluster> {
    const members: Member[] = [];
    for (let index = 0; index < size; index++) {
      members.push({ name: `m${index}`, client: await freePort(), peer: await freePort(), child: undefined });
    }
    const cluster = new EtcdCluster(program, members, more);
    for (let index = 0; index < size; index++) cluster.startMember(index);
    for (const endpoint of cluster.endpoints) await cluster.#waitFor(endpoint);
    return cluster;
  }

  get endpoints(): readonly string[] {
    return this.#members.map(({ client }) => `127.0.0.1:${client}`);
  }

  startMember(index: number): void {
    const member = this.#member(index);
    const url = (port: number): string => `http://127.0.0.1:${port}`;
    const log = openSync(join(this.#folder, `${member.name}.log`), "a");
    const args = {
      "--name": member.name,
      "--data-dir": join(this.#folder, member.name),
      "--listen-client-urls": url(member.client),
      "--advertise-client-urls": url(member.client),
      "--listen-peer-urls": url(member.peer),
      "--initial-advertise-peer-urls": url(member.peer),
      "--initial-cluster": this.#members.map(({ name, peer }) => `${name}=${url(peer)}`).join(","),
      "--log-level": "error",
    };
    const child = spawn(process.execPath, [GUARD, this.#program, ...Object.entries(args).flat(), ...this.#more], {
      stdio: ["pipe", log, log],
    });
    // The guard may be gone before it is told to go.
    child.stdin?.on("error", () => undefined);
    member.child = child;
    closeSync(log);
  }

  /** SIGKILL, and waits until it is gone. */
  async kill(index: number): Promise<void> {
    const { child } = this.#member(index);
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.end();
    await gone;
  }

  pause(index: number): void {
    this.#member(index).child?.stdin?.write("p");
  }

  resume(index: number): void {
    this.#member(index).child?.stdin?.write("c");
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map((_, index) => this.kill(index)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #member(index: number): Member {
    const member = this.#members[index];
    if (member === undefined) throw new Error(`no member ${index}`);
    return member;
  }

  async #waitFor(endpoint: string): Promise<void> {
    const channel = await Channel.open({ endpoints: [endpoint], timeoutMs: 1000 });
    try {
      for (let tries = 0; ; tries++) {
        try {
          await channel.range({ key: Buffer.from("a") });
          return;
        } catch (error) {
          if (tries < 300) await new Promise((resolve) => setTimeout(resolve, 100));
          else
            throw new Error(`etcd does not answer: ${readFileSync(join(this.#folder, "m0.log"), "utf8").slice(-2000)}`, { cause: error });
        }
      }
    } finally {
      channel.close();
    }
  }
}

/** Below the ports that systems give to outgoing connections: none of those takes one while a member is away. */
async function freePort(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = randomInt(20_000, 32_000);
    try {
      const server = createServer();
      await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
      await new Promise((resolve) => server.close(resolve));
      return port;
    } catch (error) {
      if (tries === 50) throw error;
    }
  }
}
