// The public surface. `./delete` stands beside it: whoever only reads never loads what can write.
export { type Connection, type ConnectionOptions, openConnection } from "./connection.ts";
export { ClusterError, type ClusterErrorKind } from "./errors.ts";
export type * from "./objects.ts";
export { type Cluster, type Listed, openCluster, type Scope, type WatchEvent, type WatchOptions } from "./read.ts";
