// The running platform, as the demo's steps see it: four services, a device, and who listens for alerts.
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { Child } from "./child.ts";
import { publish } from "./mount.ts";
import { copySchemas, exportFiles, repository, type Service, services, veltrixOk, writeSecrets } from "./workspace.ts";

/** What the demo reads of an alert. */
export interface Alert {
  readonly severity: string;
  readonly device: string;
  readonly value: number;
  readonly threshold: number;
}

/** The part of a service's status that the demo reads from its health endpoint. */
export interface Status {
  readonly revision: number;
  readonly release: string;
  readonly stale: boolean;
  /** Not there before the first check. */
  readonly drift?: { readonly findings: readonly unknown[] };
}

/** Everything that one run of the demo holds. */
export class Platform {
  readonly workspace: string;
  readonly #children = new Map<Service, Child>();
  #ports: ReadonlyMap<string, number> = new Map();
  #secrets: ReadonlyMap<string, string> = new Map();
  #device: MqttClient | undefined;

  constructor(workspace: string) {
    this.workspace = workspace;
  }

  /** Copies schemas/, builds, and lays out the mounts. */
  async prepare(): Promise<void> {
    this.#ports = await copySchemas(this.workspace);
    this.#secrets = await writeSecrets(join(this.workspace, "secrets"));
    await veltrixOk("build", "--workspace", this.workspace);
    await Promise.all(services.map(async (service) => publish(this.mount(service), await exportFiles(this.workspace, service))));
  }

  /** Starts all services at once and waits until each says that it is ready. */
  async start(): Promise<void> {
    for (const service of services) {
      const script = join(repository, "packages/examples", service, "dist/main.js");
      this.#children.set(service, new Child(service, script, this.#variables(service)));
    }
    await Promise.all(services.map((service) => this.child(service).waitForLine("ready", (line) => line.text.startsWith('{"ready"'))));
    this.#device = await connectAsync({
      host: "127.0.0.1",
      port: this.#port("18830"),
      username: "devices",
      password: this.#secret("mqtt-devices/password"),
      clientId: "demo-device",
      connectTimeout: 30_000,
    });
  }

  /** The mount of a service's ConfigMap. */
  mount(service: Service): string {
    return join(this.workspace, "mounts", service);
  }

  child(service: Service): Child {
    const child = this.#children.get(service);
    if (child === undefined) throw new Error(`${service} was not started`);
    return child;
  }

  /** The texts of all secrets. */
  get secrets(): readonly string[] {
    return [...this.#secrets.values()];
  }

  get children(): readonly Child[] {
    return [...this.#children.values()];
  }

  /** Sends one temperature by HTTP; fails unless the gateway takes it. */
  async sendByHttp(device: string, temperature: number): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.#port("18840")}/v1/telemetry/${device}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.#secret("device-gateway/http-token")}` },
      body: telemetry(temperature),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.status !== 202) throw new Error(`the gateway answered ${response.status}: ${await response.text()}`);
  }

  /** Sends one temperature by MQTT. */
  async sendByMqtt(device: string, temperature: number): Promise<void> {
    if (this.#device === undefined) throw new Error("the platform was not started");
    await this.#device.publishAsync(`iot/telemetry/${device}`, telemetry(temperature), { qos: 1 });
  }

  /** The alert of a device, as soon as alert-engine prints it. */
  async waitForAlert(device: string): Promise<Alert> {
    const child = this.child("alert-engine");
    const line = await child.waitForLine(`an alert of ${device}`, ({ text }) => isAlertOf(text, device));
    // alert-engine printed it; isAlertOf knows its first key.
    return (JSON.parse(line.text) as { readonly alert: Alert }).alert;
  }

  /** True when alert-engine has printed an alert of the device. */
  hasAlert(device: string): boolean {
    return this.child("alert-engine").lines.some(({ text }) => isAlertOf(text, device));
  }

  /** What alert-engine says of its own configuration. */
  async status(): Promise<Status> {
    const response = await fetch(`http://127.0.0.1:${this.#port("18861")}/readyz`, { signal: AbortSignal.timeout(30_000) });
    // The endpoint answers with the runtime's own status.
    return (await response.json()) as Status;
  }

  /** Ends all services; each must close cleanly. */
  async stop(): Promise<void> {
    await this.#device?.endAsync();
    for (const child of this.children.toReversed()) {
      const code = await child.stop();
      if (code !== 0) throw new Error(`${child.name} exited ${code}`);
    }
  }

  /** Ends all services without asking. */
  kill(): void {
    this.#device?.end(true);
    for (const child of this.children) child.kill();
  }

  #variables(service: Service): NodeJS.ProcessEnv {
    return {
      PATH: process.env["PATH"],
      VELTRIX_SOURCE: "dir",
      VELTRIX_ENVIRONMENT: "local",
      VELTRIX_CONFIG_DIR: this.mount(service),
      VELTRIX_SECRETS_DIR: join(this.workspace, "secrets"),
    };
  }

  #port(written: string): number {
    const port = this.#ports.get(written);
    if (port === undefined) throw new Error(`no port ${written}`);
    return port;
  }

  #secret(key: string): string {
    const secret = this.#secrets.get(key);
    if (secret === undefined) throw new Error(`no secret ${key}`);
    return secret;
  }
}

function telemetry(temperature: number): string {
  return JSON.stringify({ measuredAt: new Date().toISOString(), readings: { temperature } });
}

function isAlertOf(text: string, device: string): boolean {
  return text.startsWith('{"alert":') && text.includes(`"device":"${device}"`);
}
