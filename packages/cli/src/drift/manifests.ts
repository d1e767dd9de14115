// The objects that run the detector in a cluster: a service account that may only read, and a workload with its image.
import { SETTINGS_FILE } from "@veltrix/compiler";
import { type Diagnostic, report } from "@veltrix/diagnostics";
import { stringify } from "yaml";
import type { Outcome } from "../command.ts";
import { compileWorkspace } from "../compiled.ts";
import { unknownName } from "../select.ts";
import type { WorkspaceContext } from "../workspace.ts";

/** What to print. */
export interface ManifestArgs {
  readonly env: string;
  /** `deployment` watches, `cronjob` looks every ten minutes. */
  readonly kind: string;
  /** Has the command `veltrix`, and the workspace below `/workspace`. */
  readonly image: string;
}

/** Where the image holds the workspace. */
const WORKSPACE = "/workspace";

/** Prints the objects as YAML. */
export async function printManifests(args: ManifestArgs, { root }: WorkspaceContext): Promise<Outcome> {
  const compiled = await compileWorkspace(root);
  if (compiled.kind === "refused") return compiled.outcome;
  const { model, outcome } = compiled;
  const environment = model.settings.environments.find(({ name }) => name === args.env);
  const refuse = (diagnostic: Diagnostic): Outcome => ({ ...outcome, diagnostics: [...outcome.diagnostics, diagnostic] });
  if (environment === undefined) {
    return refuse(
      unknownName(
        "environment",
        args.env,
        model.settings.environments.map(({ name }) => name),
      ),
    );
  }
  const { namespace } = environment;
  if (namespace === undefined)
    return refuse(
      report("VX7009", { environment: args.env }, { at: { file: SETTINGS_FILE, pointer: `/environments/${args.env}`, on: "key" } }),
    );
  const hasExternalSecrets = model.settings.outputs.externalSecrets !== undefined;
  const objects = manifestsFor({ ...args, namespace, hasExternalSecrets });
  return {
    ...outcome,
    text: objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n"),
    data: { manifests: objects },
  };
}

/** What the workspace adds to the arguments. */
interface Watched extends ManifestArgs {
  readonly namespace: string;
  /** Only then is the detector allowed to read them. */
  readonly hasExternalSecrets: boolean;
}

/** The objects, in the order in which they are applied. */
function manifestsFor({ env, kind, image, namespace, hasExternalSecrets }: Watched): readonly object[] {
  const name = `veltrix-drift-${env}`;
  const labels = { "app.kubernetes.io/name": "veltrix-drift", "app.kubernetes.io/instance": env };
  const metadata = { name, namespace, labels };
  const template = { metadata: { labels }, spec: podSpec({ name, env, image, isWatching: kind === "deployment" }) };
  const workload =
    kind === "deployment"
      ? {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata,
          spec: { replicas: 1, strategy: { type: "Recreate" }, selector: { matchLabels: labels }, template },
        }
      : {
          apiVersion: "batch/v1",
          kind: "CronJob",
          metadata,
          spec: {
            schedule: "*/10 * * * *",
            concurrencyPolicy: "Forbid",
            jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 300, template } },
          },
        };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const roleRef = (role: string): object => ({ apiGroup: "rbac.authorization.k8s.io", kind: role, name });
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion,
      kind: "ClusterRole",
      metadata: { name, labels },
      rules: hasExternalSecrets ? [...everywhere, externalSecrets] : everywhere,
    },
    { apiVersion, kind: "ClusterRoleBinding", metadata: { name, labels }, roleRef: roleRef("ClusterRole"), subjects },
    { apiVersion, kind: "Role", metadata, rules: inNamespace },
    { apiVersion, kind: "RoleBinding", metadata, roleRef: roleRef("Role"), subjects },
    workload,
  ];
}

// No verb that writes, and no Secrets: references are compared, never values.
const READING = ["get", "list", "watch"];

/** An object of ours may be in a wrong namespace. */
const everywhere: readonly object[] = [{ apiGroups: [""], resources: ["configmaps"], verbs: READING }];

const externalSecrets: object = { apiGroups: ["external-secrets.io"], resources: ["externalsecrets"], verbs: READING };

/** Whether the pods run with what was built. */
const inNamespace: readonly object[] = [
  { apiGroups: [""], resources: ["pods"], verbs: READING },
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"], verbs: READING },
  { apiGroups: ["batch"], resources: ["cronjobs"], verbs: READING },
];

interface PodOptions {
  readonly name: string;
  readonly env: string;
  readonly image: string;
  readonly isWatching: boolean;
}

function podSpec({ name, env, image, isWatching }: PodOptions): object {
  return {
    serviceAccountName: name,
    ...(isWatching ? {} : { restartPolicy: "Never" }),
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "veltrix-drift",
        image,
        command: ["veltrix", "drift", "--env", env, "--workspace", WORKSPACE, "--format", "json", ...(isWatching ? ["--watch"] : [])],
        resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}
