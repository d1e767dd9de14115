// The templates of a chart. What comes from schemas/ is printed, never executed: objects are read by
// .Files.Get, and a text that stands in a template cannot open an action.
import { GENERATED_MARK } from "@veltrix/compiler";
import { SERVICE_LABEL } from "@veltrix/protocol/kubernetes";
import type { PodParts } from "../pod/pod-parts.ts";
import { renderList, renderMap } from "./yaml.ts";

/** What the pods of a service need in an environment. */
export interface EnvironmentParts {
  readonly environment: string;
  readonly namespace: string;
  readonly parts: PodParts;
}

const MARK = `{{/* ${GENERATED_MARK}. Do not edit: change schemas/ and run "veltrix build". */}}\n`;

/**
 * templates/objects.yaml: the text of the chosen environment, with the labels of the values added. Only a key of an
 * object's metadata stands at two spaces; all data is deeper, or on the line of its key.
 */
export function renderTemplate(service: string): string {
  return `${MARK}{{- if or (not (hasKey .Values "enabled")) .Values.enabled }}
{{- $environment := include "veltrix.${service}.environment" . }}
{{- $labels := "\\n  labels:\\n" }}
{{- range $key, $value := .Values.labels }}
{{- $labels = printf "%s    %s: %s\\n" $labels ($key | quote) ($value | toString | quote) }}
{{- end }}
{{ .Files.Get (printf "files/%s/objects.yaml" $environment) | replace "\\n  labels:\\n" $labels }}
{{- end }}
`;
}

/** templates/_helpers.tpl: what a team's pod template includes. */
export function renderHelpers(service: string, environments: readonly EnvironmentParts[]): string {
  const part = (name: string, textOf: (parts: PodParts) => string): string =>
    renderPart(
      `veltrix.${service}.${name}`,
      service,
      environments.map(({ environment, parts }) => ({ environment, text: textOf(parts) })),
    );
  return [
    `${MARK}{{/* Include with the root context: {{- include "veltrix.${service}.volumes" . | nindent 8 }} */}}\n`,
    renderEnvironment(service, environments),
    part("podAnnotations", ({ annotations }) => renderMap(annotations)),
    part("volumes", ({ volumes }) => renderList(volumes, 0)),
    part("volumeMounts", ({ volumeMounts }) => renderList(volumeMounts, 0)),
    part("env", ({ env }) => renderList(env, 0)),
  ].join("\n");
}

/**
 * The environment that the chart was told, from its own context, or from that of a chart above it: there the
 * chart is found by its annotation, whatever it is called. A release in the namespace of another environment would take
 * that one's objects away: only there the two are compared, since a release may be kept wherever a team likes.
 */
function renderEnvironment(service: string, environments: readonly EnvironmentParts[]): string {
  const name = `veltrix.${service}.environment`;
  const names = environments.map(({ environment }) => environment);
  const known = names.join(", ");
  const namespaces = environments.map(({ environment, namespace }) => `"${environment}" "${namespace}"`).join(" ");
  return `{{- define "${name}s" -}}
{{- if eq (index (.Chart.Annotations | default dict) "${SERVICE_LABEL}" | toString) "${service}" -}}
{{- printf "[%v]" (.Values.environment | default "") -}}
{{- else -}}
{{- range .Subcharts }}{{ include "${name}s" . }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "${name}" -}}
{{- $found := include "${name}s" . -}}
{{- if not $found -}}
{{- fail "${service}: pass the root context of a chart that depends on this one" -}}
{{- end -}}
{{- $environment := $found | trimPrefix "[" | trimSuffix "]" -}}
{{- if not (has $environment (list ${names.map((each) => `"${each}"`).join(" ")})) -}}
{{- fail (printf "${service}: environment is %s: write one of ${known}" $found) -}}
{{- end -}}
{{- $namespaces := dict ${namespaces} -}}
{{- range $other, $namespace := $namespaces -}}
{{- if and (eq $namespace $.Release.Namespace) (ne $namespace (get $namespaces $environment)) -}}
{{- fail (printf "${service}: environment is %s, and the release is in %s, the namespace of %s: write environment: %s, or install into %s" $environment $namespace $other $other (get $namespaces $environment)) -}}
{{- end -}}
{{- end -}}
{{- $environment -}}
{{- end -}}
`;
}

interface EnvironmentText {
  readonly environment: string;
  readonly text: string;
}

/** A named template that prints the text of the chosen environment. Equal texts stand there once. */
function renderPart(name: string, service: string, texts: readonly EnvironmentText[]): string {
  const byText = new Map<string, string[]>();
  for (const { environment, text } of texts) byText.set(text, [...(byText.get(text) ?? []), `"${environment}"`]);
  const branches = [...byText].map(
    ([text, environments], index) =>
      `{{- ${index === 0 ? "if" : "else if"} has $environment (list ${environments.join(" ")}) -}}\n${escapeActions(text)}`,
  );
  return `{{- define "${name}" -}}
{{- $environment := include "veltrix.${service}.environment" . }}
${branches.join("")}{{- end }}
{{- end -}}
`;
}

/** Names that Kubernetes takes cannot hold braces; were one ever to, it must not become an action. */
function escapeActions(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}');
}
