import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/**
 * safe. The control plane's own database: ids, placements, states and deadlines, and keyed hashes
 * that point to a tenant. No personal and no business data: an e-mail address, a slug or an
 * organisation's name is here only as HMAC-SHA-256 under a key that is not in this database.
 */
export const catalog: Migration = {
  version: 1,
  name: 'catalog',
  kind: 'safe',
  sql: `
-- One row: this installation. Its root key lies in the secret store; the row says which one it is, so
-- that a lost or foreign key is noticed before anything is hashed or sealed with it.
CREATE TABLE installation (
  only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  id          text NOT NULL DEFAULT 'nmi_' || replace(gen_random_uuid()::text, '-', ''),
  root_key_id text,
  created_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE servers (
  id         text PRIMARY KEY,
  status     text NOT NULL CHECK (status IN ('open', 'draining')),
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO servers (id, status) VALUES ('primary', 'open');

CREATE TABLE tenants (
  id                text PRIMARY KEY CHECK (id ~ '^tnt_[a-z0-9]{20}$'),
  status            text NOT NULL CHECK (status IN
                      ('requested', 'provisioning', 'active', 'suspended', 'failed', 'closing', 'purging', 'purged')),
  isolation         text NOT NULL CHECK (isolation IN ('database', 'schema')),
  region            text NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  status_changed_at timestamptz NOT NULL DEFAULT now(),
  -- Who is working on an unfinished move, and until when nobody else may take it over.
  lease_holder      text,
  lease_until       timestamptz
);
CREATE INDEX tenants_by_status ON tenants (status, id);

CREATE TABLE placements (
  tenant_id      text PRIMARY KEY REFERENCES tenants (id),
  server_id      text NOT NULL REFERENCES servers (id),
  isolation      text NOT NULL CHECK (isolation IN ('database', 'schema')),
  database_name  text NOT NULL,
  schema_name    text NOT NULL,
  owner_role     text NOT NULL,
  login_role     text NOT NULL UNIQUE,
  -- the login role's password, sealed under a key made from the root key
  login_sealed   bytea NOT NULL,
  schema_version integer NOT NULL
);

-- Databases and schemas made ahead of time, each with the id of the tenant it will become, so that
-- its secrets already lie under that tenant's path when it is claimed.
CREATE TABLE ready_placements (
  tenant_id      text PRIMARY KEY CHECK (tenant_id ~ '^tnt_[a-z0-9]{20}$'),
  state          text NOT NULL CHECK (state IN ('preparing', 'ready', 'discarding')),
  server_id      text NOT NULL REFERENCES servers (id),
  isolation      text NOT NULL CHECK (isolation IN ('database', 'schema')),
  database_name  text NOT NULL,
  schema_name    text NOT NULL,
  owner_role     text NOT NULL,
  login_role     text NOT NULL UNIQUE,
  login_sealed   bytea NOT NULL,
  schema_version integer NOT NULL,
  lease_until    timestamptz NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ready_placements_to_claim ON ready_placements (isolation, created_at) WHERE state = 'ready';

CREATE TABLE sign_ins (
  email_hash bytea NOT NULL,
  tenant_id  text NOT NULL REFERENCES tenants (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (email_hash, tenant_id)
);
CREATE INDEX sign_ins_by_tenant ON sign_ins (tenant_id);

CREATE TABLE slugs (
  slug_hash bytea PRIMARY KEY,
  tenant_id text NOT NULL REFERENCES tenants (id)
);
CREATE INDEX slugs_by_tenant ON slugs (tenant_id);

CREATE TABLE deadlines (
  id         text PRIMARY KEY,
  tenant_id  text NOT NULL REFERENCES tenants (id),
  kind       text NOT NULL CHECK (kind IN ('purge')),
  due_at     timestamptz NOT NULL,
  met_at     timestamptz,
  dropped_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deadlines_open ON deadlines (due_at) WHERE met_at IS NULL AND dropped_at IS NULL;
CREATE UNIQUE INDEX deadlines_one_open ON deadlines (tenant_id, kind) WHERE met_at IS NULL AND dropped_at IS NULL;

CREATE TABLE closures (
  id           text PRIMARY KEY,
  tenant_id    text NOT NULL REFERENCES tenants (id),
  status       text NOT NULL CHECK (status IN ('grace', 'cancelled', 'purging', 'purged')),
  requested_by text NOT NULL CHECK (requested_by IN ('owner', 'administrator')),
  requested_at timestamptz NOT NULL DEFAULT now(),
  purge_at     timestamptz NOT NULL,
  cancelled_at timestamptz,
  purged_at    timestamptz,
  -- [{step, at}]: what was done, in order; ids only.
  steps        jsonb NOT NULL DEFAULT '[]',
  -- [{where, found}]: what the search after the purge looked at and found.
  evidence     jsonb
);
CREATE UNIQUE INDEX closures_one_open ON closures (tenant_id) WHERE status IN ('grace', 'purging');

-- Rotations of tenants' data keys that are not over: 'running' until everything is sealed under the new
-- key, then 'settling' until nobody can still hold a value under the old one.
CREATE TABLE key_rotations (
  tenant_id      text PRIMARY KEY REFERENCES tenants (id),
  state          text NOT NULL CHECK (state IN ('running', 'settling')),
  -- the data key that everything is being sealed under; null until it is made
  target         integer,
  lease_holder   text,
  lease_until    timestamptz,
  started_at     timestamptz NOT NULL DEFAULT now(),
  reencrypted_at timestamptz
);

-- Changes of tenants' login roles that are not over: both roles exist, the placement names one of them.
CREATE TABLE login_rotations (
  tenant_id  text PRIMARY KEY REFERENCES tenants (id),
  old_role   text NOT NULL,
  new_role   text NOT NULL UNIQUE,
  new_sealed bytea NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now()
);

-- Answers to POST calls with an Idempotency-Key, sealed under a key made from that very
-- Idempotency-Key, which is not stored: only who sends it again can open the answer. One that tells of
-- a tenant is sealed under that tenant's key too, and goes with it.
CREATE TABLE sealed_responses (
  key_hash    bytea PRIMARY KEY,
  fingerprint bytea NOT NULL,
  status      integer,
  sealed      bytea,
  tenant_id   text,
  holder      text NOT NULL,
  lease_until timestamptz NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sealed_responses_by_age ON sealed_responses (created_at);
CREATE INDEX sealed_responses_by_tenant ON sealed_responses (tenant_id);

CREATE TABLE signup_invitations (
  code_hash  bytea PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);

-- Counts of attempts under keyed hashes, for limits that must survive a restart.
CREATE TABLE rate_limits (
  key    text COLLATE "C" PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX rate_limits_expire ON rate_limits (expire);

-- What administrators did: ids and verbs, no content.
CREATE TABLE admin_events (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  action     text NOT NULL,
  tenant_id  text,
  request_id text
);
`,
};
