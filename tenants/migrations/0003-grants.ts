import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/** safe. What is known of each integration's tokens without knowing them: they lie in the secret store. */
export const grants: Migration = {
  version: 3,
  name: 'grants',
  kind: 'safe',
  sql: `
CREATE TABLE grants (
  integration_id     text PRIMARY KEY REFERENCES integrations (id) ON DELETE CASCADE,
  -- counts the pairs of tokens; only ever grows
  version            integer NOT NULL CHECK (version > 0),
  -- which object of the secret store holds this version: random, so that no two writers share one
  pair               text NOT NULL,
  issued_at          timestamptz NOT NULL DEFAULT now(),
  expires_at         timestamptz NOT NULL,
  refresh_expires_at timestamptz,
  -- The mark written before a refresh is asked for: the pair it will be kept as, and until when nobody
  -- else may try. What is found here after a crash says where to look for the answer.
  attempt            text,
  attempt_until      timestamptz,
  -- since when it is not known whether the stored refresh token was used up; null: it was not
  unsure_since       timestamptz,
  -- refreshes that failed in a row, and when the next may be tried
  failures           integer NOT NULL DEFAULT 0,
  retry_at           timestamptz,
  CHECK ((attempt IS NULL) = (attempt_until IS NULL))
);
`,
};
