// What the comparisons of one object share: how a finding about it is written.
import type { ClusterHop, DriftSide, JsonValue } from "@veltrix/protocol";
import type { ClusterFinding, ExpectedService, KubernetesObject, ObjectName } from "@veltrix/protocol/kubernetes";
import { pointerOf, type Step, writerOf } from "./managed-fields.ts";

type What = Pick<ClusterFinding, "kind"> & {
  readonly hop: ClusterHop;
  readonly pointer?: string;
  /** Steps from the top of the object. */
  readonly path?: readonly Step[];
  /** The field by which the API server knows the writer, where it is not `path`. */
  readonly owned?: readonly Step[];
  readonly expected?: DriftSide;
  readonly actual?: DriftSide;
  readonly note?: string;
};

/** Writes findings about one live object. */
export type WriteFinding = (what: What) => ClusterFinding;

/** A writer of findings about `live`; about the object called `name` where there is none. */
export function findingWriter(
  { service, environment }: ExpectedService,
  name: ObjectName,
  live: KubernetesObject | undefined,
): WriteFinding {
  return ({ hop, kind, pointer = "", path, owned = path, expected = {}, actual = {}, note }) => {
    const by = live === undefined || owned === undefined ? undefined : writerOf(live, owned);
    return {
      service,
      environment,
      hop,
      kind,
      pointer,
      expected,
      actual,
      object: name,
      ...(path === undefined ? {} : { field: pointerOf(path) }),
      ...(by === undefined ? {} : { by }),
      ...(note === undefined ? {} : { note }),
    };
  };
}

/** One side of a finding, without members that are not there. */
export function side(hash: string | undefined, value?: JsonValue): DriftSide {
  return { ...(hash === undefined ? {} : { hash }), ...(value === undefined ? {} : { value }) };
}
