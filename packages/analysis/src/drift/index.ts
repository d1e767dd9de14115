export { type Acknowledged, type KnownNames, readAcknowledged } from "./acknowledged-file.ts";
export { type Acknowledgement, findAcknowledgement } from "./acknowledgement.ts";
export { declaredIn } from "./declared-in.ts";
export { type ExpiredAcknowledgement, type JudgedFinding, judgeFinding, judgeFindings, type DriftScope, type Verdict } from "./judge.ts";
export { compareMount, type Mount } from "./mount.ts";
export { type NextStep, nextSteps, remedyFor } from "./next-steps.ts";
