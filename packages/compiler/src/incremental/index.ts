export { type BuildSize, findLastBuild, LAST_BUILD, type LastBuild, writer } from "./last-build.ts";
export { RecordingHost } from "./recording-host.ts";
export { type EndedBuild, saveLastBuild } from "./save-last-build.ts";
