// The socket that clients connect to: TLS where the contract's `tls` is there, plain TCP elsewhere.
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { BrokerConfig } from "@veltrix/generated/broker";

/** Listens, and hands every connection to `handle`. Returns a function that stops listening. */
export async function listen(settings: BrokerConfig["listener"], handle: (connection: Socket) => void): Promise<() => Promise<void>> {
  const server = createListener(settings.tls, handle);
  server.maxConnections = settings.maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.bind, resolve);
  });
  return () => new Promise<void>((resolve) => server.close(() => resolve()));
}

function createListener(tls: BrokerConfig["listener"]["tls"], handle: (connection: Socket) => void): Server {
  if (tls === undefined) return createServer(handle);
  const options = { cert: tls.certificate.reveal(), key: tls.privateKey.reveal(), minVersion: tls.minVersion };
  return createTlsServer(options, handle);
}
