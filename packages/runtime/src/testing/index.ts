// For tests within this repository; not part of what is published.
export { type ConfigService, releaseOf, startConfigService } from "./config-service.ts";
export { hashesOf, secretReferences, values, withValue } from "./gateway.ts";
export { describeConfigService, type ServiceUnderTest } from "./service-contract.ts";
export { VirtualClock } from "./virtual-clock.ts";
