import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/** safe. Work that failed and is tried again, each time later; and what holds it up. Ids, codes and times. */
export const deletion: Migration = {
  version: 5,
  name: 'deletion',
  kind: 'safe',
  sql: `
CREATE TABLE retries (
  work      text NOT NULL CHECK (work IN
              ('purge', 'undo-signup', 'discard-place', 'drop-half-dropped', 'rotate-keys', 'rotate-login')),
  -- a tenant's id, also one to be; of a half-dropped database: its name
  subject   text NOT NULL CHECK (octet_length(subject) <= 100),
  -- failures in a row, for waiting longer each time
  failures  integer NOT NULL,
  -- not before then, unless an administrator asks
  due_at    timestamptz NOT NULL,
  since     timestamptz NOT NULL DEFAULT now(),
  -- the code of the last failure, and the step that failed where it has steps
  code      text NOT NULL CHECK (octet_length(code) <= 100),
  step      text CHECK (octet_length(step) <= 100),
  -- [{kind, database, statement}]: what is in the way on the server, and what ends it
  held_up   jsonb NOT NULL DEFAULT '[]' CHECK (octet_length(held_up::text) <= 200000),
  PRIMARY KEY (work, subject)
);

-- While a purge goes on: the numbers that PostgreSQL knows the tenant's roles by. What they own and were granted
-- is recorded under these, and could still be found under them when the names are gone.
ALTER TABLE closures ADD COLUMN role_oids bigint[] CHECK (octet_length(role_oids::text) <= 10000);
`,
};
