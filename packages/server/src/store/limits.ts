// What a store takes, the same on every engine: etcd's own limits (128 operations, 1.5 MiB) leave room for ours beside them.

/** Puts and deletes of one commit, and as many comparisons. */
export const MOST_OPERATIONS = 100;

/** Bytes of all keys and values of one commit. */
export const LARGEST_COMMIT: number = 512 * 1024;

/** Bytes of one blob. */
export const LARGEST_BLOB: number = 1024 * 1024;
