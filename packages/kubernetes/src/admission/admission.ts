// Opt-in: what the API server refuses. A ValidatingAdmissionPolicy per environment, over the objects of all its services:
// changes by anyone but the deployers, objects that do not say what they are, variables that break their type.
// CEL cannot look inside config.json: that is what hashes and processes are for.
import type { Environment, GeneratedFile, Model } from "@veltrix/compiler";
import { BUILD_ANNOTATIONS, ENVIRONMENT_LABEL, SERVICE_LABEL } from "@veltrix/protocol/kubernetes";
import { celMap, celString, celStrings, inChunks } from "./cel.ts";
import { type AdmissionOutput, outputsOf } from "../options.ts";
import { CLUSTER_FOLDER } from "../render/kustomize.ts";
import { DOCUMENT_END, GENERATED_HEADER } from "../render/objects.ts";
import { type VariableKind, variableKinds, variablesByKind } from "./variable-kinds.ts";
import { renderMap, type YamlMap } from "../render/yaml.ts";

const API_VERSION = "admissionregistration.k8s.io/v1";

/** They delete and unlink what belonged to something that is gone; a namespace must be able to end. */
const CONTROL_PLANE = [
  "system:serviceaccount:kube-system:namespace-controller",
  "system:serviceaccount:kube-system:generic-garbage-collector",
  "system:kube-controller-manager",
];

const actions: { readonly [mode in AdmissionOutput["mode"]]: readonly string[] } = {
  warn: ["Warn", "Audit"],
  deny: ["Deny"],
  audit: ["Audit"],
};

/** The files of all environments; none where no workspace asks for them. */
export function renderAdmission(model: Model): readonly GeneratedFile[] {
  return model.settings.environments.flatMap((environment) => {
    const objects = admissionFor(model, environment);
    const contents = GENERATED_HEADER + objects.map((object) => renderMap(object)).join(DOCUMENT_END);
    return objects.length === 0 ? [] : [{ path: `${CLUSTER_FOLDER}/${environment.name}/admission.yaml`, contents }];
  });
}

/** The policy of an environment and its binding; none without a namespace, or where `outputs.admission` is not set. */
export function admissionFor(model: Model, environment: Environment): readonly YamlMap[] {
  const { admission, externalSecrets } = outputsOf(model);
  const { name, namespace } = environment;
  if (admission === undefined || namespace === undefined || model.services.length === 0) return [];
  const metadata = {
    name: `veltrix.${name}.${namespace}`,
    labels: { "app.kubernetes.io/managed-by": "veltrix", [ENVIRONMENT_LABEL]: name },
  };
  const faults = faultsOf(model);
  const spec = {
    failurePolicy: "Fail",
    matchConstraints: {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      resourceRules: [
        resourceRule("", "v1", "configmaps"),
        ...(externalSecrets === undefined ? [] : [resourceRule("external-secrets.io", "*", "externalsecrets")]),
      ],
    },
    matchConditions: [
      { name: "is-not-the-control-plane", expression: `!(request.userInfo.username in ${celStrings(CONTROL_PLANE)})` },
      { name: "may-be-of-veltrix", expression: `${isLabelled(name)} ||\nrequest.name.matches(${celString(MAY_BE_OURS)})` },
    ],
    variables: [
      ...nameVariables(model, name),
      { name: "service", expression: `object == null ? "" : ${labelOf("object", SERVICE_LABEL)}` },
      { name: "isVariables", expression: isVariables },
      ...faults.map(faultyVariables),
    ],
    validations: [...whoMayChange(admission.deployers), ...whatObjectsSay(name), ...faults.map(typesOfVariables)].map(onlyOurs),
  };
  return [
    { apiVersion: API_VERSION, kind: "ValidatingAdmissionPolicy", metadata, spec },
    {
      apiVersion: API_VERSION,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: metadata.name, validationActions: actions[admission.mode] },
    },
  ];
}

function resourceRule(group: string, version: string, resource: string): YamlMap {
  return { apiGroups: [group], apiVersions: [version], operations: ["CREATE", "UPDATE", "DELETE"], resources: [resource] };
}

/** The value of a label of `object`, or the empty text. */
function labelOf(object: string, label: string): string {
  const key = celString(label);
  return `(has(${object}.metadata.labels) && ${key} in ${object}.metadata.labels ? ${object}.metadata.labels[${key}] : "")`;
}

/** True of an object that carries our labels, before the change or after it. */
function isLabelled(environment: string): string {
  return ["object", "oldObject"]
    .map(
      (object) =>
        `(${object} != null && ${labelOf(object, SERVICE_LABEL)} != "" && ${labelOf(object, ENVIRONMENT_LABEL)} == ${celString(environment)})`,
    )
    .join(" ||\n");
}

/** How names of ours end. */
const MAY_BE_OURS = "-(config|env)(-[0-9a-f]{10})?$";
const IMMUTABLE_END = "-(config|env)-[0-9a-f]{10}$";

