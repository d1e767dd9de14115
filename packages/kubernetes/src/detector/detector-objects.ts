// The objects that run a detector of drift in a cluster: a service account that may only read, and a workload with its image.

/** What runs, where, and what it may read. */
export interface Detector {
  /** Of all objects. */
  readonly name: string;
  /** Label of all objects: the environment that is looked at. */
  readonly environment: string;
  readonly namespace: string;
  /** `deployment` runs on; `cronjob` runs to its end every ten minutes. */
  readonly kind: "deployment" | "cronjob";
  readonly image: string;
  readonly command: readonly string[];
  /** Only then is it allowed to read them. */
  readonly hasExternalSecrets: boolean;
}

/** The objects, in the order in which they are applied. */
export function detectorObjects(detector: Detector): readonly object[] {
  const { name, environment, kind, namespace, hasExternalSecrets } = detector;
  const labels = { "app.kubernetes.io/name": "veltrix-drift", "app.kubernetes.io/instance": environment };
  const metadata = { name, namespace, labels };
  const template = { metadata: { labels }, spec: podSpec(detector) };
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

function podSpec({ name, kind, image, command }: Detector): object {
  return {
    serviceAccountName: name,
    ...(kind === "deployment" ? {} : { restartPolicy: "Never" }),
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "veltrix-drift",
        image,
        command,
        resources: { requests: { cpu: "10m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
}
