import type { Migration } from '../src/infrastructure/postgres/migrate.js';

/**
 * safe. Which addresses were proved, the links that prove them, and which tenants' addresses are in their
 * canonical form. The links are here and not with the tenants: a tenant's own role could plant one.
 */
export const addresses: Migration = {
  version: 4,
  name: 'addresses',
  kind: 'safe',
  sql: `
-- When somebody opened a link that was sent to the address; null until then. Nobody proved one before.
ALTER TABLE sign_ins ADD COLUMN proved_at timestamptz;

CREATE TABLE address_proofs (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) <= 32),
  email_hash bytea NOT NULL CHECK (octet_length(email_hash) <= 32),
  tenant_id  text NOT NULL REFERENCES tenants (id) CHECK (octet_length(tenant_id) <= 24),
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX address_proofs_by_tenant ON address_proofs (tenant_id);
CREATE INDEX address_proofs_by_expiry ON address_proofs (expires_at);

-- 1: addresses were hashed in lower case and no more; 2: in their canonical form. An older program that
-- still runs makes tenants of 1, which the sweep brings into form like those that are there already.
ALTER TABLE tenants ADD COLUMN address_form smallint NOT NULL DEFAULT 1 CHECK (address_form IN (1, 2));
CREATE INDEX tenants_of_former_addresses ON tenants (id) WHERE address_form = 1;
`,
};
