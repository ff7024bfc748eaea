import { sealPasswordHash, sealPerson } from '../../src/data-plane/members/sealed-person.js';
import { TenantKeys } from '../../src/tenancy/keys/tenant-keys.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { PASSWORD_HASH, type Backstage } from './backstage.js';

const BATCH = 500;

const ACTOR = { kind: 'system', job: 'bench.members' } as const;

/** Gives a tenant members who have joined, as the product would have written them. */
export async function addMembers(
  { foundation, get }: Backstage,
  tenantId: string,
  count: number,
): Promise<void> {
  const [keys, database] = [get(TenantKeys), get(TenantDatabase)];
  await foundation.tenancy.run(tenantId, ACTOR, async () => {
    for (let from = 0; from < count; from += BATCH) {
      const people = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) =>
        person(from + index),
      );
      const sealed = await keys.seal((cipher) =>
        people.map((it) => ({
          ...sealPerson(cipher, it),
          passwordHash: sealPasswordHash(cipher, it.id, PASSWORD_HASH),
        })),
      );
      await database.query({
        text: `INSERT INTO members (id, name, email, email_hash, role, password_hash)
          SELECT id, name, email, email_hash, 'analyst', password_hash
            FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])
              AS it (id, name, email, email_hash, password_hash)`,
        values: [
          people.map(({ id }) => id),
          sealed.map(({ name }) => name),
          sealed.map(({ email }) => email),
          sealed.map(({ emailHash }) => emailHash),
          sealed.map(({ passwordHash }) => passwordHash),
        ],
      });
    }
  });
}

function person(number: number) {
  const word = String(number).padStart(16, '0');
  return { id: `mbr_${word}`, name: `Ada Okafor ${number}`, email: `ada-${number}@members.test` };
}
