// For programs that talk to the config service themselves: tools, dashboards, tests of a server. A service
// needs none of this: it sets VELTRIX_SOURCE=server.
export { Backoff, parseRetryAfter } from "./machine/backoff.ts";
export { type ClientOptions, ConfigServiceClient, type Limits, TokenError } from "./sources/server/client.ts";
export { EventParser, type StreamItem } from "./sources/server/event-parser.ts";
export { type Expected, type ReadRelease, readRelease } from "./sources/server/read-release.ts";
export type { Answer, Handlers } from "./sources/server/request.ts";
export { ReleaseStream, type StreamOptions } from "./sources/server/release-stream.ts";
