// What a team may say to a chart: the environment, and labels. Everything else is refused by its schema.
import { GENERATED_MARK } from "@veltrix/compiler";
import { labelValue } from "../objects/name-grammars.ts";
import { GENERATED_HEADER } from "./objects.ts";

/** The values.yaml of a chart. No environment is a default: what is guessed reaches the wrong cluster one day. */
export function renderValues(service: string, environments: readonly string[]): string {
  return `${GENERATED_HEADER}# The values of the chart. The configuration of ${service} is not among them: change schemas/ instead.

# Required: one of ${environments.join(", ")}.
# environment: ${environments[0] ?? ""}

# More labels for every object.
labels: {}
`;
}

/** Labels that are ours on every object. */
const OWN_LABELS = ["^veltrix\\.dev/", "^app\\.kubernetes\\.io/(name|managed-by)$"];
const LABEL_KEY = "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";

/** The values.schema.json of a chart. Helm's pattern engine has no lookahead. */
export function renderValuesSchema(service: string, environments: readonly string[]): string {
  const schema = {
    $comment: `${GENERATED_MARK}. Do not edit: run "veltrix build".`,
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `Values of the chart of ${service}`,
    type: "object",
    additionalProperties: false,
    required: ["environment"],
    properties: {
      environment: { description: "Whose configuration is rendered.", enum: environments },
      labels: {
        description: "More labels for every object.",
        type: "object",
        propertyNames: { pattern: LABEL_KEY, not: { anyOf: OWN_LABELS.map((pattern) => ({ pattern })) } },
        additionalProperties: { type: "string", maxLength: labelValue.maxLength, pattern: labelValue.pattern.source },
      },
      enabled: { description: "As a subchart: false renders no object.", type: "boolean" },
      global: { description: "Helm's own; nothing of it is read.", type: "object" },
    },
  };
  return `${JSON.stringify(schema, undefined, 1)}\n`;
}
