export { builtSuite, findSuite, SUITE_VERSION } from "./json-schema-suite.ts";
export { type CliOptions, type CliResult, runCli } from "./run-cli.ts";
export { shop } from "./shop.ts";
export { type TemporaryWorkspace, temporaryWorkspace } from "./temporary-workspace.ts";
export { contract, gateway, router, workloads } from "./workloads.ts";
