export { typescriptEmitter } from "./emitter.ts";
