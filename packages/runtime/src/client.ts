// For programs that talk to the config service themselves: tools, dashboards, tests of a server. A service
// needs none of this: it sets VELTRIX_SOURCE=server.
export { Backoff, parseRetryAfter } from "./server/backoff.ts";
export { type ClientOptions, ConfigServiceClient, type Limits, TokenError } from "./server/client.ts";
export { EventParser, type StreamItem } from "./server/events.ts";
export { type Expected, type ReadRelease, readRelease } from "./server/release.ts";
export type { Answer, Handlers } from "./server/request.ts";
export { ReleaseStream, type StreamOptions } from "./server/watch.ts";
