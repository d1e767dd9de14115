export { main, runProcess } from "./main.ts";
export type { Io } from "./io.ts";
export { expectedServices } from "./drift/expected.ts";
