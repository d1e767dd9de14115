export { compareContracts, type ContractChange } from "./contracts.ts";
export { findDeletions } from "./deletions.ts";
export { diffEnvironments, type ServiceDifference } from "./environments.ts";
export { countBreaking, diffRevisions, isDifferent, onlyIn, type RevisionDifference, type ServiceChange } from "./revisions.ts";
export { compareConfigs, type ComparedConfig, type KeyDifference } from "./values.ts";
