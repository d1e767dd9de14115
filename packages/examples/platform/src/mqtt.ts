// The connection of a service to the broker: everything it needs is in the `mqtt` subtree of its contract.
import { connect, type IClientOptions, type MqttClient } from "mqtt";
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

/** A connection that reconnects and renews its subscriptions by itself. */
export interface BrokerConnection {
  /** Calls `receive` for every message under `filter`. Rejects when the broker refuses the subscription. */
  subscribe(filter: string, qos: Qos, receive: (topic: string, payload: Buffer) => void): Promise<void>;
  /** Resolves when the broker has taken the message, as far as `qos` promises it. */
  publish(topic: string, payload: string, qos: Qos): Promise<void>;
  close(): Promise<void>;
}

/** Connects, and tries again until the broker is there. */
export async function connectToBroker(settings: MqttSettings, log: Log): Promise<BrokerConnection> {
  const client = connect(toOptions(settings));
  client.on("error", (error) => log("warn", "broker connection failed", { reason: describe(error) }));
  client.on("connect", () => log("info", "connected to the broker", { host: settings.host, port: settings.port }));
  client.on("offline", () => log("warn", "disconnected from the broker"));
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  return wrap(client);
}

function wrap(client: MqttClient): BrokerConnection {
  return {
    async subscribe(filter, qos, receive) {
      client.on("message", (topic, payload) => {
        if (matches(filter, topic)) receive(topic, payload);
      });
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

/** Only `+` is needed: no service subscribes with `#`. */
function matches(filter: string, topic: string): boolean {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  return wanted.length === levels.length && wanted.every((level, index) => level === "+" || level === levels[index]);
}

function describe(error: Error & { readonly code?: unknown }): string {
  // A connection that tries two addresses fails with an AggregateError, which has a code and no message.
  return error.message === "" ? String(error.code) : error.message;
}
