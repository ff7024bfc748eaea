import { integer, setting } from '../setting.js';

/** Tenants' connections to their databases. */
export const CONNECTIONS = {
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
} as const;
