import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/**
 * safe. Connected accounts and the way there. Tokens are in the secret store, never here; what the
 * provider or a person said is sealed.
 */
export const integrations: Migration = {
  version: 2,
  name: 'integrations',
  kind: 'safe',
  sql: `
CREATE TABLE integrations (
  id            text PRIMARY KEY,
  -- a folder's name in src/connectors
  provider      text NOT NULL,
  status        text NOT NULL CHECK (status IN ('connecting', 'active', 'reconnect', 'revoked', 'disconnected')),
  -- what the provider's consent page needs: {shop}
  params        sealed,
  -- src/connectors/kit/account.ts; null until connected
  account       sealed,
  -- keyed hash of provider and account id: an account is connected once
  account_hash  bytea,
  -- made-up data (a test mode)
  test          boolean NOT NULL DEFAULT false,
  created_at    timestamptz NOT NULL DEFAULT now(),
  connected_at  timestamptz,
  -- when a sync last ended well
  last_synced_at timestamptz,
  -- a copy of the catalog's schedule, for showing
  next_sync_at  timestamptz,
  -- why it does not go on, or why the last sync failed: an error code
  problem       text,
  problem_at    timestamptz,
  -- what the provider itself says is wrong with the numbers: QualityFlag of src/connectors/kit/stream.ts
  quality       text[] NOT NULL DEFAULT '{}',
  -- scopes that were asked for and not given
  missing_scopes text[] NOT NULL DEFAULT '{}',
  -- when somebody here ended it, and the id they were given as proof that they asked
  disconnected_at timestamptz,
  receipt       text,
  params_key    integer GENERATED ALWAYS AS (get_byte(params, 2) * 256 + get_byte(params, 3)) STORED REFERENCES data_keys,
  account_key   integer GENERATED ALWAYS AS (get_byte(account, 2) * 256 + get_byte(account, 3)) STORED REFERENCES data_keys
);
CREATE UNIQUE INDEX integrations_by_account ON integrations (account_hash) WHERE account_hash IS NOT NULL;
CREATE INDEX integrations_by_creation ON integrations (created_at, id);

-- Ways to the provider's consent page and back. One use, ten minutes.
CREATE TABLE connection_attempts (
  id             text PRIMARY KEY,
  integration_id text NOT NULL REFERENCES integrations (id) ON DELETE CASCADE,
  -- SHA-256 of the link's token; of the state the provider gives back; of the browser's cookie
  link_hash      bytea NOT NULL UNIQUE,
  state_hash     bytea UNIQUE,
  browser_hash   bytea,
  stage          text NOT NULL CHECK (stage IN ('offered', 'forwarded', 'exchanging', 'choosing', 'connected', 'failed')),
  -- the code of what went wrong
  outcome        text,
  -- what must be remembered until the answer: the PKCE verifier, the accounts to choose from
  memory         sealed,
  expires_at     timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  memory_key     integer GENERATED ALWAYS AS (get_byte(memory, 2) * 256 + get_byte(memory, 3)) STORED REFERENCES data_keys
);
CREATE INDEX connection_attempts_by_integration ON connection_attempts (integration_id);
CREATE INDEX connection_attempts_by_end ON connection_attempts (expires_at);
`,
};
