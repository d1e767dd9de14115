// One service in one environment: what was built against what is in the cluster. Everything else here is fetching.
import { canonicalize } from "@veltrix/protocol";
import { hashBytes } from "@veltrix/protocol/fingerprint";
import { compareConfig } from "./compare-config.ts";
import { SECRET_IN_CLEAR } from "./compare-metadata.ts";
import { compareVariables } from "./compare-variables.ts";
import { compareWorkload, type LiveWorkload } from "./compare-workload.ts";
import { draftFor, side } from "./draft.ts";
import type { ExpectedConfigMap, ExpectedService } from "./expected.ts";
import type { ClusterFinding } from "./finding.ts";
import type { ConfigMap } from "./objects.ts";

/** What the cluster holds of one service. */
export interface LiveService {
  readonly config: ConfigMap | undefined;
  readonly variables: ConfigMap | undefined;
  /** ConfigMaps with the service's labels and another name or namespace. */
  readonly strays: readonly ConfigMap[];
  /** Undefined when it is not there, or when the contract names none. */
  readonly workload: LiveWorkload | undefined;
  /** True when an object of that name was there and somebody deleted it while we watched. */
  readonly wasDeleted: (name: string) => boolean;
}

/** Every difference; in sync when there is none. */
export function compareService(expected: ExpectedService, live: LiveService): readonly ClusterFinding[] {
  const { config, variables } = expected;
  const own = live.config === undefined ? undefined : compareConfig(expected, live.config);
  return [
    ...(own === undefined ? [missing(expected, config, live)] : own.findings),
    ...(variables === undefined
      ? []
      : live.variables === undefined
        ? [missing(expected, variables, live)]
        : compareVariables(expected, variables, live.variables, own?.build)),
    ...live.strays.map((stray) => describeStray(expected, stray)),
    ...(expected.workload === undefined ? [] : compareWorkload(expected, expected.workload, live.workload, own?.build)),
  ];
}

function missing(expected: ExpectedService, { metadata, data }: ExpectedConfigMap, live: LiveService): ClusterFinding {
  const draft = draftFor(expected, { kind: "ConfigMap", namespace: metadata.namespace, name: metadata.name }, undefined);
  const hop = live.wasDeleted(metadata.name) ? "edited-in-cluster" : "not-applied";
  return draft({ hop, kind: "object-missing", expected: side(hashBytes(canonicalize(data))) });
}

function describeStray(expected: ExpectedService, stray: ConfigMap): ClusterFinding {
  const { name, namespace = "" } = stray.metadata;
  const draft = draftFor(expected, { kind: "ConfigMap", namespace, name }, stray);
  const isElsewhere = namespace !== expected.namespace;
  const data = { ...stray.data };
  const hasSecret = Object.keys(data).some((key) => Object.hasOwn(expected.secretVariables, key));
  return {
    ...draft({
      hop: "edited-in-cluster",
      kind: "added",
      ...(hasSecret ? {} : { actual: side(hashBytes(canonicalize(data))) }),
      note: hasSecret
        ? SECRET_IN_CLEAR
        : isElsewhere
          ? `${expected.environment} is namespace ${expected.namespace}`
          : "no build has an object of this name",
    }),
  };
}
