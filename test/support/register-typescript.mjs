import * as module from 'node:module';
import { load, resolve } from './typescript-hooks.mjs';

/** `node --import ./test/support/register-typescript.mjs file.ts` runs TypeScript from its source. */
if (module.registerHooks) module.registerHooks({ load, resolve });
else module.register('./typescript-hooks.mjs', import.meta.url);
