export { builtNames } from "./built-names.ts";
export { readInstances, type ReadInstances } from "./instances.ts";
export {
  type Holder,
  type HoldingInstance,
  type JudgedObject,
  type LiveConfigMap,
  planPrune,
  type PruneInput,
  type PrunePlan,
  type RollbackWindow,
} from "./plan.ts";
