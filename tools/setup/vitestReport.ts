import { readFile } from "node:fs/promises";

/** How many tests ended how. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** A run's count, and the names of the tests that were skipped, each of which says why. */
export interface Outcome extends Count {
  skippedTests: readonly string[];
}

/** The part of vitest's JSON report, Jest's format, that is counted here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
}

/**
 * Counts vitest's JSON report. A file that failed before any of its tests ran counts as one failed test, and so
 * does a report that is not there: vitest did not come so far as to write it.
 */
export async function readReport(file: string): Promise<Outcome> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0, skippedTests: [] };
  const report = JSON.parse(text) as Report;
  const broken = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    skippedTests: report.testResults
      .flatMap((result) => result.assertionResults)
      .filter((test) => !["passed", "failed"].includes(test.status))
      .map((test) => test.fullName),
  };
}
