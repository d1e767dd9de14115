// What a build gives now is never pruned.
import type { Model } from "@veltrix/compiler";
import { objectsFor } from "@veltrix/kubernetes";

/** Names of all objects that a build gives in the environment. */
export function builtNames(model: Model, environment: string): ReadonlySet<string> {
  const objects = model.services.flatMap((service) =>
    service.configs.filter((config) => config.environment.name === environment).flatMap((config) => objectsFor(service, config)),
  );
  return new Set(objects.map(({ metadata }) => metadata.name));
}
