// The connection of a service to the broker: everything it needs is in the `mqtt` subtree of its contract.
import { connect, type IClientOptions } from "mqtt";
import type { Log } from "./log.ts";

type Qos = 0 | 1 | 2;

/** The `mqtt` subtree of the clients' contracts. Times are milliseconds. */
export interface MqttSettings {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly username: string;
  readonly password: { reveal(): string };
  readonly cleanSession: boolean;
  readonly keepAlive: number;
  readonly connectTimeout: number;
  readonly reconnectDelay: number;
  readonly qos: Qos;
  readonly tls?:
    | {
        readonly caCertificate: { reveal(): string };
        readonly serverName: string;
        readonly minVersion: "TLSv1.2" | "TLSv1.3";
      }
    | undefined;
}

/** A connection that reconnects and renews its subscription by itself. */
export interface BrokerConnection {
  /**
   * Connects, tries again until the broker is there, and calls `receive` for every message under `filter`.
   * Rejects when the broker refuses the subscription.
   */
  consume(filter: string, qos: Qos, receive: (topic: string, payload: Buffer) => void): Promise<void>;
  /** Resolves when the broker has taken the message, as far as `qos` promises it. */
  publish(topic: string, payload: string, qos: Qos): Promise<void>;
  close(): Promise<void>;
}

/** A connection that `consume` will open. */
export function createConnection(settings: MqttSettings, log: Log): BrokerConnection {
  const client = connect(toOptions(settings));
  client.on("error", (error) => log("warn", "broker connection failed", { reason: describe(error) }));
  client.on("connect", () => log("info", "connected to the broker", { host: settings.host, port: settings.port }));
  client.on("offline", () => log("warn", "disconnected from the broker"));
  return {
    async consume(filter, qos, receive) {
      // Before connecting: a session that is resumed delivers what it kept at once.
      client.on("message", receive);
      const connected = new Promise<void>((resolve) => client.once("connect", () => resolve()));
      client.connect();
      await connected;
      await client.subscribeAsync(filter, { qos });
    },
    async publish(topic, payload, qos) {
      await client.publishAsync(topic, payload, { qos });
    },
    close: () => client.endAsync(),
  };
}

function toOptions(settings: MqttSettings): IClientOptions {
  const { tls } = settings;
  return {
    manualConnect: true,
    protocol: tls === undefined ? "mqtt" : "mqtts",
    host: settings.host,
    port: settings.port,
    clientId: settings.clientId,
    username: settings.username,
    password: settings.password.reveal(),
    clean: settings.cleanSession,
    keepalive: Math.round(settings.keepAlive / 1000),
    connectTimeout: settings.connectTimeout,
    reconnectPeriod: settings.reconnectDelay,
    ...(tls === undefined ? {} : { ca: tls.caCertificate.reveal(), servername: tls.serverName, minVersion: tls.minVersion }),
  };
}

function describe(error: Error & { readonly code?: unknown }): string {
  // A connection that tries two addresses fails with an AggregateError, which has a code and no message.
  return error.message === "" ? String(error.code) : error.message;
}