/** Ours by its labels or by its name: an object without labels is not let through. */
function nameVariables({ services }: Model, environment: string): readonly YamlMap[] {
  const idsOf = (delivery: "mutable" | "immutable"): readonly string[] =>
    services.filter(({ contract }) => contract.delivery === delivery).map(({ id }) => id);
  const stem = 'variables.name.endsWith("-env") ? variables.name.substring(0, variables.name.size() - 4)';
  const lists = (["mutable", "immutable"] as const).flatMap((delivery) =>
    inChunks(idsOf(delivery), celString).map((ids, index) => ({
      name: `${delivery}_${index + 1}`,
      expression: `variables.isImmutable == ${delivery === "immutable"} && variables.stem in ${celStrings(ids)}`,
    })),
  );
  return [
    { name: "isImmutable", expression: `request.name.matches(${celString(IMMUTABLE_END)})` },
    { name: "name", expression: "variables.isImmutable ? request.name.substring(0, request.name.size() - 11) : request.name" },
    {
      name: "stem",
      expression: `variables.name.endsWith("-config") ? variables.name.substring(0, variables.name.size() - 7) : ${stem} : ""`,
    },
    ...lists,
    {
      name: "isOurs",
      expression: `${isLabelled(environment)} ||\n(request.resource.resource == "configmaps" && (${lists.map(({ name }) => `variables.${name}`).join(" || ")}))`,
    },
  ];
}

function onlyOurs(validation: Validation): YamlMap {
  return { ...validation, expression: `!variables.isOurs ||\n${validation.expression}` };
}

interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
}

function whoMayChange(deployers: readonly string[]): readonly Validation[] {
  const names = celStrings(deployers);
  // The operator writes finalizers to its own objects. What they ask for stays.
  const isUpkeep = [
    `request.resource.resource == "externalsecrets"`,
    `request.operation == "UPDATE"`,
    `dyn(object).spec == dyn(oldObject).spec`,
    ...["labels", "annotations"].map((member) => `dyn(object).metadata.?${member} == dyn(oldObject).metadata.?${member}`),
  ];
  return [
    {
      expression: [
        `request.userInfo.username in ${names}`,
        `(has(request.userInfo.groups) && request.userInfo.groups.exists(group, group in ${names}))`,
        `(${isUpkeep.join(" && ")})`,
      ].join(" ||\n"),
      message: "only deployers change what Veltrix delivers: change schemas/, run veltrix build, and roll it out",
      reason: "Forbidden",
    },
  ];
}

function whatObjectsSay(environment: string): readonly Validation[] {
  const labels = `variables.service != "" && ${labelOf("object", ENVIRONMENT_LABEL)} == ${celString(environment)}`;
  const annotations = `has(object.metadata.annotations) && ${celStrings(BUILD_ANNOTATIONS)}.all(key, key in object.metadata.annotations)`;
  return [
    {
      expression: `object == null || (${labels})`,
      message: `an object of Veltrix has the labels ${SERVICE_LABEL} and ${ENVIRONMENT_LABEL}: ${environment}: apply what veltrix build wrote`,
    },
    {
      expression: `object == null || variables.service == "" || object.metadata.name.startsWith(variables.service + "-")`,
      message: `the label ${SERVICE_LABEL} is not the service whose name the object carries`,
    },
    {
      expression: `object == null || (${annotations})`,
      message: `an object of Veltrix has the annotations ${BUILD_ANNOTATIONS.join(", ")}: apply what veltrix build wrote`,
    },
  ];
}

const isVariables = [
  `object != null && request.resource.resource == "configmaps" && variables.service != "" && has(dyn(object).data)`,
  `object.metadata.name.startsWith(variables.service + "-env")`,
].join(" &&\n");

/** One kind of value, with the variables of it by service. */
interface Fault {
  readonly name: string;
  readonly kind: VariableKind;
  readonly byService: ReadonlyMap<string, readonly string[]>;
}

function faultsOf(model: Model): readonly Fault[] {
  return variablesByKind(model).flatMap(([kind, byService]) => {
    const chunks = inChunks([...byService], ([service, names]) => celMap(new Map([[service, names]])));
    return chunks.map((entries, index) => ({ name: `faulty_${kind}_${index + 1}`, kind, byService: new Map(entries) }));
  });
}

/** The variables of the object that are not of their kind. */
function faultyVariables({ name, kind, byService }: Fault): YamlMap {
  return {
    name,
    expression: [
      `!variables.isVariables ? [] :`,
      `${celMap(byService)}[?variables.service].orValue([]).filter(name,`,
      `  name in dyn(object).data && !dyn(object).data[name].matches(${celString(variableKinds[kind].pattern)}))`,
    ].join("\n"),
  };
}

function typesOfVariables({ name, kind }: Fault): Validation {
  return {
    expression: `variables.${name}.size() == 0`,
    messageExpression: `variables.service + "-env: " + variables.${name}.join(", ") + ${celString(` is not ${variableKinds[kind].expected}`)}`,
  };
}
