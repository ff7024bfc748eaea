import { writeFileSync } from 'node:fs';

/** Writes the counts of a run as JSON to the file that NUMOON_TEST_SUMMARY names, for `npm test`. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.NUMOON_TEST_SUMMARY;
    if (!file) return;
    const summary = {
      passed: results.numPassedTests,
      // A test file that does not even load has no failed tests, only itself.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    writeFileSync(file, JSON.stringify(summary));
  }
}
