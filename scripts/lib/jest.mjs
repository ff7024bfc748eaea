import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInstalled } from './run.mjs';

/** Runs the tests and counts them: `{ passed, failed, skipped }`. */
export async function runJest(args) {
  const folder = await mkdtemp(join(tmpdir(), 'numoon-summary-'));
  const file = join(folder, 'summary.json');
  try {
    // Node looks for ESM support of its vm module in a flag, and warns of it in every worker.
    const flags = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
    const { code } = await runInstalled('jest/bin/jest.js', args, {
      env: {
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${flags}`.trim(),
        NUMOON_TEST_SUMMARY: file,
      },
    });
    return countTests(code, await readFile(file, 'utf8').catch(() => null));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** No summary, or a bad end without a failed test (such as a failed teardown), counts as one failure. */
export function countTests(code, summary) {
  const counts = summary === null ? { passed: 0, failed: 0, skipped: 0 } : JSON.parse(summary);
  if ((summary === null || code !== 0) && counts.failed === 0) counts.failed = 1;
  return counts;
}
