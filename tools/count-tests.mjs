// Prints "<passed> <failed> <skipped>" of a vitest JSON report. On stderr, everything that was skipped, by file. Fails
// when nothing ran, or when a package passed fewer tests than tools/expected-tests.json expects of it.
//   node tools/count-tests.mjs REPORT COLUMN           compares; COLUMN is with-api-server or without-api-server
//   node tools/count-tests.mjs REPORT COLUMN --write   takes the counts of the report as those to expect
import { readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const [reportFile, column, ...options] = process.argv.slice(2);
const root = fileURLToPath(new URL("..", import.meta.url));
const expectedFile = fileURLToPath(new URL("expected-tests.json", import.meta.url));
const report = JSON.parse(readFileSync(reportFile, "utf8"));

const passed = {};
for (const { name, assertionResults } of report.testResults) {
  const path = relative(root, name);
  const owner = /^(?:packages\/examples|packages|tools)\/[^/]+/.exec(path)?.[0] ?? "elsewhere";
  passed[owner] = (passed[owner] ?? 0) + assertionResults.filter(({ status }) => status === "passed").length;
  const skipped = assertionResults.filter(({ status }) => status !== "passed" && status !== "failed");
  if (skipped.length > 0) console.error(`skipped: ${path}: ${skipped.map(({ fullName }) => fullName.trim()).join("; ")}`);
}
if (report.numPassedTests === 0) fail("no test ran");

const expectedByColumn = JSON.parse(readFileSync(expectedFile, "utf8"));
if (options.includes("--write")) {
  const sorted = Object.fromEntries(Object.entries(passed).sort(([one], [other]) => (one < other ? -1 : 1)));
  writeFileSync(expectedFile, `${JSON.stringify({ ...expectedByColumn, [column]: sorted }, undefined, 2)}\n`);
} else {
  const expected = expectedByColumn[column];
  if (expected === undefined) throw new Error(`tools/expected-tests.json has no ${column}`);
  const short = Object.entries(expected).filter(([owner, count]) => (passed[owner] ?? 0) < count);
  for (const [owner, count] of short) console.error(`too few tests: ${owner} passed ${passed[owner] ?? 0}, expected ${count} (${column})`);
  if (short.length > 0) fail("fewer tests passed than tools/expected-tests.json expects");
}

// A file that could not even be loaded has no tests of its own.
const unloaded = report.testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0).length;
const skipped = report.testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(({ status }) => status !== "passed" && status !== "failed");
console.log(`${report.numPassedTests} ${report.numFailedTests + unloaded} ${skipped.length}`);

function fail(reason) {
  console.error(reason);
  process.exitCode = 1;
}
