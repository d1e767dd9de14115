export { parityOf, type ParityRow, reportGaps } from "./parity.ts";
