// Lets Node.js 20 run this repository's TypeScript as it stands: types are taken out file by file.
import { register } from "node:module";

register("./hooks.mjs", import.meta.url);
