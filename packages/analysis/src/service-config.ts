// One service in one environment: what most questions are about.
import type { ResolvedConfig, Service } from "@veltrix/compiler";

/** A service, and what it is given in one environment. */
export interface ServiceConfig {
  readonly service: Service;
  readonly config: ResolvedConfig;
}

/** The config of a service in an environment; undefined where it has none there. */
export function configIn(service: Service | undefined, environment: string): ResolvedConfig | undefined {
  return service?.configs.find((config) => config.environment.name === environment);
}
