// What services, generated code and the CLI import.
export type { Clock } from "./machine/clock.ts";
export type { ServiceDefinition, VariableType } from "./contract/definition.ts";
export { ConfigError, EXIT_CONFIG } from "./contract/config-error.ts";
export type { ComparedFiles } from "./drift/compare-delivered.ts";
export { compareDelivered, readDelivered } from "./delivered-files.ts";
export type { DeliveredFiles } from "./sources/dir/delivered-files.ts";
export { defineService } from "./service.ts";
export type { HeldFrom } from "./sources/source.ts";
export type {
  ConfigCounters,
  ConfigEvents,
  ConfigStatus,
  LoadedConfig,
  LoadOptions,
  Logger,
  Override,
  RejectedEvent,
  ReloadEvent,
  RestartRequiredEvent,
  ServiceAccess,
  Snapshot,
  SourceName,
  StaleEvent,
  StalePolicy,
  StaleReason,
  TestOptions,
  Variables,
} from "./view/types.ts";
export type { Live, Secret } from "./view/view.ts";
export type {
  Bytes,
  ConfigProblem,
  CronExpression,
  DriftFinding,
  DriftReport,
  HostPort,
  Milliseconds,
  Port,
  ReleaseId,
  UnitName,
  UnitTypes,
  UrlString,
} from "@veltrix/protocol";
