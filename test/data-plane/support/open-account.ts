import { randomBytes } from 'node:crypto';
import { AccountSeed } from '../../../src/data-plane/seed-account.js';
import { KEY_MATERIAL_BYTES } from '../../../src/infrastructure/envelope/data-key.js';
import { randomWord } from '../../../src/kernel/ids.js';
import { addDataKey } from '../../../src/tenancy/keys/data-keys.repository.js';
import type { Actor } from '../../../src/tenancy/tenancy.js';
import { TenantDatabase } from '../../../src/tenancy/tenant-database.js';
import type { TenantRecord } from '../../../src/tenancy/tenant-record.js';
import { createOwnDatabase } from './own-database.js';
import type { DataPlane } from './start-data-plane.js';

export const OWNER_PASSWORD = 'a quiet harbour at dawn';

export interface Account {
  tenant: TenantRecord;
  ownerId: string;
  ownerEmail: string;
  apiKey: string;
  apiKeyId: string;
  /** The owner, as a session would have it. */
  owner: Extract<Actor, { kind: 'member' }>;
}

/** A tenant with a database of its own, an owner who can sign in, and a first key. */
export async function openAccount(plane: DataPlane): Promise<Account> {
  const word = randomWord(12);
  const tenant = await createOwnDatabase();
  plane.databases.push(tenant.placement.database);
  plane.directory.put(tenant);
  await writeDataKey(plane, tenant);
  const ownerEmail = `owner-${word}@example.com`;
  const slug = `slug-${word}`;
  const passwordHash = await plane.hasher.hash(OWNER_PASSWORD);
  const seeded = await plane.as(tenant, { kind: 'system', job: 'test' }, () =>
    plane.get(AccountSeed).seed({
      tenantId: tenant.id,
      organization: { name: 'Bluebird Coffee', slug },
      owner: { name: 'Ada Lovelace', email: ownerEmail, passwordHash },
    }),
  );
  await plane.signIns.add(ownerEmail, tenant.id);
  plane.signIns.slugs.set(slug, tenant.id);
  plane.slugs.owners.set(slug, tenant.id);
  const { ownerId } = seeded;
  const owner = { kind: 'member', id: ownerId, role: 'owner', sessionId: 'ses_none' } as const;
  return { tenant, ownerEmail, owner, ...seeded };
}

/** As provisioning does: a key in the key store, and under it the first data key. */
async function writeDataKey(plane: DataPlane, tenant: TenantRecord): Promise<void> {
  await plane.keyStore.create(tenant.id);
  const wrapped = await plane.keyStore.wrap(tenant.id, randomBytes(KEY_MATERIAL_BYTES));
  await plane.as(tenant, { kind: 'system', job: 'test' }, () =>
    addDataKey(plane.get(TenantDatabase), { id: 1, wrapped }),
  );
}
