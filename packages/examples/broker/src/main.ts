// The broker's process: configuration, listener, health, end.
import { createLog, onShutdown, printLine, startHealth } from "@veltrix/example-platform";
import { loadConfigOrExit } from "@veltrix/generated/broker";
import { unreachableTopics } from "./access.ts";
import { createBroker } from "./broker.ts";
import { listen } from "./listener.ts";

const broker = await loadConfigOrExit();
const { config } = broker;
const log = createLog("broker", config.logging);

for (const topic of unreachableTopics(config.access, Object.values(config.topics))) {
  log("warn", "no account may publish to a topic of the platform", { topic });
}
const aedes = await createBroker(config, log);
const closeListener = await listen(config.listener, (connection) => aedes.handle(connection));
const closeHealth = await startHealth(config.health, () => broker.status());
printLine({ ready: "broker", host: config.listener.host, port: config.listener.port });

onShutdown(async () => {
  closeHealth();
  await new Promise<void>((resolve) => aedes.close(resolve));
  await closeListener();
  await broker.close();
});
