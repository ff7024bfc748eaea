import { ensureBuilt } from './lib/build.mjs';
import { orFail } from './lib/fail.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';
import { superviseProgram } from './lib/supervise.mjs';

/** `npm start`: from a fresh clone to a running NuMoon, which is started again when it dies. */
checkNodeVersion();
await orFail(async () => {
  await ensureInstalled();
  await ensureBuilt();
  await superviseProgram('src/entry/main.js', process.argv.slice(2));
});
