import { integer, setting } from '../setting.js';

/** How much a tenant may store. */
export const STORAGE = {
  tenantMaxBytes: setting(
    'NUMOON_TENANT_MAX_BYTES',
    integer(0, 1_000_000_000_000_000),
    2_147_483_648,
    'The most a tenant may store on the disk of its server, indexes and free space within files included; told to it at 80 %, nothing is added from there on, and a fifth above it its own role can write no more. 0: no limit. An empty tenant takes about 10 MB as a database and 1 MB as a schema.',
  ),
  tenantMaxRows: setting(
    'NUMOON_TENANT_MAX_ROWS',
    integer(0, 1_000_000_000_000),
    10_000_000,
    'The most rows of a tenant, all its tables together, as the server estimates them; as with bytes. 0: no limit.',
  ),
} as const;
