// Aedes, told by our configuration whom to let in, what they may do, and how much.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Log } from "@veltrix/example-platform";
import type { BrokerConfig } from "@veltrix/generated/broker";
import { Aedes, type AuthenticateError } from "aedes";
import { isAllowed } from "./access.ts";
import { RateLimiter } from "./rate.ts";

type AccountName = keyof BrokerConfig["accounts"];

// MQTT 3.1.1, section 3.2.2.3: bad user name or password.
const BAD_CREDENTIALS = 4;

/** A broker that is ready to handle connections. */
export async function createBroker(config: BrokerConfig, log: Log): Promise<Aedes> {
  const accountOf = new WeakMap<object, AccountName>();
  const rates = new RateLimiter();
  const aedes = await Aedes.createBroker({
    id: config.id,
    connectTimeout: config.listener.connectTimeout,
    queueLimit: config.sessions.queueLimit,
    keepaliveLimit: Math.round(config.sessions.keepAliveLimit / 1000),
    heartbeatInterval: config.sessions.heartbeatInterval,
    maxClientsIdLength: config.sessions.maxClientIdLength,
    authenticate(client, username, password, done) {
      const account = findAccount(config.accounts, username, password);
      if (account === undefined) {
        log("warn", "refused a client: bad user name or password", { client: client.id });
        const error: AuthenticateError = Object.assign(new Error("bad user name or password"), { returnCode: BAD_CREDENTIALS });
        done(error, false);
        return;
      }
      accountOf.set(client, account);
      done(null, true);
    },
    authorizePublish(client, packet, done) {
      // A null client is the broker itself.
      const reason = client === null ? undefined : refusal(client, packet.topic, packet.payload.length);
      if (reason !== undefined) log("warn", "refused a message", { client: client?.id, topic: packet.topic, reason });
      done(reason === undefined ? null : new Error(reason));
    },
    authorizeSubscribe(client, subscription, done) {
      if (may(client, "subscribe", subscription.topic)) {
        done(null, subscription);
        return;
      }
      log("warn", "refused a subscription", { client: client.id, topic: subscription.topic });
      done(null, null);
    },
  });
  aedes.on("clientReady", (client) => log("info", "client connected", { client: client.id }));
  aedes.on("clientDisconnect", (client) => log("info", "client disconnected", { client: client.id }));
  aedes.on("clientError", (client, error) => log("debug", "client failed", { client: client.id, reason: error.message }));
  return aedes;

  function may(client: object, action: "publish" | "subscribe", topic: string): boolean {
    const account = accountOf.get(client);
    return account !== undefined && isAllowed(config.access, account, action, topic);
  }
  function refusal(client: object, topic: string, length: number): string | undefined {
    // Hot: read for every message, so that a new limit counts from the next one on.
    const { maxPayload, maxMessagesPerSecond } = config.limits.current;
    if (!may(client, "publish", topic)) return "the account may not publish here";
    if (length > maxPayload) return `larger than ${maxPayload} bytes`;
    if (!rates.take(client, maxMessagesPerSecond, Date.now())) return `more than ${maxMessagesPerSecond} messages in a second`;
    return undefined;
  }
}

function findAccount(
  accounts: BrokerConfig["accounts"],
  username: string | undefined,
  password: Buffer | undefined,
): AccountName | undefined {
  if (username === undefined || password === undefined) return undefined;
  // The contract is closed: these are all its keys.
  const names = Object.keys(accounts) as AccountName[];
  return names.find((name) => accounts[name].username === username && isSame(accounts[name].password.reveal(), password));
}

function isSame(expected: string, actual: Buffer): boolean {
  // Digests have one length, so the comparison takes the same time for every guess.
  return timingSafeEqual(createHash("sha256").update(expected).digest(), createHash("sha256").update(actual).digest());
}
