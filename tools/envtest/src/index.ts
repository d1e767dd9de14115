export { ApiServer, type User } from "./api-server.ts";
export { type Assets, findAssets, type Skipped } from "./assets.ts";
