// VX301x: the team's own manifests against what is generated. VX7014 and on: the commands around them.
import { didYouMean, entry, listed, withHint } from "./entry.ts";

export const delivery = {
  VX3011: entry(
    "unknown-object-key",
    "error",
    "A manifest uses a key that its ConfigMap or Secret does not have.",
    (p: { kind: string; name: string; key: string; owner: string; where: string; suggestions: readonly string[] }) => ({
      message: `the ${p.kind} \`${p.name}\` of ${p.owner} has no key \`${p.key}\`${p.where}`,
      ...withHint(didYouMean(p.suggestions) ?? "use a key that it has, or add the key where the object is defined"),
      suggestions: p.suggestions,
    }),
  ),
  VX3012: entry(
    "undeclared-object",
    "error",
    "A manifest names a ConfigMap or Secret that nobody creates.",
    (p: { kind: string; name: string; where: string; elsewhere: string | undefined; suggestions: readonly string[] }) => ({
      message: `there is no ${p.kind} \`${p.name}\`${p.where}: it is neither generated nor in the given manifests`,
      ...withHint(
        didYouMean(p.suggestions) ??
          p.elsewhere ??
          `if something else creates it, write \`external: [${p.name}]\` under workloads in schemas/veltrix.yaml`,
      ),
      suggestions: p.suggestions,
    }),
  ),
  VX3013: entry(
    "sub-path-mount",
    "error",
    "A generated ConfigMap is mounted by subPath, so changes never arrive.",
    (p: { name: string; container: string; mountPath: string }) => ({
      message: `the container \`${p.container}\` mounts \`${p.name}\` by subPath at ${p.mountPath}: a change would never reach the pod`,
      hint: "mount the whole folder, without subPath and subPathExpr",
    }),
  ),
  VX3014: entry(
    "not-projected",
    "warning",
    "A workload uses a generated ConfigMap but would not restart when a restart key changes.",
    (p: { workload: string; name: string; service: string; annotation: "missing" | "outdated"; restart: string }) => ({
      message:
        p.annotation === "missing"
          ? `${p.workload} uses \`${p.name}\` but does not carry ${p.restart}: a restart key could change without a restart`
          : `${p.workload} uses \`${p.name}\` but carries the ${p.restart} of another build`,
      hint: `use the Kustomize component k8s/<environment>/component of ${p.service}, its chart's named templates, or \`veltrix patch --service ${p.service}\``,
    }),
  ),
  VX3015: entry(
    "hidden-missing-key",
    "warning",
    "An `optional: true` hides that a generated object or key is missing.",
    (p: { kind: string; name: string; key: string | undefined; where: string; suggestions: readonly string[] }) => ({
      message:
        p.key === undefined
          ? `\`optional: true\` hides that there is no ${p.kind} \`${p.name}\`${p.where}`
          : `\`optional: true\` hides that \`${p.name}\` has no key \`${p.key}\`${p.where}`,
      ...withHint(didYouMean(p.suggestions) ?? "remove the entry, or the `optional: true`"),
      suggestions: p.suggestions,
    }),
  ),
  VX3016: entry("template-given", "error", "A manifest is a template, not YAML that can be applied.", (_p: object) => ({
    message: "this is a template: it does not yet say what a cluster would be given",
    hint: "give Veltrix the output of `helm template` instead",
  })),
  VX3017: entry(
    "malformed-manifest",
    "error",
    "A manifest does not have the form that Kubernetes requires.",
    (p: { what: string; expected: string }) => ({
      message: `${p.what} is not ${p.expected}`,
      hint: `Kubernetes accepts only ${p.expected} here`,
    }),
  ),
  VX3018: entry("unmatched-glob", "error", "A glob in `workloads` matches no file.", (p: { pattern: string }) => ({
    message: `\`${p.pattern}\` matches no file of the workspace, so nothing would be checked`,
    hint: "correct the glob, or remove it; links out of the workspace, hidden folders and generated files are ignored",
  })),
  VX3023: entry(
    "overlay-renames",
    "warning",
    "A kustomization gives generated objects another name or namespace.",
    (p: { member: "namePrefix" | "nameSuffix" | "namespace"; text: string; expected: string | undefined; where: string }) => ({
      message:
        p.member === "namespace"
          ? `this kustomization moves generated objects${p.where} to the namespace \`${p.text}\`, where nobody looks for them`
          : `the ${p.member} \`${p.text}\` renames generated objects${p.where}: nobody looks for them by that name`,
      hint:
        p.expected !== undefined
          ? `write \`namespace: ${p.expected}\`, which is that of the environment, or list the generated folder in a kustomization of its own`
          : `list the generated folder in a kustomization without ${p.member}: drift, prune and the admission policy know objects by their names`,
    }),
  ),
  VX3024: entry(
    "unpatchable-workload",
    "error",
    "A kustomization uses a Component that cannot patch its workload.",
    (p: { workload: string; service: string; name: string; isVolume: boolean; containers: readonly string[] }) =>
      p.isVolume
        ? {
            message: `${p.workload} has a volume \`${p.name}\` of its own, and the Component of ${p.service} would merge another source into it`,
            hint: "rename the volume: names that begin with veltrix are set by the Component",
          }
        : {
            message: `no container of ${p.workload} is called \`${p.name}\`, and the Component of ${p.service} would add one without an image`,
            hint: `call the container that runs the service \`${p.name}\`: it has ${p.containers.join(", ")}`,
          },
  ),
  VX7014: entry(
    "workload-not-found",
    "error",
    "The workload or container to patch is missing, or exists twice.",
    (p: { detail: string; fix: string; suggestions: readonly string[] }) => ({
      message: p.detail,
      ...withHint(didYouMean(p.suggestions) ?? p.fix),
      suggestions: p.suggestions,
    }),
  ),
  VX7015: entry(
    "name-taken",
    "error",
    "Something in the workload has one of our names but is not ours.",
    (p: { what: string; name: string; detail: string }) => ({
      message: `the ${p.what} \`${p.name}\` is taken: ${p.detail}`,
      hint: "rename it, or remove it: names that begin with veltrix, and variables of x-env, are set by `veltrix patch`",
    }),
  ),
  VX7016: entry(
    "mass-deletion",
    "error",
    "A change removes a whole object, or an unusual part of a service's keys.",
    (p: { service: string; environments: readonly string[]; removed: number; keys: number; whole: boolean }) => ({
      message: p.whole
        ? `${p.service} is removed in ${listed(p.environments)}, with all of its keys`
        : `${p.removed} of the ${p.keys} keys of ${p.service} are removed in ${listed(p.environments)}`,
      hint: "if this is intended, run with --allow-deletions",
    }),
  ),
  VX7017: entry(
    "prune-stopped",
    "error",
    "Not everything that could use an object is known, or one was not deleted: prune goes no further.",
    (p: { what: string; detail: string; deleted: number }) => ({
      message: `${p.what}: ${p.detail}`,
      hint:
        p.deleted === 0
          ? "nothing was deleted: an object is deleted only when everything that could use it is known"
          : `${p.deleted} ${p.deleted === 1 ? "object was" : "objects were"} deleted before; run it again to check everything anew`,
    }),
  ),
};
