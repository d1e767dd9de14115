// The model as the cluster should show it: plain objects, because the comparison knows no compiler.
import { hashesFileOf, type Model } from "@veltrix/compiler";
import type { ExpectedService } from "@veltrix/protocol/kubernetes";
import { serviceObjects } from "../objects/service-objects.ts";
import { outputsOf } from "../options.ts";
import { variablesOf } from "../objects/variables.ts";
import { expectedWorkload } from "../pod/expected-pod.ts";

/** Every service of `environment` that has objects there; only `id` where it is named. */
export function expectedServices(model: Model, environment: string, id?: string): readonly ExpectedService[] {
  return model.services
    .filter((service) => id === undefined || service.id === id)
    .flatMap((service) =>
      service.configs
        .filter((config) => config.environment.name === environment)
        .flatMap((config): readonly ExpectedService[] => {
          const objects = serviceObjects(service, config, outputsOf(model));
          if (objects === undefined) return [];
          const { config: object, variables } = objects;
          const workload = expectedWorkload(model, service, { config, objects });
          return [
            {
              service: service.id,
              environment,
              namespace: object.metadata.namespace,
              config: object,
              ...(variables === undefined ? {} : { variables }),
              ...(outputsOf(model).externalSecrets === undefined ? {} : { externalSecrets: objects.externalSecrets }),
              variablePointers: Object.fromEntries(variablesOf(service, config).map(({ name, key }) => [name, key.pointer])),
              secretVariables: Object.fromEntries(
                service.contract.keys.flatMap(({ secret, variable, pointer }) =>
                  secret && variable !== undefined ? [[variable, pointer]] : [],
                ),
              ),
              hashes: hashesFileOf(service, config),
              value: config.value,
              secrets: service.contract.keys.filter(({ secret }) => secret).map(({ pointer }) => pointer),
              ...(workload === undefined ? {} : { workload }),
            },
          ];
        }),
    );
}
