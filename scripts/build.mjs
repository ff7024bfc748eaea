import { ensureBuilt } from './lib/build.mjs';
import { orFail } from './lib/fail.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';

/** `npm run build`: dist, with everything that runs from it. */
checkNodeVersion();
await orFail(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
