export { proofEmitter } from "./prove-model.ts";
export { knownFaults, loadSecondJudge, type SecondJudge } from "./second-judge.ts";
