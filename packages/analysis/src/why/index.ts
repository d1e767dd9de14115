export { type SourceLine, type Trace, type TracedDeclaration, type TracedHop, type TracedLayer, Tracer } from "./trace.ts";
