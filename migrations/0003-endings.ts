import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/** safe. Which syncs are ended for good, so that what a crash or an outage left of that is done without being asked for. */
export const endings: Migration = {
  version: 3,
  name: 'endings',
  kind: 'safe',
  sql: `
-- Somebody disconnected it. The row stays until nothing of it is left to end, whoever else would take it out.
ALTER TABLE sync_schedule ADD COLUMN ending boolean NOT NULL DEFAULT false;
`,
};
