// Calls to etcd: one channel per endpoint, a deadline for every call, the next endpoint after a failure. Loaded only
// by who uses etcd.
import { fileURLToPath } from "node:url";
import type * as GrpcModule from "@grpc/grpc-js";
import type { Failpoint } from "../engine.ts";
import { StoreError } from "../errors.ts";
import type { RangeRequest, RangeResponse, StatusResponse, TxnRequest, TxnResponse, WatchResponse } from "./messages.ts";

/** How to reach etcd. */
export interface EtcdConnection {
  /** `host:port` of each member; they are tried in turn. */
  readonly endpoints: readonly string[];
  /** PEM. Without it, the connection is in the clear: for loopback only. */
  readonly tls?: { readonly ca?: Uint8Array; readonly cert?: Uint8Array; readonly key?: Uint8Array };
  /** Milliseconds for one call; 5,000 by default. */
  readonly timeoutMs?: number;
  readonly failpoint?: Failpoint;
}

/** A call of etcd that failed. `isCertain`: etcd refused it, so that it has not happened. */
export class CallError extends Error {
  readonly isCertain: boolean;
  readonly reason: "compacted" | "full" | "other";

  constructor(message: string, { isCertain, reason }: Pick<CallError, "isCertain" | "reason">, cause?: unknown) {
    super(message, { cause });
    this.isCertain = isCertain;
    this.reason = reason;
  }
}

/** The same as what a store tells. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof CallError)) return error;
  return new StoreError(error.reason === "full" ? "full" : "unavailable", `etcd: ${error.message}`, error);
}

type Grpc = typeof GrpcModule;
type Unary = (
  request: object,
  options: { deadline: number },
  done: (error: GrpcModule.ServiceError | null, response: unknown) => void,
) => void;
type WatchCall = GrpcModule.ClientDuplexStream<object, WatchResponse>;

interface Stub {
  readonly range: Unary;
  readonly txn: Unary;
  readonly compact: Unary;
  readonly status: Unary;
  readonly watch: () => WatchCall;
  readonly close: () => void;
}

/** Calls to one cluster. */
export class Channel {
  readonly timeoutMs: number;
  readonly #grpc: Grpc;
  readonly #stubs: readonly Stub[];
  readonly #failpoint: Failpoint;
  #current = 0;

  private constructor(grpc: Grpc, stubs: readonly Stub[], { timeoutMs = 5000, failpoint = () => undefined }: EtcdConnection) {
    this.#grpc = grpc;
    this.#stubs = stubs;
    this.#failpoint = failpoint;
    this.timeoutMs = timeoutMs;
  }

  /** Connects when the first call is made. */
  static async open(connection: EtcdConnection): Promise<Channel> {
    if (connection.endpoints.length === 0) throw new StoreError("invalid", "etcd needs at least one endpoint");
    const grpc = await import("@grpc/grpc-js");
    const { loadSync } = await import("@grpc/proto-loader");
    const path = fileURLToPath(new URL("../../../proto/etcd.proto", import.meta.url));
    // 64-bit numbers are revisions and sizes, far below 2^53.
    const definition = grpc.loadPackageDefinition(loadSync(path, { longs: Number, enums: String, defaults: true, oneofs: true }));
    const stubs = connection.endpoints.map((endpoint) => makeStub(grpc, definition, { endpoint, tls: connection.tls }));
    return new Channel(grpc, stubs, connection);
  }

  range(request: RangeRequest): Promise<RangeResponse> {
    return this.#ask("range", request);
  }

  /** Several ranges at one revision. */
  ranges(ranges: readonly RangeRequest[]): Promise<TxnResponse> {
    return this.repeat({ success: ranges.map((requestRange) => ({ requestRange })) });
  }

  /** A transaction that may happen twice without harm. */
  repeat(request: TxnRequest): Promise<TxnResponse> {
    return this.#ask("txn", request);
  }

  txn(request: TxnRequest): Promise<TxnResponse> {
    return this.#call("txn", request);
  }

  compact(revision: number): Promise<unknown> {
    return this.#call("compact", { revision });
  }

  status(): Promise<StatusResponse> {
    return this.#ask("status", {});
  }

