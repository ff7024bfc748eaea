import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/**
 * safe. What every tenant's own database (or schema) starts with. Names are unqualified: the
 * search_path of the connection decides the schema, so the same text serves both isolations.
 */
export const baseline: Migration = {
  version: 1,
  name: 'baseline',
  kind: 'safe',
  sql: `
CREATE TABLE organization (
  -- One row: the tenant itself.
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  tenant_id  text NOT NULL,
  name       text NOT NULL,
  slug       text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE members (
  id                  text PRIMARY KEY,
  name                text NOT NULL,
  email               text NOT NULL UNIQUE,
  role                text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst')),
  -- null until an invitation is accepted
  password_hash       text,
  password_changed_at timestamptz,
  created_at          timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE invitations (
  token_hash bytea PRIMARY KEY,
  member_id  text NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE password_resets (
  token_hash bytea PRIMARY KEY,
  member_id  text NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  id         text PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  member_id  text NOT NULL REFERENCES members (id) ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_by_member ON sessions (member_id);

CREATE TABLE api_keys (
  id         text PRIMARY KEY,
  name       text NOT NULL,
  role       text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst')),
  key_hash   bytea NOT NULL UNIQUE,
  -- the last four characters, for people to tell their keys apart
  hint       text NOT NULL,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE audit_events (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_id   text,
  action     text NOT NULL,
  target_id  text,
  request_id text,
  details    jsonb NOT NULL DEFAULT '{}'
);

-- Answers to POST calls with an Idempotency-Key, sealed as in the catalog, kept beside the data
-- they speak of.
CREATE TABLE sealed_responses (
  key_hash    bytea PRIMARY KEY,
  fingerprint bytea NOT NULL,
  status      integer,
  sealed      bytea,
  holder      text NOT NULL,
  lease_until timestamptz NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sealed_responses_by_age ON sealed_responses (created_at);
`,
};
