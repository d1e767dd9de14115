// Whether the process can read what a volume holds. Another mode alone is no drift: the files are the same.
import { isJsonObject, type JsonObject, type JsonValue } from "@veltrix/protocol";

/** Who reads: what the pod and the container say of the user. */
export interface Reader {
  /** True where the kubelet gives the files to a group that the process is in, and lets that group read. */
  readonly hasGroup: boolean;
  /** True where the process is said not to be root, who owns the files. */
  readonly isOther: boolean;
}

export function readerOf(spec: JsonObject, container: JsonObject): Reader {
  const [pod, own] = [contextOf(spec), contextOf(container)];
  const user = own["runAsUser"] ?? pod["runAsUser"];
  const isNonRoot = (own["runAsNonRoot"] ?? pod["runAsNonRoot"]) === true;
  return { hasGroup: typeof pod["fsGroup"] === "number", isOther: typeof user === "number" ? user !== 0 : isNonRoot };
}

function contextOf(of: JsonObject): JsonObject {
  const context = of["securityContext"];
  return isJsonObject(context) ? context : {};
}

const ANY = 0o444;
const OTHERS = 0o004;

/** True where files of `mode` cannot be read: by nobody at all, or by a process that is neither their owner nor in their group. */
export function isUnreadable(mode: JsonValue | undefined, { hasGroup, isOther }: Reader): boolean {
  if (typeof mode !== "number" || hasGroup) return false;
  return (mode & ANY) === 0 || (isOther && (mode & OTHERS) === 0);
}
