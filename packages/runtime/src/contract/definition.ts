// The seam between generated code and the runtime: the emitter and the runtime hold on to one type.
export type { ServiceDefinition, VariableType } from "@veltrix/protocol";
