import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/**
 * safe. An upper length for everything that could be of any length, as in `tenants/migrations/0006-sizes.ts`, and what
 * is known of how much each tenant stores.
 */
export const sizes: Migration = {
  version: 6,
  name: 'sizes',
  kind: 'safe',
  sql: `
-- How much a tenant stores, as it was last measured.
CREATE TABLE tenant_storage (
  tenant_id   text PRIMARY KEY REFERENCES tenants (id) CHECK (octet_length(tenant_id) <= 200),
  bytes       bigint NOT NULL,
  -- estimated by the server: counting would read everything
  rows        bigint NOT NULL,
  measured_at timestamptz NOT NULL DEFAULT now(),
  -- near: most of what is allowed. full: the product writes nothing that grows. over: nor can its own role.
  level       text NOT NULL CHECK (level IN ('within', 'near', 'full', 'over')),
  -- what the processes were told last, so that they are told again when it is another
  told_bytes  bigint NOT NULL,
  -- what had been deleted or replaced when files were last rewritten; much more now: rewriting gives room back
  gone_before bigint NOT NULL
);
CREATE INDEX tenant_storage_by_age ON tenant_storage (measured_at);
CREATE INDEX tenant_storage_by_level ON tenant_storage (level) WHERE level <> 'within';

-- Tenants whose schema could not be brought to the newest version, and why: a code or an SQLSTATE.
CREATE TABLE schema_upgrades (
  tenant_id   text PRIMARY KEY REFERENCES tenants (id) CHECK (octet_length(tenant_id) <= 200),
  -- who works on it, and until when nobody else may
  lease_until timestamptz NOT NULL,
  failures    integer NOT NULL DEFAULT 0,
  problem     text CHECK (octet_length(problem) <= 100),
  retry_at    timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE installation
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT root_key_id_size CHECK (octet_length(root_key_id) <= 200) NOT VALID;
ALTER TABLE servers
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT status_size CHECK (octet_length(status) <= 100) NOT VALID;
ALTER TABLE tenants
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT status_size CHECK (octet_length(status) <= 100) NOT VALID,
  ADD CONSTRAINT isolation_size CHECK (octet_length(isolation) <= 100) NOT VALID,
  ADD CONSTRAINT region_size CHECK (octet_length(region) <= 200) NOT VALID,
  ADD CONSTRAINT lease_holder_size CHECK (octet_length(lease_holder) <= 200) NOT VALID;
ALTER TABLE placements
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT server_id_size CHECK (octet_length(server_id) <= 200) NOT VALID,
  ADD CONSTRAINT isolation_size CHECK (octet_length(isolation) <= 100) NOT VALID,
  ADD CONSTRAINT database_name_size CHECK (octet_length(database_name) <= 64) NOT VALID,
  ADD CONSTRAINT schema_name_size CHECK (octet_length(schema_name) <= 64) NOT VALID,
  ADD CONSTRAINT owner_role_size CHECK (octet_length(owner_role) <= 64) NOT VALID,
  ADD CONSTRAINT login_role_size CHECK (octet_length(login_role) <= 64) NOT VALID,
  ADD CONSTRAINT login_sealed_size CHECK (octet_length(login_sealed) <= 1024) NOT VALID;
ALTER TABLE ready_placements
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT state_size CHECK (octet_length(state) <= 100) NOT VALID,
  ADD CONSTRAINT server_id_size CHECK (octet_length(server_id) <= 200) NOT VALID,
  ADD CONSTRAINT isolation_size CHECK (octet_length(isolation) <= 100) NOT VALID,
  ADD CONSTRAINT database_name_size CHECK (octet_length(database_name) <= 64) NOT VALID,
  ADD CONSTRAINT schema_name_size CHECK (octet_length(schema_name) <= 64) NOT VALID,
  ADD CONSTRAINT owner_role_size CHECK (octet_length(owner_role) <= 64) NOT VALID,
  ADD CONSTRAINT login_role_size CHECK (octet_length(login_role) <= 64) NOT VALID,
  ADD CONSTRAINT login_sealed_size CHECK (octet_length(login_sealed) <= 1024) NOT VALID;
ALTER TABLE sign_ins
  ADD CONSTRAINT email_hash_size CHECK (octet_length(email_hash) <= 64) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID;
ALTER TABLE slugs
  ADD CONSTRAINT slug_hash_size CHECK (octet_length(slug_hash) <= 64) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID;
ALTER TABLE deadlines
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT kind_size CHECK (octet_length(kind) <= 100) NOT VALID;
ALTER TABLE closures
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT status_size CHECK (octet_length(status) <= 100) NOT VALID,
  ADD CONSTRAINT requested_by_size CHECK (octet_length(requested_by) <= 100) NOT VALID,
  ADD CONSTRAINT steps_size CHECK (octet_length(steps::text) <= 8388608) NOT VALID,
  ADD CONSTRAINT evidence_size CHECK (octet_length(evidence::text) <= 8388608) NOT VALID;
ALTER TABLE key_rotations
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT state_size CHECK (octet_length(state) <= 100) NOT VALID,
  ADD CONSTRAINT lease_holder_size CHECK (octet_length(lease_holder) <= 200) NOT VALID;
ALTER TABLE login_rotations
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT old_role_size CHECK (octet_length(old_role) <= 64) NOT VALID,
  ADD CONSTRAINT new_role_size CHECK (octet_length(new_role) <= 64) NOT VALID,
  ADD CONSTRAINT new_sealed_size CHECK (octet_length(new_sealed) <= 1024) NOT VALID;
ALTER TABLE sealed_responses
  ADD CONSTRAINT key_hash_size CHECK (octet_length(key_hash) <= 64) NOT VALID,
  ADD CONSTRAINT fingerprint_size CHECK (octet_length(fingerprint) <= 64) NOT VALID,
  ADD CONSTRAINT sealed_size CHECK (octet_length(sealed) <= 4194304) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT holder_size CHECK (octet_length(holder) <= 200) NOT VALID;
ALTER TABLE address_proofs
  ADD CONSTRAINT token_hash_size CHECK (octet_length(token_hash) <= 64) NOT VALID,
  ADD CONSTRAINT email_hash_size CHECK (octet_length(email_hash) <= 64) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID;
ALTER TABLE signup_invitations
  ADD CONSTRAINT code_hash_size CHECK (octet_length(code_hash) <= 64) NOT VALID;
ALTER TABLE rate_limits
  ADD CONSTRAINT key_size CHECK (octet_length(key) <= 400) NOT VALID;
ALTER TABLE admin_events
  ADD CONSTRAINT action_size CHECK (octet_length(action) <= 200) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT request_id_size CHECK (octet_length(request_id) <= 400) NOT VALID;
ALTER TABLE provider_accounts
  ADD CONSTRAINT account_hash_size CHECK (octet_length(account_hash) <= 64) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID;
ALTER TABLE webhook_events
  ADD CONSTRAINT event_hash_size CHECK (octet_length(event_hash) <= 64) NOT VALID;
ALTER TABLE sync_schedule
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT cause_size CHECK (octet_length(cause) <= 100) NOT VALID,
  ADD CONSTRAINT lease_holder_size CHECK (octet_length(lease_holder) <= 200) NOT VALID;
`,
};
