// What a file under schemas/ may cost. Generous for configuration, small for an attack.

/** Bytes of one file. */
export const MAX_FILE_BYTES: number = 2 * 1024 * 1024;
/** Nesting of one document. */
export const MAX_DEPTH = 64;
/** Values (scalars, lists, objects) of one document. */
export const MAX_NODES = 100_000;
/** Nodes of one contract after its references are followed. */
export const MAX_LINKED_NODES = 50_000;
/** Files that `workloads` may name. */
export const MAX_MANIFESTS = 2_000;
/** Bytes of a stream of manifests that is given to a command. */
export const MAX_STREAM_BYTES: number = 16 * 1024 * 1024;
