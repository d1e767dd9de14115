export { build, type BuildOptions, type BuildResult } from "./build.ts";
export type { Compilation } from "./compilation.ts";
export { compile, type CompileOptions } from "./compile.ts";
export { deliveredHashes, hashesFileOf } from "./delivered.ts";
export { defineEmitter, emitAll, type Emitter, GENERATED_MARK, type GeneratedFile, type PutFile } from "./emitter.ts";
export { type EmitterOptions, optionsOf, outputNames } from "./check/emitter-options.ts";
export { DiskHost } from "./host/disk-host.ts";
export { type FileRead, type FolderEntry, type FolderRead, HostRefusal, type ReadHost, type WriteHost } from "./host/host.ts";
export { MemoryHost } from "./host/memory-host.ts";
export { mapSchema } from "./link/derive.ts";
export type { Annotation } from "./link/keywords.ts";
export { subschemasOf, withAllOf } from "./link/schema.ts";
export type {
  Contract,
  Environment,
  JsonSchema,
  Key,
  KeyUse,
  ManifestFile,
  Model,
  Origin,
  OverriddenLayer,
  Outputs,
  Policy,
  ResolvedConfig,
  SecretKeys,
  Service,
  Settings,
  Workloads,
  WorkloadSettings,
} from "./model.ts";
export { type Document, Reference, SecretReference } from "./read/document.ts";
export { MAX_FILE_BYTES, MAX_STREAM_BYTES } from "./read/limits.ts";
export { ACKNOWLEDGED_FILE, SCHEMAS, SETTINGS_FILE } from "./read/paths.ts";
export { OUTPUTS } from "./read/settings.ts";
export { isServiceId } from "./read/tags.ts";
export { type Manifests, parseManifestFile } from "./read/workloads.ts";
export { originOf } from "./origin.ts";
