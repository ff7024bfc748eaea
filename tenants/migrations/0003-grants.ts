import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/** safe. What is known of each integration's tokens without knowing them: they lie in the secret store. */
export const grants: Migration = {
  version: 3,
  name: 'grants',
  kind: 'safe',
  sql: `
CREATE TABLE grants (
  integration_id     text PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  -- counts the pairs of tokens; the secret store's object says which one it is
  version            integer NOT NULL,
  expires_at         timestamptz,
  refresh_expires_at timestamptz,
  scopes             text[] NOT NULL DEFAULT '{}',
  -- The mark written before a refresh is asked for, and who holds it until when: what is found here
  -- after a crash says that the stored token may already be used up.
  refreshing_version integer,
  refreshing_by      text,
  refreshing_until   timestamptz,
  -- answers lost in a row
  replays            integer NOT NULL DEFAULT 0
);
`,
};
