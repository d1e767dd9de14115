// What services, generated code and the CLI import.
export type { Clock } from "./machine/clock.ts";
export type { ServiceDefinition, VariableType } from "./contract/definition.ts";
export { ConfigError, EXIT_CONFIG } from "./contract/config-error.ts";
export type { ComparedFiles } from "./drift/compare-delivered.ts";
export { compareDelivered, readDelivered } from "./delivered-files.ts";
export type { DeliveredFiles } from "./sources/dir/delivered-files.ts";
export { defineValidator, type Validator } from "@veltrix/protocol/engine";
export { defineService } from "./service.ts";
export type { HeldFrom } from "./sources/source.ts";
export type { ConfigEvents, Logger, RejectedEvent, ReloadEvent, RestartRequiredEvent, StaleEvent } from "./held/events.ts";
export type { LoadedConfig } from "./held/loaded-config.ts";
export type { ConfigCounters, ConfigStatus, Override, StalePolicy } from "./held/status.ts";
export type { Variables } from "./machine/variables.ts";
export type { ServiceAccess } from "./service.ts";
export type { SourceName } from "./sources/table.ts";
export type { TestOptions } from "./start/create-test-config.ts";
export type { LoadOptions } from "./start/load-options.ts";
export type { Live } from "./view/live.ts";
export type { Secret } from "./view/secret.ts";
export type { Snapshot } from "./view/snapshot.ts";
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
  StaleReason,
  UnitName,
  UnitTypes,
  UrlString,
} from "@veltrix/protocol";
