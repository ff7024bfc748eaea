import type { Migration } from '../../src/infrastructure/postgres/migrate.js';

/**
 * safe. An upper length for everything that could be of any length, so that no row, whoever writes it, is
 * more than the product reads. `test/architecture/every-column-is-bounded.spec.ts` holds later tables to it.
 *
 * NOT VALID: what is there already is not looked at. A scan would take long under a lock, and a tenant
 * with one row over a bound could never be brought to this version. Such a row can still be read (the
 * connection bounds that) and deleted.
 *
 * - 64: hashes (SHA-256 has 32). 100: words of ours, such as states and error codes. 200 and 400: ids, ours
 *   and those put together of several. 4,096: a name, an address, a wrapped key.
 * - 64 KB, as text: lists of words. 1 MiB: small documents of JSON; the largest, the accounts to choose from, is
 *   200 accounts. 4 MiB: an answer kept for a repeated call.
 * - 16 MiB, for every sealed value: the largest are the sums of a slice under way (5,000 series) and the list
 *   of what the series of a metric are told apart by; a block of metrics is some 200 KB.
 */
export const sizes: Migration = {
  version: 6,
  name: 'sizes',
  kind: 'safe',
  sql: `
ALTER DOMAIN sealed ADD CONSTRAINT sealed_size CHECK (octet_length(VALUE) <= 16777216) NOT VALID;

ALTER TABLE data_keys
  ADD CONSTRAINT wrapped_size CHECK (octet_length(wrapped) <= 4096) NOT VALID;
ALTER TABLE organization
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT name_size CHECK (octet_length(name) <= 4096) NOT VALID,
  ADD CONSTRAINT slug_size CHECK (octet_length(slug) <= 4096) NOT VALID;
ALTER TABLE members
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT name_size CHECK (octet_length(name) <= 4096) NOT VALID,
  ADD CONSTRAINT email_size CHECK (octet_length(email) <= 4096) NOT VALID,
  ADD CONSTRAINT email_hash_size CHECK (octet_length(email_hash) <= 64) NOT VALID,
  ADD CONSTRAINT role_size CHECK (octet_length(role) <= 100) NOT VALID,
  ADD CONSTRAINT password_hash_size CHECK (octet_length(password_hash) <= 4096) NOT VALID;
ALTER TABLE invitations
  ADD CONSTRAINT token_hash_size CHECK (octet_length(token_hash) <= 64) NOT VALID,
  ADD CONSTRAINT member_id_size CHECK (octet_length(member_id) <= 200) NOT VALID;
ALTER TABLE password_resets
  ADD CONSTRAINT token_hash_size CHECK (octet_length(token_hash) <= 64) NOT VALID,
  ADD CONSTRAINT member_id_size CHECK (octet_length(member_id) <= 200) NOT VALID;
ALTER TABLE sessions
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT token_hash_size CHECK (octet_length(token_hash) <= 64) NOT VALID,
  ADD CONSTRAINT member_id_size CHECK (octet_length(member_id) <= 200) NOT VALID;
ALTER TABLE api_keys
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT name_size CHECK (octet_length(name) <= 4096) NOT VALID,
  ADD CONSTRAINT role_size CHECK (octet_length(role) <= 100) NOT VALID,
  ADD CONSTRAINT key_hash_size CHECK (octet_length(key_hash) <= 64) NOT VALID,
  ADD CONSTRAINT hint_size CHECK (octet_length(hint) <= 100) NOT VALID,
  ADD CONSTRAINT created_by_size CHECK (octet_length(created_by) <= 200) NOT VALID;
ALTER TABLE audit_events
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT actor_kind_size CHECK (octet_length(actor_kind) <= 100) NOT VALID,
  ADD CONSTRAINT actor_id_size CHECK (octet_length(actor_id) <= 200) NOT VALID,
  ADD CONSTRAINT action_size CHECK (octet_length(action) <= 100) NOT VALID,
  ADD CONSTRAINT target_id_size CHECK (octet_length(target_id) <= 400) NOT VALID,
  ADD CONSTRAINT request_id_size CHECK (octet_length(request_id) <= 400) NOT VALID,
  ADD CONSTRAINT details_size CHECK (octet_length(details) <= 1048576) NOT VALID;
ALTER TABLE sealed_responses
  ADD CONSTRAINT key_hash_size CHECK (octet_length(key_hash) <= 64) NOT VALID,
  ADD CONSTRAINT fingerprint_size CHECK (octet_length(fingerprint) <= 64) NOT VALID,
  ADD CONSTRAINT sealed_size CHECK (octet_length(sealed) <= 4194304) NOT VALID,
  ADD CONSTRAINT tenant_id_size CHECK (octet_length(tenant_id) <= 200) NOT VALID,
  ADD CONSTRAINT holder_size CHECK (octet_length(holder) <= 200) NOT VALID;
ALTER TABLE integrations
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT provider_size CHECK (octet_length(provider) <= 100) NOT VALID,
  ADD CONSTRAINT status_size CHECK (octet_length(status) <= 100) NOT VALID,
  ADD CONSTRAINT params_size CHECK (octet_length(params) <= 1048576) NOT VALID,
  ADD CONSTRAINT account_size CHECK (octet_length(account) <= 1048576) NOT VALID,
  ADD CONSTRAINT account_hash_size CHECK (octet_length(account_hash) <= 64) NOT VALID,
  ADD CONSTRAINT problem_size CHECK (octet_length(problem) <= 100) NOT VALID,
  ADD CONSTRAINT quality_size CHECK (octet_length(quality::text) <= 4096) NOT VALID,
  ADD CONSTRAINT missing_scopes_size CHECK (octet_length(missing_scopes::text) <= 65536) NOT VALID,
  ADD CONSTRAINT receipt_size CHECK (octet_length(receipt) <= 200) NOT VALID;
ALTER TABLE connection_attempts
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT link_hash_size CHECK (octet_length(link_hash) <= 64) NOT VALID,
  ADD CONSTRAINT state_hash_size CHECK (octet_length(state_hash) <= 64) NOT VALID,
  ADD CONSTRAINT browser_hash_size CHECK (octet_length(browser_hash) <= 64) NOT VALID,
  ADD CONSTRAINT stage_size CHECK (octet_length(stage) <= 100) NOT VALID,
  ADD CONSTRAINT outcome_size CHECK (octet_length(outcome) <= 100) NOT VALID,
  ADD CONSTRAINT memory_size CHECK (octet_length(memory) <= 1048576) NOT VALID;
ALTER TABLE grants
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT pair_size CHECK (octet_length(pair) <= 200) NOT VALID,
  ADD CONSTRAINT attempt_size CHECK (octet_length(attempt) <= 200) NOT VALID;
ALTER TABLE sync_fences
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT basis_hash_size CHECK (octet_length(basis_hash) <= 64) NOT VALID;
ALTER TABLE sync_streams
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 400) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT stream_size CHECK (octet_length(stream) <= 200) NOT VALID,
  ADD CONSTRAINT round_kind_size CHECK (octet_length(round_kind) <= 100) NOT VALID,
  ADD CONSTRAINT rest_code_size CHECK (octet_length(rest_code) <= 100) NOT VALID,
  ADD CONSTRAINT quality_size CHECK (octet_length(quality::text) <= 4096) NOT VALID;
ALTER TABLE sync_gaps
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT stream_size CHECK (octet_length(stream) <= 200) NOT VALID;
ALTER TABLE sync_runs
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT cause_size CHECK (octet_length(cause) <= 100) NOT VALID,
  ADD CONSTRAINT status_size CHECK (octet_length(status) <= 100) NOT VALID,
  ADD CONSTRAINT withheld_size CHECK (octet_length(withheld::text) <= 65536) NOT VALID,
  ADD CONSTRAINT problem_size CHECK (octet_length(problem) <= 100) NOT VALID;
ALTER TABLE quarantined_pages
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT run_id_size CHECK (octet_length(run_id) <= 200) NOT VALID,
  ADD CONSTRAINT stream_size CHECK (octet_length(stream) <= 200) NOT VALID,
  ADD CONSTRAINT rule_size CHECK (octet_length(rule) <= 200) NOT VALID;
ALTER TABLE metric_sets
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT integration_id_size CHECK (octet_length(integration_id) <= 200) NOT VALID,
  ADD CONSTRAINT metric_size CHECK (octet_length(metric) <= 200) NOT VALID;
ALTER TABLE metric_series
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT set_id_size CHECK (octet_length(set_id) <= 200) NOT VALID;
ALTER TABLE metric_blocks
  ADD CONSTRAINT id_size CHECK (octet_length(id) <= 200) NOT VALID,
  ADD CONSTRAINT set_id_size CHECK (octet_length(set_id) <= 200) NOT VALID;
`,
};
