export { defineEmitter, type EmitResult, type Emitter, type GeneratedFile } from "./emitter.ts";
export type {
  Contract,
  Environment,
  JsonSchema,
  Key,
  Model,
  Origin,
  Outputs,
  Policy,
  ResolvedConfig,
  Service,
  Settings,
  Target,
} from "./model.ts";
