// The chart of a service: Helm prints the objects' own text, and named templates say what pods need.
// Configuration is not Helm values: nothing of it is templated, and no value can change it.
import type { GeneratedFile, ResolvedConfig, Service } from "@veltrix/compiler";
import { canonicalize } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import { SERVICE_LABEL } from "@veltrix/protocol/kubernetes";
import { type ServiceObjects } from "../objects/service-objects.ts";
import type { PodParts } from "../pod/pod-parts.ts";
import { renderHelpers, renderTemplate } from "./helm-templates.ts";
import { renderValues, renderValuesSchema } from "./helm-values.ts";
import { DOCUMENT_END, type ObjectText, yamlFile } from "./objects.ts";
import type { YamlMap } from "./yaml.ts";

/** One environment that the chart can be installed for. */
export interface ChartEnvironment {
  readonly config: ResolvedConfig;
  readonly objects: ServiceObjects;
  /** The text that kubectl gets, too. */
  readonly texts: readonly ObjectText[];
  /** What its pods need. */
  readonly parts: PodParts;
}

/** Name of a service's chart, and so of its values in a parent chart. A team's own chart is called like the service. */
export function chartName(service: string): string {
  return `${service}-config`;
}

/** Folder of a service's chart, below the generated folder. */
export function chartFolder(service: string): string {
  return `${service}/chart`;
}

/** The files of the chart; none where no environment has a namespace. */
export function renderChart(service: Service, environments: readonly ChartEnvironment[]): readonly GeneratedFile[] {
  if (environments.length === 0) return [];
  const folder = chartFolder(service.id);
  const names = environments.map(({ config }) => config.environment.name);
  const parts = environments.map((each) => ({
    environment: each.config.environment.name,
    namespace: each.objects.config.metadata.namespace,
    parts: each.parts,
  }));
  return [
    yamlFile(`${folder}/Chart.yaml`, chartMetadata(service, environments)),
    { path: `${folder}/values.yaml`, contents: renderValues(service.id, names) },
    { path: `${folder}/values.schema.json`, contents: renderValuesSchema(service.id, names) },
    { path: `${folder}/templates/_helpers.tpl`, contents: renderHelpers(service.id, parts) },
    { path: `${folder}/templates/objects.yaml`, contents: renderTemplate(service.id) },
    ...environments.map(({ config, texts }) => ({
      path: `${folder}/files/${config.environment.name}/objects.yaml`,
      contents: texts.map(({ contents }) => contents).join(DOCUMENT_END),
    })),
  ];
}

function chartMetadata(service: Service, environments: readonly ChartEnvironment[]): YamlMap {
  const { version } = service.contract;
  const roots = Object.fromEntries(environments.map(({ config }) => [config.environment.name, config.fingerprints.root]));
  const build = hashBytes(canonicalize(roots)).slice("v1:sha256:".length).slice(0, 12);
  return {
    apiVersion: "v2",
    name: chartName(service.id),
    description: `The configuration of ${service.id}.`,
    type: "application",
    // A contract's version may have build metadata of its own.
    version: `${version}${version.includes("+") ? "." : "+"}${build}`,
    appVersion: version,
    // By this the named templates find the chart, whatever a parent calls it.
    annotations: { [SERVICE_LABEL]: service.id },
  };
}
