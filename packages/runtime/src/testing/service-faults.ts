// R5: the ways in which a config service answers wrongly, each behind a real socket.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { ServerResponse } from "node:http";
import { makeCertificate } from "./certificate.ts";
import { releaseOf, startConfigService } from "./config-service.ts";
import { values, withValue } from "./gateway.ts";

/** A value that no service may ever come to hold. */
const POISON = 666;
/** Where no service is. */
export const NOTHING_LISTENS = "http://127.0.0.1:1";
const poisoned = withValue("/ingest/limits/perDevice", POISON);

/** A running fault. */
export interface RunningFault {
  readonly url: string;
  close(): Promise<void>;
}

/** One way of answering wrongly. */
export interface ServiceFault {
  readonly name: string;
  /** Whether it counts as no answer: then something else may stand in. A wrong answer is refused. */
  readonly isSilence: boolean;
  start(): Promise<RunningFault>;
}

/** The 12 ways. */
export const serviceFaults: readonly ServiceFault[] = [
  {
    name: "refused",
    isSilence: true,
    // A port that only the system may give away: one that was free a moment ago may be another test's by now.
    start: async () => ({ url: NOTHING_LISTENS, close: async () => {} }),
  },
  { name: "hang", isSilence: true, start: () => listen(() => {}) },
  { name: "reset", isSilence: true, start: () => listen((socket) => socket.once("data", () => socket.resetAndDestroy())) },
  { name: "500", isSilence: true, start: () => answer((response) => response.writeHead(500).end("it broke")) },
  { name: "garbage", isSilence: false, start: () => answer((response) => response.writeHead(200).end("<html>Welcome</html>")) },
  {
    name: "half a body",
    isSilence: true,
    start: () => {
      const body = JSON.stringify(releaseOf(poisoned, { epoch: 1, revision: 9 }));
      return answer((response) => {
        response.writeHead(200, { "content-length": body.length });
        response.write(body.slice(0, body.length / 2), () => response.destroy());
      });
    },
  },
  {
    name: "wrong service",
    isSilence: false,
    start: () => serve(releaseOf(poisoned, { epoch: 1, revision: 9 }, { service: "event-router" })),
  },
  { name: "older revision", isSilence: false, start: () => serve(releaseOf(poisoned, { epoch: 1, revision: 2 })) },
  {
    name: "wrong fingerprint",
    isSilence: false,
    start: () => serve({ ...releaseOf(poisoned, { epoch: 1, revision: 9 }), hashes: releaseOf(values, { epoch: 1, revision: 9 }).hashes }),
  },
  {
    name: "TLS",
    isSilence: true,
    start: async () => {
      const service = await startConfigService(makeCertificate());
      service.publish(poisoned, { id: { epoch: 1, revision: 9 } });
      return service;
    },
  },
  { name: "DNS", isSilence: true, start: async () => ({ url: "http://config.veltrix.invalid:1", close: async () => {} }) },
  {
    name: "slow drip",
    isSilence: true,
    start: () =>
      answer((response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(timer));
      }),
  },
];

function serve(release: object): Promise<RunningFault> {
  return answer((response) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(release)));
}

async function answer(respond: (response: ServerResponse) => unknown): Promise<RunningFault> {
  const service = await startConfigService();
  service.answering = (_request, response) => {
    respond(response);
    return true;
  };
  return service;
}

async function listen(connected: (socket: Socket) => unknown): Promise<RunningFault> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    connected(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
