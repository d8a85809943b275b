import { readFile } from "node:fs/promises";

/** How many tests ended how. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's JSON report, Jest's format, that is counted here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/**
 * Counts vitest's JSON report. A file that failed before any of its tests ran counts as one failed test, and so
 * does a report that is not there: vitest did not come so far as to write it.
 */
export async function readReport(file: string): Promise<Count> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(text) as Report;
  const broken = report.testResults.filter(
    (result) => result.status === "failed" && result.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
