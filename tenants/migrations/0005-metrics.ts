import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/** safe. The metric store. */
export const metrics: Migration = {
  version: 5,
  name: 'metrics',
  kind: 'safe',
  sql: `
SELECT 1;
`,
};
