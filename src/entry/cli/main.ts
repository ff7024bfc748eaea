import { runCli } from './run-cli.js';

/** `numoon ...`: imported by `scripts/numoon.mjs`, so it runs on import. */
await runCli();
