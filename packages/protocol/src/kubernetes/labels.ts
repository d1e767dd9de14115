// What an object of ours says of itself, and by which words everybody finds it.

/** Texts by name: labels, annotations, the data of a ConfigMap. */
export type Texts = { readonly [name: string]: string };

/** The labels that select the objects of a service in an environment. */
export const SERVICE_LABEL = "veltrix.dev/service";
export const ENVIRONMENT_LABEL = "veltrix.dev/environment";

/** Of which contract, and of which resolved config (its root), an object is. */
export const CONTRACT_ANNOTATION = "veltrix.dev/contract";
export const CONTRACT_VERSION_ANNOTATION = "veltrix.dev/contract-version";
export const FINGERPRINT_ANNOTATION = "veltrix.dev/fingerprint";

/**
 * Rolls the pods whose template carries it: it changes exactly when a key changes that only a restart applies. Services that
 * share a workload have one each, which ends in the id of the service.
 */
export const RESTART_ANNOTATION = "veltrix.dev/restart-fingerprint";

/** The names of the annotations of a build, in order. */
export const BUILD_ANNOTATIONS: readonly string[] = [CONTRACT_ANNOTATION, CONTRACT_VERSION_ANNOTATION, FINGERPRINT_ANNOTATION];

/** The annotations of a build with these hashes. */
export function buildAnnotations(build: { readonly contract: string; readonly contractVersion: string; readonly root: string }): Texts {
  return {
    [CONTRACT_ANNOTATION]: build.contract,
    [CONTRACT_VERSION_ANNOTATION]: build.contractVersion,
    [FINGERPRINT_ANNOTATION]: build.root,
  };
}
