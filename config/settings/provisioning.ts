import { integer, setting } from '../setting.js';

/** How tenants are opened and closed. */
export const PROVISIONING = {
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
} as const;
