// For tests within this repository; not part of what is published.
export { buildWorkspace, type Ended, patient, removeWorkspace, type RunOptions, runService, whenChecked } from "./child.ts";
export { type ConfigService, releaseOf, startConfigService } from "./config-service.ts";
export { findFreePort } from "./free-port.ts";
export { hashesOf, secretReferences, values, withValue } from "./gateway.ts";
export { type Mount, mountGateway } from "./mount.ts";
export { describeConfigService, type ServiceUnderTest } from "./service-contract.ts";
export { LeapingClock, VirtualClock } from "./virtual-clock.ts";
