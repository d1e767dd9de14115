// The model as the cluster should show it: plain objects, because the comparison knows no compiler.
import type { ExpectedService, WorkloadKind } from "@veltrix/cluster";
import { hashesFileOf, type Model } from "@veltrix/compiler";
import type { JsonObject } from "@veltrix/protocol";
import { type ExternalSecret, podNamesOf, serviceObjects, variablesOf, workloadKinds } from "@veltrix/kubernetes";

/** Every service of `environment` that has objects there; only `id` where it is named. */
export function expectedServices(model: Model, environment: string, id?: string): readonly ExpectedService[] {
  return model.services
    .filter((service) => id === undefined || service.id === id)
    .flatMap((service) =>
      service.configs
        .filter((config) => config.environment.name === environment)
        .flatMap((config): readonly ExpectedService[] => {
          const objects = serviceObjects(service, config, model.settings.outputs);
          if (objects === undefined) return [];
          const { config: object, variables } = objects;
          const { workload } = service.contract;
          return [
            {
              service: service.id,
              environment,
              namespace: object.metadata.namespace,
              config: object,
              ...(variables === undefined ? {} : { variables }),
              ...(model.settings.outputs.externalSecrets === undefined
                ? {}
                : { externalSecrets: objects.externalSecrets.map(({ metadata, spec }) => ({ metadata, spec: plain(spec) })) }),
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
                : { workload: { kind: workload.kind, name: workload.name, annotation: podNamesOf(model, service).restart } }),
            },
          ];
        }),
    );
}

/** The same as JSON, which an interface is not. */
function plain(spec: ExternalSecret["spec"]): JsonObject {
  const { refreshInterval, secretStoreRef, target, data } = spec;
  const entries = data.map(({ secretKey, remoteRef }) => ({ secretKey, remoteRef: { ...remoteRef } }));
  return { refreshInterval, secretStoreRef, target, data: entries };
}

function isWorkloadKind(kind: string): kind is WorkloadKind {
  return Object.hasOwn(workloadKinds, kind);
}
