// Objects to text: once, whatever shows them. kubectl and Kustomize read it as files, Helm from its chart.
import { GENERATED_MARK, type GeneratedFile } from "@veltrix/compiler";
import type { ExpectedConfigMap } from "@veltrix/protocol/kubernetes";
import type { ServiceObject, ServiceObjects } from "../objects/service-objects.ts";
import { renderMap, renderQuoted, renderScalar, renderText, type YamlMap } from "./yaml.ts";

/** First line of every file that we write. */
export const GENERATED_HEADER: string = `# ${GENERATED_MARK}. Do not edit: change schemas/ and run "veltrix build".\n`;

/** File of each kind of object, below `<service>/k8s/<environment>/`. */
export const CONFIG_MAP_FILE = "configmap.yaml";
export const VARIABLES_FILE = "configmap-env.yaml";
export const EXTERNAL_SECRETS_FILE = "external-secrets.yaml";

/** One file of objects. */
export interface ObjectText {
  readonly file: string;
  readonly contents: string;
}

/** The texts of a service's objects in an environment: one file for each ExpectedConfigMap, one for all ExternalSecrets. */
export function renderObjects({ config, variables, externalSecrets }: ServiceObjects): readonly ObjectText[] {
  const texts: ObjectText[] = [{ file: CONFIG_MAP_FILE, contents: renderConfigMap(config, "literal") }];
  if (variables !== undefined) texts.push({ file: VARIABLES_FILE, contents: renderConfigMap(variables, "quoted") });
  if (externalSecrets.length === 0) return texts;
  const documents = externalSecrets.map(({ metadata, spec, ...head }) =>
    renderMap({
      ...head,
      metadata: { ...metadata },
      spec: {
        ...spec,
        data: spec.data.map(({ secretKey, remoteRef }) => ({ secretKey, remoteRef: { ...remoteRef } })),
      },
    }),
  );
  return [...texts, { file: EXTERNAL_SECRETS_FILE, contents: GENERATED_HEADER + documents.join(DOCUMENT_END) }];
}

/** The file that `object` stands in. */
export function fileOf(objects: ServiceObjects, object: ServiceObject): string {
  if (object === objects.config) return CONFIG_MAP_FILE;
  return object === objects.variables ? VARIABLES_FILE : EXTERNAL_SECRETS_FILE;
}

/** Stands between two documents of one file. */
export const DOCUMENT_END = "---\n";

/** The text of a ExpectedConfigMap; its values as literal block scalars, or double-quoted on one line each. */
export function renderConfigMap(object: ExpectedConfigMap, style: "literal" | "quoted"): string {
  const { apiVersion, kind, metadata, immutable, data } = object;
  const head = renderMap({ apiVersion, kind, metadata: { ...metadata }, immutable });
  const entries = Object.entries(data).map(([key, text]) => {
    const value = style === "literal" ? renderText(text, 2) : `${renderQuoted(text)}\n`;
    return `  ${renderScalar(key)}: ${value}`;
  });
  return `${GENERATED_HEADER}${head}data:\n${entries.join("")}`;
}

/** A file of one YAML document. */
export function yamlFile(path: string, contents: YamlMap): GeneratedFile {
  return { path, contents: GENERATED_HEADER + renderMap(contents) };
}
