import { existsSync } from 'node:fs';
import { compile, ensureBuilt } from './lib/build.mjs';
import { becomeProgram } from './lib/entry.mjs';
import { Failure, orFail } from './lib/fail.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { withProgress } from './lib/progress.mjs';
import { inProject } from './lib/project.mjs';

const PROJECT = 'tsconfig.bench.json';

/** `npm run bench`: the benchmarks, on what the build would ship. */
checkNodeVersion();
await orFail(async () => {
  await ensureInstalled();
  if (!existsSync(inProject(PROJECT))) {
    throw new Failure(`There is no ${PROJECT}, so there are no benchmarks to build.`);
  }
  await ensureBuilt();
  await withProgress('Building the benchmarks', () => compile(PROJECT));
  await becomeProgram('bench/run.js', process.argv.slice(2));
});
