// The model as the cluster should show it: plain objects, because the comparison knows no compiler.
import type { ExpectedService, WorkloadKind } from "@veltrix/cluster";
import { hashesFileOf, type Model } from "@veltrix/compiler";
import { objectsFor, variablesOf, workloadKinds } from "@veltrix/emit-kubernetes";

/** Every service of `environment` that has objects there; only `id` where it is named. */
export function expectedServices(model: Model, environment: string, id?: string): readonly ExpectedService[] {
  return model.services
    .filter((service) => id === undefined || service.id === id)
    .flatMap((service) =>
      service.configs
        .filter((config) => config.environment.name === environment)
        .flatMap((config): readonly ExpectedService[] => {
          const [object, variables] = objectsFor(service, config);
          if (object === undefined) return [];
          const { workload } = service.contract;
          return [
            {
              service: service.id,
              environment,
              namespace: object.metadata.namespace,
              config: object,
              ...(variables === undefined ? {} : { variables }),
              variablePointers: Object.fromEntries(variablesOf(service, config).map(({ name, key }) => [name, key.pointer])),
              secretVariables: Object.fromEntries(
                service.contract.keys.flatMap(({ secret, variable, pointer }) =>
                  secret && variable !== undefined ? [[variable, pointer]] : [],
                ),
              ),
              hashes: hashesFileOf(service, config),
              value: config.value,
              secrets: service.contract.keys.filter(({ secret }) => secret).map(({ pointer }) => pointer),
              ...(workload === undefined || !isWorkloadKind(workload.kind)
                ? {}
                : { workload: { kind: workload.kind, name: workload.name } }),
            },
          ];
        }),
    );
}

function isWorkloadKind(kind: string): kind is WorkloadKind {
  return Object.hasOwn(workloadKinds, kind);
}
