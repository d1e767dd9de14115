// Prints "<passed> <failed> <skipped>" of a vitest JSON report; names what was skipped; fails when nothing ran.
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2], "utf8"));
const skipped = report.testResults.flatMap((file) =>
  file.assertionResults.filter(({ status }) => status !== "passed" && status !== "failed"),
);
for (const { fullName } of skipped.slice(0, 30)) console.error(`skipped: ${fullName}`);
if (skipped.length > 30) console.error(`skipped: and ${skipped.length - 30} more`);
// A file that could not even be loaded has no tests of its own.
const unloaded = report.testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0).length;
if (report.numPassedTests === 0) process.exit(1);
console.log(`${report.numPassedTests} ${report.numFailedTests + unloaded} ${skipped.length}`);
