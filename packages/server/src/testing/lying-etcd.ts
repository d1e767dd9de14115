// An etcd that lies: calls go through to a real one, and what its watches tell is changed on the way.
import { fileURLToPath } from "node:url";
import type { ClientReadableStream, ServerDuplexStream, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { WatchResponse } from "../store/etcd/messages.ts";

/** What to do with a response of a watch: none, one or several others; `silent` tells nothing any more on this stream. */
export type Lie = (response: WatchResponse) => readonly WatchResponse[] | "silent";

/** A server on loopback; lies as it is told at the moment. */
export class LyingEtcd {
  lie: Lie | undefined;
  /** How many watches were opened. */
  watches = 0;
  readonly #server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  readonly #clients: readonly grpc.Client[];
  readonly #package: { readonly [service: string]: grpc.ServiceClientConstructor };

  private constructor(target: string) {
    const path = fileURLToPath(new URL("../../proto/etcd.proto", import.meta.url));
    const definition = grpc.loadPackageDefinition(loadSync(path, { longs: Number, enums: String, defaults: true, oneofs: true }));
    this.#package = definition["etcdserverpb"] as unknown as { readonly [service: string]: grpc.ServiceClientConstructor };
    const [kv, maintenance, watch] = ["KV", "Maintenance", "Watch"].map((name) => {
      const Client = this.#package[name];
      if (Client === undefined) throw new Error(name);
      return new Client(target, grpc.credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
    });
    if (kv === undefined || maintenance === undefined || watch === undefined) throw new Error("a service is missing");
    this.#clients = [kv, maintenance, watch];
    this.#server.addService(this.#service("KV"), { Range: pass(kv, "range"), Txn: pass(kv, "txn"), Compact: pass(kv, "compact") });
    this.#server.addService(this.#service("Maintenance"), { Status: pass(maintenance, "status") });
    this.#server.addService(this.#service("Watch"), {
      Watch: (call: ServerDuplexStream<object, WatchResponse>) => this.#watch(call, watch),
    });
  }

  /** Starts one before a real etcd; returns it and where it listens. */
  static async start(target: string): Promise<{ readonly etcd: LyingEtcd; readonly endpoint: string }> {
    const etcd = new LyingEtcd(target);
    const port = await new Promise<number>((resolve, reject) => {
      etcd.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    return { etcd, endpoint: `127.0.0.1:${port}` };
  }

  stop(): void {
    this.#server.forceShutdown();
    for (const client of this.#clients) client.close();
  }

  #service(name: string): grpc.ServiceDefinition {
    const service = this.#package[name]?.service;
    if (service === undefined) throw new Error(name);
    return service;
  }

  #watch(call: ServerDuplexStream<object, WatchResponse>, client: grpc.Client): void {
    this.watches++;
    const open = (
      client as unknown as { watch(): ServerDuplexStream<WatchResponse, object> & ClientReadableStream<WatchResponse> }
    ).watch();
    let isSilent = false;
    call.on("data", (request: object) => void open.write(request));
    call.on("cancelled", () => open.cancel());
    open.on("error", () => call.end());
    open.on("data", (response: WatchResponse) => {
      if (isSilent) return;
      const told = response.events.length === 0 ? [response] : (this.lie?.(response) ?? [response]);
      if (told === "silent") isSilent = true;
      else for (const one of told) call.write(one);
    });
  }
}

function pass(client: grpc.Client, method: string): (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>) => void {
  const methods = client as unknown as { readonly [name: string]: (request: object, done: sendUnaryData<object>) => void };
  return (call, done) => methods[method]?.call(client, withoutEmptyEnds(call.request), done);
}

/** To etcd an end of a range that is there and empty is another than none: it means all keys that follow. */
function withoutEmptyEnds<T>(message: T): T {
  if (Array.isArray(message)) return message.map(withoutEmptyEnds) as T;
  if (typeof message !== "object" || message === null || message instanceof Uint8Array) return message;
  const fields = Object.entries(message).filter(([name, value]) => name !== "rangeEnd" || (value as Uint8Array).length > 0);
  return Object.fromEntries(fields.map(([name, value]) => [name, withoutEmptyEnds(value as unknown)])) as T;
}
