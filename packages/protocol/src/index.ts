export {
  appendToken,
  canonicalize,
  compareUtf8,
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  NotCanonicalError,
  lastToken,
  memberOf,
  parsePointer,
  valueAt,
} from "./json.ts";
export { findCovering, pointersAbove, holdsObjects, isWithin, type Leaf, leavesOf, type SecretReferences } from "./leaves.ts";
export {
  checkHashesFile,
  CONFIG_FILE,
  type DeliveredHashes,
  type DeliveredPolicy,
  type FingerprintsFile,
  HASHES_FILE,
  type HashesFile,
  type OnDrift,
  type Overrides,
  type ParsedHashes,
  parseHashesFile,
  renderDelivered,
} from "./delivered.ts";
export {
  compareLeaves,
  type DriftFinding,
  type DriftKind,
  driftKinds,
  type DriftReport,
  type DriftSide,
  type FingerprintName,
  hidesValue,
  type LeafDifference,
  MOUNT_DEADLINE_MS,
  SERVER_DEADLINE_MS,
} from "./drift.ts";
export type { SecretDefinition, ServiceDefinition, VariableType } from "./definition.ts";
export {
  type ClusterHop,
  clusterHops,
  type Hop,
  type HopDescription,
  hops,
  mountHops,
  type ProcessHop,
  processHops,
  type Remedy,
} from "./hops.ts";
export { type ConfigProblem, type RuntimeCode, runtimeCodes } from "./codes.ts";
export {
  compareReleases,
  formatReleaseId,
  type InstanceReport,
  parseReleaseId,
  type RejectionCause,
  type ReleaseEvent,
  type ReleaseFile,
  type ReleaseId,
} from "./release.ts";
export { isSecretType, type SecretType, secretTypeExamples } from "./secret-types.ts";
export { type StaleReason, staleReasons } from "./stale.ts";
export { describeViolation, type Validate, type Violation } from "./validation.ts";
export {
  type Bytes,
  type CronExpression,
  type HostPort,
  isUnitName,
  type Milliseconds,
  parseUnit,
  type Port,
  unitExamples,
  type UnitName,
  type UnitTypes,
  type UrlString,
} from "./units.ts";
