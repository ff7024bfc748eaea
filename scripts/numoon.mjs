#!/usr/bin/env node
import { ensureBuilt } from './lib/build.mjs';
import { becomeProgram } from './lib/entry.mjs';
import { orFail } from './lib/fail.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { checkNodeVersion } from './lib/node-version.mjs';

/** `npx numoon ...`: the admin CLI. Says nothing of its own, so that output can be piped. */
checkNodeVersion();
await orFail(async () => {
  await ensureInstalled({ quiet: true });
  await ensureBuilt({ quiet: true });
  await becomeProgram('src/entry/cli/main.js', process.argv.slice(2));
});
