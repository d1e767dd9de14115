// The public surface. `./delete` stands beside it: whoever only reads never loads what can write.
export type { LiveWorkload } from "./compare-workload.ts";
export { compareService, type LiveService } from "./compare.ts";
export { type Connection, type ConnectionOptions, openConnection } from "./connection.ts";
export { ClusterError, type ClusterErrorKind } from "./errors.ts";
export { follow, type FollowHandler, type FollowOptions } from "./follow.ts";
export { type DeliveredKind, LiveObjects, type Place, WATCHED_KINDS, type WatchedKind } from "./live.ts";
export { type Kind, pathOf, resources } from "./resources.ts";
export { type Cluster, type Listed, openCluster, type Scope, type WatchEvent, type WatchOptions } from "./read.ts";
export { findDrift } from "./snapshot.ts";
export { type DriftEvent, DriftTracker } from "./tracker.ts";
export { watchDrift, type WatchDriftOptions } from "./watch.ts";
