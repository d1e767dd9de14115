// Our parts of a pod template as plain data: whoever compares them with what is live knows no compiler.
import type { Model, ResolvedConfig, Service } from "@veltrix/compiler";
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";
import type { ExpectedPod, ExpectedWorkload } from "@veltrix/protocol/kubernetes";
import { isWorkloadKind } from "@veltrix/protocol/kubernetes";
import type { ServiceObjects } from "../objects/service-objects.ts";
import { variablesOf } from "../objects/variables.ts";
import type { YamlMap } from "../render/yaml.ts";
import { podNamesOf, podPartsFor, sharingWith } from "./pod-parts.ts";

/** The workload that the contract of `service` names, with our parts of it; undefined where it names none. */
export function expectedWorkload(
  model: Model,
  service: Service,
  { config, objects }: { readonly config: ResolvedConfig; readonly objects: ServiceObjects },
): ExpectedWorkload | undefined {
  const { workload } = service.contract;
  if (workload === undefined || !isWorkloadKind(workload.kind)) return undefined;
  const { kind, name } = workload;
  const names = podNamesOf(model, service);
  const { volumes, volumeMounts, env } = podPartsFor(config, objects, names);
  const pod: ExpectedPod = {
    container: service.id,
    foreignContainers: (sharingWith(model.services, service.id) ?? []).filter((id) => id !== service.id),
    volumes: plain(volumes),
    volumeMounts: plain(volumeMounts),
    env: plain(env),
    undelivered: undeliveredOf(service, config, env),
  };
  return { kind, name, annotation: names.restart, pod };
}

function undeliveredOf(service: Service, config: ResolvedConfig, env: readonly YamlMap[]): ExpectedPod["undelivered"] {
  const delivered = new Set([...variablesOf(service, config).map(({ name }) => name), ...env.map(({ name }) => name)]);
  const absent = service.contract.keys.flatMap(({ variable, pointer }) =>
    variable === undefined || delivered.has(variable) ? [] : [[variable, pointer] as const],
  );
  return Object.fromEntries(absent);
}

/** As the API server gets them: JSON, without members that are undefined. */
function plain(items: readonly YamlMap[]): readonly JsonObject[] {
  // JSON of a list is a list.
  return (JSON.parse(JSON.stringify(items)) as readonly JsonValue[]).filter(isJsonObject);
}
