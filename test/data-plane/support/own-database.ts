import { Client } from 'pg';
import { migrate } from '../../../src/infrastructure/postgres/migrate.js';
import { newTenantId, randomWord } from '../../../src/kernel/ids.js';
import type { Placement, TenantRecord } from '../../../src/tenancy/tenant-record.js';
import { TENANT_MIGRATIONS } from '../../../tenants/migrations/index.js';
import { controlUrl, databaseUrl } from '../../support/test-postgres.js';

/** A tenant in a database of its own, without what provisioning does besides: no roles, and no keys. */
export async function createOwnDatabase(): Promise<TenantRecord & { placement: Placement }> {
  const database = `nmtest_${randomWord(12)}`;
  await using(controlUrl(), (client) => client.query(`CREATE DATABASE ${database}`));
  await using(databaseUrl(controlUrl(), database), (client) => migrate(client, TENANT_MIGRATIONS));
  return {
    id: newTenantId(),
    status: 'active',
    isolation: 'database',
    region: 'local',
    createdAt: new Date(),
    placement: {
      serverId: 'primary',
      isolation: 'database',
      database,
      schema: 'public',
      ownerRole: 'none',
      loginRole: 'none',
      loginSealed: Buffer.alloc(0),
      schemaVersion: TENANT_MIGRATIONS.length,
    },
  };
}

/** Runs `work` on a connection that is closed after it. */
export async function using<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
