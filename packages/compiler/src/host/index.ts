export { DiskHost } from "./disk-host.ts";
export { type FileRead, type FolderEntry, HostRefusal, type ReadHost, type WriteHost } from "./host.ts";
