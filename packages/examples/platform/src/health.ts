// The endpoint that the cluster asks whether the service is ready.
import { createServer } from "node:http";

/** The `health` subtree of every contract. */
export interface HealthSettings {
  readonly bind: string;
  readonly port: number;
  readonly path: string;
}

/** Answers 200 with the configuration's status. Returns a function that stops listening. */
export async function startHealth(settings: HealthSettings, status: () => unknown): Promise<() => void> {
  const server = createServer((request, response) => {
    if (request.url !== settings.path) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(status()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.bind, resolve);
  });
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
