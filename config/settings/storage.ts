import { integer, setting } from '../setting.js';

/** How much a tenant may store. */
export const STORAGE = {
  tenantMaxBytes: setting(
    'NUMOON_TENANT_MAX_BYTES',
    integer(0, 1_000_000_000_000),
    2_147_483_648,
    'The most a tenant may store on disk; told at 80 %. 0: no limit. Empty, it takes 10 MB, or 1 MB as a schema.',
  ),
  tenantMaxRows: setting(
    'NUMOON_TENANT_MAX_ROWS',
    integer(0, 1_000_000_000_000),
    10_000_000,
    'The most rows of a tenant, as the server estimates them; as with bytes. 0: no limit.',
  ),
} as const;
