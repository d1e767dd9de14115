// What services, generated code and the CLI import.
export type { Clock } from "./clock.ts";
export type { ServiceDefinition, VariableType } from "./definition.ts";
export { ConfigError, EXIT_CONFIG } from "./error.ts";
export type { ComparedFiles } from "./compare.ts";
export { compareDelivered, readDelivered } from "./tools.ts";
export type { DeliveredFiles } from "./sources/delivered.ts";
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
} from "./types.ts";
export type { Live, Secret } from "./view.ts";
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
