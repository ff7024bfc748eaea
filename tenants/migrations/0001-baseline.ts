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
-- Ciphertext in the form of src/infrastructure/envelope/sealed-format.ts: magic, version, key id, nonce,
-- body, tag. Everything a person or a provider said has this type and no other. The magic's first byte
-- occurs in no UTF-8 text, so no statement, whoever wrote it, can put plaintext into such a column.
CREATE DOMAIN sealed AS bytea
  CHECK (octet_length(VALUE) >= 32 AND get_byte(VALUE, 0) = 254 AND get_byte(VALUE, 1) = 1);

-- The keys that sealed values are under, each wrapped by the tenant's key in the key store; the newest
-- seals. Every sealed column has a column <name>_key that references this table: no row can come to be
-- under a key that is gone, and no key can go while a row is under it.
CREATE TABLE data_keys (
  id         integer PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
  wrapped    text NOT NULL,
  -- numbers given out to writers: a part of their nonces, so it only ever grows
  writers    bigint NOT NULL DEFAULT 0 CHECK (writers BETWEEN 0 AND 4294967295),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE organization (
  -- One row: the tenant itself.
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  tenant_id  text NOT NULL,
  name       sealed NOT NULL,
  slug       sealed NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  name_key   integer GENERATED ALWAYS AS (get_byte(name, 2) * 256 + get_byte(name, 3)) STORED REFERENCES data_keys,
  slug_key   integer GENERATED ALWAYS AS (get_byte(slug, 2) * 256 + get_byte(slug, 3)) STORED REFERENCES data_keys
);

CREATE TABLE members (
  id                  text PRIMARY KEY,
  name                sealed NOT NULL,
  email               sealed NOT NULL,
  -- keyed hash of the address in lower case, for look-ups; the key is the tenant's own
  email_hash          bytea NOT NULL UNIQUE,
  role                text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst')),
  -- null until an invitation is accepted
  password_hash       sealed,
  -- counts changes of the password: what was proved with an older one is void
  password_version    integer NOT NULL DEFAULT 0,
  password_changed_at timestamptz,
  created_at          timestamptz NOT NULL DEFAULT now(),
  name_key            integer GENERATED ALWAYS AS (get_byte(name, 2) * 256 + get_byte(name, 3)) STORED REFERENCES data_keys,
  email_key           integer GENERATED ALWAYS AS (get_byte(email, 2) * 256 + get_byte(email, 3)) STORED REFERENCES data_keys,
  password_hash_key   integer GENERATED ALWAYS AS (get_byte(password_hash, 2) * 256 + get_byte(password_hash, 3)) STORED REFERENCES data_keys
);

-- The order of the list of members.
CREATE INDEX members_by_creation ON members (created_at, id);

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
  name       sealed NOT NULL,
  role       text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst')),
  key_hash   bytea NOT NULL UNIQUE,
  -- the last four characters, for people to tell their keys apart
  hint       text NOT NULL,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT now(),
  name_key   integer GENERATED ALWAYS AS (get_byte(name, 2) * 256 + get_byte(name, 3)) STORED REFERENCES data_keys
);

CREATE TABLE audit_events (
  -- known before the row is written, because its details are sealed for it
  id          text PRIMARY KEY,
  -- the order of the log
  position    bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  at          timestamptz NOT NULL DEFAULT now(),
  actor_kind  text NOT NULL,
  actor_id    text,
  action      text NOT NULL,
  target_id   text,
  request_id  text,
  -- null: nothing more to say
  details     sealed,
  details_key integer GENERATED ALWAYS AS (get_byte(details, 2) * 256 + get_byte(details, 3)) STORED REFERENCES data_keys
);

-- Answers to POST calls with an Idempotency-Key, sealed as in the catalog, kept beside the data
-- they speak of.
CREATE TABLE sealed_responses (
  key_hash    bytea PRIMARY KEY,
  fingerprint bytea NOT NULL,
  status      integer,
  sealed      bytea,
  -- always null here: everything is this tenant's
  tenant_id   text,
  holder      text NOT NULL,
  lease_until timestamptz NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sealed_responses_by_age ON sealed_responses (created_at);
`,
};
