// `diff --env a b`: each service in two environments.
import type { Model, Service } from "@veltrix/compiler";
import { configIn } from "../service-config.ts";
import { compareConfigs, type KeyDifference } from "./values.ts";

/** A service whose values differ. */
export interface ServiceDifference {
  readonly service: string;
  readonly keys: readonly KeyDifference[];
}

/** Services with at least one key that differs. */
export function diffEnvironments(model: Model, [a, b]: readonly [string, string], only: Service | undefined): readonly ServiceDifference[] {
  return model.services
    .filter((service) => only === undefined || service === only)
    .map((service) => ({
      service: service.id,
      keys: compareConfigs({ service, config: configIn(service, a) }, { service, config: configIn(service, b) }),
    }))
    .filter(({ keys }) => keys.length > 0);
}
