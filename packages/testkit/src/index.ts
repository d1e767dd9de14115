export { type CliOptions, type CliResult, runCli } from "./run-cli.ts";
export { type TemporaryWorkspace, temporaryWorkspace } from "./temporary-workspace.ts";
