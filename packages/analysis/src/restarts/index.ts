export { type KeyReason, type Restart, type RestartReason, restartsOf, type ServicePair } from "./restarts.ts";