  /** A stream of watch responses from a revision of etcd on; ends with an error when `signal` or the connection says so. */
  async *watch(range: Pick<RangeRequest, "key" | "rangeEnd">, startRevision: number, signal: AbortSignal): AsyncGenerator<WatchResponse> {
    const call = this.#stub.watch();
    const cancel = (): void => call.cancel();
    signal.addEventListener("abort", cancel);
    try {
      call.write({ createRequest: { ...range, startRevision } });
      // The stream's type is that of its stub; reading it waits when its reader does.
      for await (const response of call as AsyncIterable<WatchResponse>) yield response;
      throw new Error("the stream ended");
    } catch (error) {
      this.#advance();
      throw this.#describe(error);
    } finally {
      signal.removeEventListener("abort", cancel);
      call.cancel();
    }
  }

  close(): void {
    for (const stub of this.#stubs) stub.close();
  }

  get #stub(): Stub {
    const stub = this.#stubs[this.#current % this.#stubs.length];
    if (stub === undefined) throw new StoreError("closed", "etcd has no endpoints");
    return stub;
  }

  #advance(): void {
    this.#current++;
  }

  /** A call that may happen twice: what one member does not answer, the next is asked. */
  async #ask<T>(name: "range" | "txn" | "status", request: object): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#call<T>(name, request);
      } catch (error) {
        if (tries === this.#stubs.length || (error instanceof CallError && error.isCertain)) throw error;
        if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** tries));
      }
    }
  }

  async #call<T>(name: Exclude<keyof Stub, "watch" | "close">, request: object): Promise<T> {
    try {
      this.#failpoint(`${name}: before`);
      const response = await new Promise<unknown>((resolve, reject) => {
        const deadline = Date.now() + this.timeoutMs;
        this.#stub[name](request, { deadline }, (error, answer) => (error === null ? resolve(answer) : reject(error)));
      });
      this.#failpoint(`${name}: after`);
      // What the stub read by the same definition.
      return response as T;
    } catch (error) {
      const described = this.#describe(error);
      if (!described.isCertain) this.#advance();
      throw described;
    }
  }

  #describe(error: unknown): CallError {
    const { status } = this.#grpc;
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === status.OUT_OF_RANGE && message.includes("compacted"))
      return new CallError(message, { isCertain: true, reason: "compacted" }, error);
    if (code === status.RESOURCE_EXHAUSTED && message.includes("space"))
      return new CallError(message, { isCertain: true, reason: "full" }, error);
    const refusals: readonly unknown[] = [status.INVALID_ARGUMENT, status.OUT_OF_RANGE, status.PERMISSION_DENIED, status.UNAUTHENTICATED];
    return new CallError(message, { isCertain: refusals.includes(code), reason: "other" }, error);
  }
}

interface StubOptions {
  readonly endpoint: string;
  readonly tls: EtcdConnection["tls"];
}

function makeStub(grpc: Grpc, definition: ReturnType<Grpc["loadPackageDefinition"]>, { endpoint, tls }: StubOptions): Stub {
  const buffer = (bytes: Uint8Array | undefined): Buffer | null => (bytes === undefined ? null : Buffer.from(bytes));
  const credentials =
    tls === undefined ? grpc.credentials.createInsecure() : grpc.credentials.createSsl(buffer(tls.ca), buffer(tls.key), buffer(tls.cert));
  const options = {
    "grpc.max_receive_message_length": -1,
    "grpc.keepalive_time_ms": 10_000,
    "grpc.keepalive_timeout_ms": 5000,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1000,
  };
  // The package of etcd.proto; the loader gives its services as classes whose methods are those of the file.
  const services = definition["etcdserverpb"] as unknown as {
    readonly [service: string]: ReturnType<Grpc["makeGenericClientConstructor"]>;
  };
  const clientOf = (service: string): { readonly [method: string]: unknown } & { close(): void } => {
    const Client = services[service];
    if (Client === undefined) throw new Error(`etcd.proto has no service ${service}`);
    return new Client(endpoint, credentials, options) as unknown as { readonly [method: string]: unknown } & { close(): void };
  };
  const clients = { kv: clientOf("KV"), watch: clientOf("Watch"), maintenance: clientOf("Maintenance") };
  const unary = (client: { readonly [method: string]: unknown }, method: string): Unary => (client[method] as Unary).bind(client);
  const leader = new grpc.Metadata();
  // A member that lost its leader ends the watch instead of staying silent.
  leader.set("hasleader", "true");
  return {
    range: unary(clients.kv, "range"),
    txn: unary(clients.kv, "txn"),
    compact: unary(clients.kv, "compact"),
    status: unary(clients.maintenance, "status"),
    watch: () => (clients.watch["watch"] as (metadata: object) => WatchCall).call(clients.watch, leader),
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}
