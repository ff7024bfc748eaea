import { ensureBuilt } from './lib/build.mjs';
import { Failure } from './lib/fail.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { runJest } from './lib/jest.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { runInstalled } from './lib/run.mjs';

/** `npm test`: every check and every test. The last line is the result; arguments go to jest. */
checkNodeVersion();
const total = { passed: 0, failed: 0, skipped: 0 };

if (await step('Install', () => succeeds(() => ensureInstalled()))) {
  await check('Types', () => tool('typescript/bin/tsc', '-p', 'tsconfig.json'));
  await check('Lint', () => tool('oxlint/bin/oxlint'));
  await check('Format', () => tool('prettier/bin/prettier.cjs', '--check', '.'));
  await check('Build', () => succeeds(() => ensureBuilt()));
  await step('Tests', async () => {
    const counts = await runJest(process.argv.slice(2));
    for (const key of Object.keys(total)) total[key] += counts[key];
  });
} else {
  total.failed += 1;
}

process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(
  `\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`,
);

async function check(title, work) {
  total[(await step(title, work)) ? 'passed' : 'failed'] += 1;
}

async function step(title, work) {
  process.stdout.write(`\n== ${title}\n`);
  const startedAt = Date.now();
  const result = await work();
  const outcome = result === false ? 'FAILED' : 'done';
  process.stdout.write(
    `== ${title}: ${outcome} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
  return result;
}

async function tool(file, ...args) {
  return (await runInstalled(file, args)).code === 0;
}

async function succeeds(work) {
  try {
    await work();
    return true;
  } catch (error) {
    process.stdout.write(`${error instanceof Failure ? error.message : error.stack}\n`);
    return false;
  }
}
