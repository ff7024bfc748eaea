import {
  httpUrl,
  identifier,
  integer,
  list,
  mountPath,
  oneOf,
  optionalText,
  secretText,
  secretUrl,
  setting,
  text,
} from './setting.js';

/**
 * Every setting once. `config/load.ts` is the only reader of the environment; code receives the
 * values it needs, not this whole table.
 */
export const SETTINGS = {
  // Where it listens
  port: setting('PORT', integer(0, 65535), 3000, 'HTTP port; 0 takes any free one.'),
  host: setting('NUMOON_HOST', text, '127.0.0.1', 'Address to listen on; 0.0.0.0 in a container.'),
  publicUrl: setting(
    'NUMOON_PUBLIC_URL',
    httpUrl,
    null,
    'Base of the links we hand out; unset means http://localhost:PORT.',
  ),
  trustedProxies: setting(
    'NUMOON_TRUSTED_PROXIES',
    list,
    [],
    'Addresses or CIDR ranges whose X-Forwarded-For we believe; limits by address depend on it.',
  ),

  // What it runs
  role: setting(
    'NUMOON_ROLE',
    oneOf('all', 'api', 'worker'),
    'all',
    'One process for everything, or the HTTP side and the background work apart.',
  ),
  logLevel: setting(
    'NUMOON_LOG_LEVEL',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'How much is logged.',
  ),
  dataDir: setting('NUMOON_DATA_DIR', text, '.numoon', 'Embedded server, keyring and master key.'),
  demo: setting(
    'NUMOON_DEMO',
    oneOf('on', 'off'),
    'on',
    'Whether npm start, with its own PostgreSQL, also runs the sandbox in place of providers and keeps a demo tenant connected to it.',
  ),

  // Who may come in
  adminToken: setting(
    'NUMOON_ADMIN_TOKEN',
    secretText,
    null,
    'Bearer token of /admin; unset means one is made and printed once.',
  ),
  signup: setting(
    'NUMOON_SIGNUP',
    oneOf('open', 'invite', 'closed'),
    'open',
    'A public signup creates databases: open to all, to holders of an invitation, or to nobody.',
  ),
  signupsPerAddressHour: setting(
    'NUMOON_SIGNUPS_PER_ADDRESS_HOUR',
    integer(1, 1_000_000),
    100,
    'Signups one address may make in an hour.',
  ),
  signupsPerDay: setting(
    'NUMOON_SIGNUPS_PER_DAY',
    integer(1, 10_000_000),
    5_000,
    'Signups everybody together may make in a day: the most databases a flood can create.',
  ),
  tenantRequestsPerSecond: setting(
    'NUMOON_TENANT_REQUESTS_PER_SECOND',
    integer(1, 1_000_000),
    500,
    'Requests one tenant may make a second in one process (bursts of twice that).',
  ),
  addressRequestsPerSecond: setting(
    'NUMOON_ADDRESS_REQUESTS_PER_SECOND',
    integer(1, 1_000_000),
    1_000,
    'Requests one address may make a second in one process (bursts of twice that).',
  ),
  webhooksPerSecond: setting(
    'NUMOON_WEBHOOKS_PER_SECOND',
    integer(1, 1_000_000),
    100,
    'Webhooks of one provider from one network a second in one process (bursts of five times that): far more than any sends.',
  ),
  loginAttemptsPerAccount: setting(
    'NUMOON_LOGIN_ATTEMPTS_PER_ACCOUNT',
    integer(1, 1_000_000),
    10,
    'Failed sign-ins for one e-mail address in 15 minutes before it must wait.',
  ),
  loginAttemptsPerAddress: setting(
    'NUMOON_LOGIN_ATTEMPTS_PER_ADDRESS',
    integer(1, 1_000_000),
    100,
    'Failed sign-ins from one network address in 15 minutes before it must wait.',
  ),
  sessionHours: setting(
    'NUMOON_SESSION_HOURS',
    integer(1, 24 * 90),
    24 * 7,
    'A dashboard session ends after this long, used or not.',
  ),
  hashingConcurrency: setting(
    'NUMOON_HASHING_CONCURRENCY',
    integer(1, 64),
    2,
    'Password hashes at once; each takes a core and tens of MiB, so a login flood must queue.',
  ),

  // Syncing
  syncHistoryDays: setting(
    'NUMOON_SYNC_HISTORY_DAYS',
    integer(1, 3_650),
    1_095,
    'How far back a first sync goes, at most: what is older is never asked for.',
  ),

  // Where data lives
  databaseUrl: setting(
    'DATABASE_URL',
    secretUrl('postgres:', 'postgresql:'),
    null,
    'A PostgreSQL server of yours (15 or newer) in place of the embedded one; the role needs CREATEDB and CREATEROLE, nothing more.',
  ),
  catalogDatabase: setting(
    'NUMOON_CATALOG_DATABASE',
    identifier,
    'numoon_catalog',
    'The control plane database; created when missing.',
  ),
  sharedDatabase: setting(
    'NUMOON_SHARED_DATABASE',
    identifier,
    'numoon_shared',
    'Holds the schemas of tenants with schema isolation; created when missing.',
  ),

  // Keys and secrets
  masterKeyFile: setting(
    'NUMOON_MASTER_KEY_FILE',
    optionalText,
    null,
    'Key file of the keyring; unset means master.key in the data folder. Keep it apart from backups of that folder.',
  ),

  dataKeyIdleMs: setting(
    'NUMOON_DATA_KEY_IDLE_MS',
    integer(1_000, 3_600_000),
    60_000,
    'How long an unused data key of a tenant stays in memory; with the key store down, warm tenants are served this long.',
  ),
  dataKeysHeld: setting(
    'NUMOON_DATA_KEYS_HELD',
    integer(1, 1_000_000),
    10_000,
    'Tenants whose data keys are in memory at once; about 1 KB each.',
  ),

  vaultAddress: setting(
    'VAULT_ADDR',
    httpUrl,
    null,
    'A HashiCorp Vault or OpenBao of yours for keys and secrets; unset means the keyring in the data folder. Plain http to this machine only.',
  ),
  vaultNamespace: setting(
    'VAULT_NAMESPACE',
    optionalText,
    null,
    'The namespace in Vault that everything of ours is in.',
  ),
  vaultCaFile: setting(
    'VAULT_CACERT',
    optionalText,
    null,
    "File of the certificate authority of Vault's certificate, in PEM; unset means those that Node trusts.",
  ),
  vaultToken: setting(
    'VAULT_TOKEN',
    secretText,
    null,
    'A token for Vault. It is renewed while that is possible; an AppRole can log in anew and wins where both are set.',
  ),
  vaultRoleId: setting(
    'VAULT_ROLE_ID',
    secretText,
    null,
    'Role of the AppRole login to Vault, together with VAULT_SECRET_ID.',
  ),
  vaultSecretId: setting(
    'VAULT_SECRET_ID',
    secretText,
    null,
    'Secret of the AppRole login to Vault. It must be good for more than one login.',
  ),
  vaultKvMount: setting(
    'NUMOON_VAULT_KV_MOUNT',
    mountPath,
    'numoon',
    'Where the KV engine (version 2) for secrets is mounted in Vault.',
  ),
  vaultTransitMount: setting(
    'NUMOON_VAULT_TRANSIT_MOUNT',
    mountPath,
    'numoon-transit',
    "Where the transit engine for tenants' keys is mounted in Vault.",
  ),
  vaultTimeoutMs: setting(
    'NUMOON_VAULT_TIMEOUT_MS',
    integer(100, 30_000),
    2_000,
    'How long one attempt of a call to Vault may take; a call with its repeats takes two and a half times that.',
  ),

  // Connections
  connections: setting(
    'NUMOON_CONNECTIONS',
    integer(2, 10_000),
    100,
    'Tenant connections of this process to one server, all tenants together.',
  ),
  connectionsPerTenant: setting(
    'NUMOON_CONNECTIONS_PER_TENANT',
    integer(1, 1_000),
    8,
    'The most of them one tenant may hold at once.',
  ),
  connectionWaitMs: setting(
    'NUMOON_CONNECTION_WAIT_MS',
    integer(10, 120_000),
    3_000,
    'How long a request waits for a connection before 503.',
  ),
  connectionIdleMs: setting(
    'NUMOON_CONNECTION_IDLE_MS',
    integer(100, 3_600_000),
    60_000,
    'An unused connection is closed after this long.',
  ),
  statementTimeoutMs: setting(
    'NUMOON_STATEMENT_TIMEOUT_MS',
    integer(100, 3_600_000),
    15_000,
    'The longest statement a tenant role may run. Set on the role; a session that lifts it for itself is ended by the sweep.',
  ),

  // Provisioning and closing
  stockDatabases: setting(
    'NUMOON_STOCK_DATABASES',
    integer(0, 1_000),
    4,
    'Ready databases kept in stock so that signup need not wait for CREATE DATABASE.',
  ),
  stockSchemas: setting(
    'NUMOON_STOCK_SCHEMAS',
    integer(0, 1_000),
    2,
    'Ready schemas kept in stock, for tenants with schema isolation.',
  ),
  leaseSeconds: setting(
    'NUMOON_LEASE_SECONDS',
    integer(1, 3_600),
    60,
    'Unfinished provisioning or purging older than this belongs to a dead process and is taken over.',
  ),
  sweepSeconds: setting(
    'NUMOON_SWEEP_SECONDS',
    integer(1, 3_600),
    5,
    'How often due deadlines, stock and half-done work are looked for.',
  ),
  maxConcurrentDrops: setting(
    'NUMOON_CONCURRENT_DROPS',
    integer(1, 16),
    2,
    'Databases dropped at once; each drop scans shared buffers and checkpoints.',
  ),

  // Mail
  smtpUrl: setting(
    'NUMOON_SMTP_URL',
    secretUrl('smtp:', 'smtps:'),
    null,
    'Mail server for invitations and reset links; unset means the inviter sees the link.',
  ),
  mailFrom: setting('NUMOON_MAIL_FROM', text, 'NuMoon <no-reply@localhost>', 'Sender of our mail.'),
} as const;
