import { ensureBuilt } from './lib/build.mjs';
import { becomeProgram } from './lib/entry.mjs';
import { orFail } from './lib/fail.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';

/** `npm start`: from a fresh clone to a running NuMoon. */
checkNodeVersion();
await orFail(async () => {
  await ensureInstalled();
  await ensureBuilt();
  await becomeProgram('src/entry/main.js', process.argv.slice(2));
});
