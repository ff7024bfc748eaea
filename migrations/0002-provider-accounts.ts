import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/** safe. Which tenant an account at a provider leads to, and what is due to be synced. Names nobody: hashes, ids, times. */
export const providerAccounts: Migration = {
  version: 2,
  name: 'provider-accounts',
  kind: 'safe',
  sql: `
-- Keyed hash of (provider, account): how a webhook finds its tenants.
CREATE TABLE provider_accounts (
  account_hash   bytea NOT NULL,
  tenant_id      text NOT NULL REFERENCES tenants (id),
  integration_id text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  -- when to look next whether the connection still stands, so that one without syncs is not forgotten
  probe_at       timestamptz NOT NULL,
  -- several where the provider speaks of an account under several names
  PRIMARY KEY (integration_id, account_hash)
);
CREATE INDEX provider_accounts_to_probe ON provider_accounts (probe_at);
CREATE INDEX provider_accounts_by_account ON provider_accounts (account_hash);
CREATE INDEX provider_accounts_by_tenant ON provider_accounts (tenant_id);

-- Deliveries that were taken in and acted on: keyed hash of (provider, event id).
CREATE TABLE webhook_events (
  event_hash  bytea PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhook_events_by_age ON webhook_events (received_at);

-- When each is to be synced next. A sweep takes what is due; a lost queue row heals itself.
CREATE TABLE sync_schedule (
  integration_id text PRIMARY KEY,
  tenant_id      text NOT NULL REFERENCES tenants (id),
  -- 'infinity' while it is worked on and nothing new came in
  due_at         timestamptz NOT NULL,
  -- why it is due: what the run will say
  cause          text NOT NULL CHECK (cause IN ('schedule', 'request', 'webhook', 'connect')),
  -- who works on it, and until when nobody else may
  lease_holder   text,
  lease_until    timestamptz,
  -- failures in a row, for waiting longer each time
  failures       integer NOT NULL DEFAULT 0
);
CREATE INDEX sync_schedule_due ON sync_schedule (due_at);
CREATE INDEX sync_schedule_leases ON sync_schedule (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX sync_schedule_by_tenant ON sync_schedule (tenant_id);
`,
};
