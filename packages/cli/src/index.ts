export { main, runProcess } from "./main.ts";
export type { Io } from "./io.ts";
