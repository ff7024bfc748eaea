/**
 * Which HTTP status each error code gets: the only place where the two meet. One group a feature,
 * sorted within; a code that is missing here answers 500 and is logged as a fault of ours.
 *
 * 400 cannot be read, 401 who are you, 403 not you, 404 not there (or not yours), 409 not in this
 * state, 413 and 414 too long, 415 not JSON, 422 read but not valid, 429 slower, 503 try again.
 */
export const ERROR_STATUS = {
  // The edge itself (src/entry/http)
  bad_request: 400,
  csrf_refused: 403,
  expectation_failed: 417,
  header_invalid: 400,
  headers_too_large: 431,
  internal_error: 500,
  length_mismatch: 400,
  media_type_unsupported: 415,
  method_not_allowed: 405,
  not_ready: 503,
  rate_limited: 429,
  request_timeout: 408,
  role_too_small: 403,
  route_not_found: 404,
  shutting_down: 503,
  unauthenticated: 401,
  url_invalid: 400,
  url_too_long: 414,
  validation_failed: 422,

  // Calls to providers (src/infrastructure/http-client)
  answer_not_json: 502,
  answer_too_deep: 502,
  answer_too_large: 502,
  outbound_failed: 502,
  outbound_refused: 502,
  outbound_timeout: 504,

  // Idempotency (src/infrastructure/idempotency)
  idempotency_answer_gone: 409,
  idempotency_in_progress: 409,
  idempotency_interrupted: 409,
  idempotency_key_invalid: 400,
  idempotency_mismatch: 422,

  // JSON (src/infrastructure/json)
  json_bad_text: 400,
  json_duplicate_key: 400,
  json_forbidden_key: 400,
  json_invalid: 400,
  json_too_deep: 400,
  json_too_large: 413,

  // Mail (src/infrastructure/mail)
  mail_address_invalid: 500,
  mail_failed: 503,
  mail_settings_invalid: 500,
  mail_subject_invalid: 500,

  // Passwords (src/infrastructure/passwords)
  hashing_busy: 503,
  password_bad_character: 422,
  password_hash_invalid: 500,
  password_is_account: 422,
  password_too_common: 422,
  password_too_long: 422,
  password_too_short: 422,

  // Postgres (src/infrastructure/postgres)
  database_answer_too_large: 500,
  database_busy: 503,
  database_unavailable: 503,
  direct_url_elsewhere: 500,
  direct_url_is_pooler: 500,
  direct_url_missing: 500,
  pooler_without_sessions: 500,
  roll_call_deaf: 503,
  schema_mismatch: 500,
  sql_identifier_refused: 500,
  sql_literal_refused: 500,

  // Rate limits (src/infrastructure/rate-limit)
  rate_limit_unavailable: 503,

  // Secrets and keys (src/infrastructure/keyring, vault, envelope; src/tenancy/keys)
  data_key_dropped: 503,
  data_key_missing: 500,
  data_key_unknown: 500,
  key_missing: 503,
  key_unreadable: 500,
  key_version_retired: 500,
  master_key_exposed: 500,
  master_key_invalid: 500,
  master_key_missing: 500,
  master_key_rotation_running: 409,
  master_key_wrong: 500,
  root_key_missing: 500,
  root_key_wrong: 500,
  seal_broken: 500,
  sealed_value_broken: 500,
  secret_path_invalid: 500,
  secret_store_taken: 500,
  secret_store_unavailable: 503,
  secret_unreadable: 500,
  vault_address_insecure: 500,
  vault_address_invalid: 500,
  vault_credentials_missing: 500,
  vault_denied: 503,
  vault_failing: 503,
  vault_mount_missing: 503,
  vault_refused: 500,
  vault_sealed: 503,
  vault_slow: 503,
  vault_standby: 503,
  vault_tls_untrusted: 503,
  vault_uninitialized: 503,
  vault_unreachable: 503,
  wrapped_key_broken: 500,

  // Tenancy (src/tenancy)
  connections_exhausted: 503,
  job_without_tenant: 500,
  no_tenant: 500,
  not_central: 500,
  placement_mismatch: 500,
  login_changed: 503,
  storage_full: 409,
  tenant_closing: 403,
  tenant_drained: 503,
  tenant_failed: 503,
  tenant_not_found: 404,
  tenant_provisioning: 503,
  tenant_purged: 404,
  tenant_purging: 404,
  tenant_requested: 503,
  tenant_schema_outdated: 503,
  tenant_suspended: 403,

  // Catalog (src/control-plane/catalog)
  tenant_move_refused: 409,

  // Closure (src/control-plane/closure)
  closure_not_cancellable: 409,
  closure_not_found: 404,
  closure_password_wrong: 403,
  closure_slug_mismatch: 422,
  purge_residue: 500,

  // Keys (src/control-plane/keys)
  rotation_busy: 409,
  rotation_refused: 409,

  // Provisioning (src/control-plane/provisioning)
  provisioning_lost: 503,
  signup_closed: 403,
  signup_invitation_invalid: 403,
  signup_limit: 429,
  template_held: 503,

  // API keys (src/data-plane/api-keys)
  api_key_not_found: 404,

  // Connectors (src/connectors)
  connection_params_unfit: 409,
  oauth_place_refused: 500,
  provider_not_configured: 409,
  provider_unknown: 422,
  token_request_refused: 502,

  // Integrations (src/data-plane/integrations)
  connect_account_taken: 409,
  connect_answer_invalid: 400,
  connect_callback_foreign: 403,
  connect_callback_forged: 403,
  connect_callback_stale: 403,
  connect_choice_invalid: 422,
  connect_denied: 403,
  connect_ended: 409,
  connect_exchange_refused: 409,
  connect_expired: 409,
  connect_failed: 500,
  connect_link_expired: 409,
  connect_link_invalid: 404,
  connect_link_used: 409,
  connect_mix_up: 403,
  connect_no_account: 409,
  connect_not_permitted: 403,
  connect_other_browser: 403,
  connect_provider_away: 503,
  connect_provider_broken: 502,
  connect_provider_refused: 403,
  connect_replayed: 409,
  connect_state_unknown: 404,
  connect_wrong_account: 409,
  connection_attempt_limit: 429,
  connection_input_invalid: 422,
  credentials_refused: 422,
  integration_disconnected: 409,
  integration_limit: 409,
  integration_not_found: 404,

  // Members (src/data-plane/members)
  invitation_invalid: 404,
  last_owner: 409,
  member_exists: 409,
  member_not_found: 404,

  // Metrics (src/data-plane/metrics/query)
  breakdown_not_offered: 422,
  dimension_unknown: 422,
  filter_invalid: 422,
  granularity_not_offered: 422,
  metric_unknown: 422,
  not_acceptable: 406,
  query_too_large: 422,
  range_invalid: 422,
  range_too_long: 422,
  top_not_offered: 422,

  // Organisation (src/data-plane/organization)
  slug_taken: 409,

  // Paging (src/data-plane/paging)
  cursor_invalid: 422,

  // Signing in (src/data-plane/access, addresses, passwords, sign-in)
  current_password_wrong: 403,
  email_unproved: 403,
  email_verification_invalid: 404,
  login_failed: 401,
  login_throttled: 429,
  organization_ambiguous: 409,
  reset_link_invalid: 404,
  session_required: 403,

  // Sync (src/data-plane/sync, src/connectors/kit)
  integration_not_active: 409,
  mapping_invalid: 500,
  provider_page_broken: 502,
  sync_fenced: 409,
  sync_stopped: 503,

  // Tokens (src/data-plane/tokens)
  grant_missing: 409,
  grant_revoked: 409,
  reconnect_needed: 409,
  token_refresh_failed: 503,

  // Webhooks (src/data-plane/webhooks)
  webhook_forged: 401,
  webhook_not_taken: 503,
  webhook_stale: 401,
  webhook_unknown: 404,
} as const satisfies Record<string, number>;

export type KnownCode = keyof typeof ERROR_STATUS;

/**
 * Faults (500) that are told by their name all the same: something stored was changed, cut or moved, so
 * it is not shown. Its owner should know that, and not only that something went wrong.
 */
const TOLD_FAULTS: ReadonlySet<string> = new Set<KnownCode>([
  'data_key_missing',
  'data_key_unknown',
  'database_answer_too_large',
  'key_unreadable',
  'key_version_retired',
  'sealed_value_broken',
  'wrapped_key_broken',
]);

export function isToldFault(code: string): boolean {
  return TOLD_FAULTS.has(code);
}

/** The status of a code, or undefined where nobody gave it one. */
export function statusOf(code: string): number | undefined {
  return Object.hasOwn(ERROR_STATUS, code) ? ERROR_STATUS[code as KnownCode] : undefined;
}
