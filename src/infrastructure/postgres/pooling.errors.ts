import { AppError } from '../../kernel/app-error.js';

const GUIDE = 'See docs/operations-pgbouncer.md.';

const FAULTS = {
  direct_url_missing:
    'DATABASE_URL leads to a pooler that gives every transaction another session. Making databases, migrations and notifications need sessions of their own: set DATABASE_DIRECT_URL to the server itself.',
  direct_url_is_pooler:
    'DATABASE_DIRECT_URL leads to a pooler of transactions too. It must name the server itself, not the pooler in front of it.',
  direct_url_elsewhere:
    'DATABASE_URL and DATABASE_DIRECT_URL do not lead to the same server as the same role, or one of them leads to a standby. Both must reach one primary, the one through the pooler and the other directly.',
  pooler_without_sessions:
    'The pooler does not keep a session even for the length of a transaction (statement mode). Set its pool_mode to transaction.',
} as const;

export type PoolingFault = keyof typeof FAULTS;

/** The way to the server cannot carry what has to go over it. */
export class PoolingError extends AppError {
  declare readonly code: PoolingFault;

  constructor(fault: PoolingFault, options: { cause?: unknown } = {}) {
    super(fault, `${FAULTS[fault]} ${GUIDE}`, options);
  }
}
