import { randomBytes } from 'node:crypto';
import { CreateTenant } from '../../../control-plane/admin/create-tenant.js';
import { REGIONS } from '../../../control-plane/provisioning/signup.dto.js';
import { IntegrationsRepository } from '../../../data-plane/integrations/integrations.repository.js';
import { KeyedTransaction } from '../../../data-plane/keyed-transaction.js';
import { SyncSchedule } from '../../../data-plane/sync/sync-schedule.js';
import { ProviderAccountDirectory } from '../../../data-plane/webhooks/provider-account-directory.js';
import { newId, randomWord } from '../../../kernel/ids.js';
import type { Isolation, Placement } from '../../../tenancy/tenant-record.js';
import type { NuMoon } from '../with-numoon.js';

/** Text that belongs to one tenant and can be by chance nowhere else. */
export interface Mark {
  kind:
    'word' | 'tenant id' | 'api key' | 'password' | 'member id' | 'api key id' | 'integration id';
  value: string;
}

/** A tenant made for the check. */
export interface Subject {
  letter: string;
  isolation: Isolation;
  tenantId: string;
  /** In every name and address of it. */
  word: string;
  slug: string;
  email: string;
  password: string;
  apiKey: string;
  memberId: string;
  integrationId: string;
  /**
   * Another one, whose id is written into rows of the others. It is no mark: from then on they may find it
   * in what is their own.
   */
  baitId: string;
  marks: Mark[];
}

export const ACTOR = { kind: 'system', job: 'isolation.check' } as const;

const WEEK_MS = 7 * 24 * 3_600_000;

/** A provider that every installation knows; it is never called. */
const PROVIDER = 'stripe';

export async function openSubject(
  numoon: NuMoon,
  letter: string,
  isolation: Isolation,
): Promise<Subject> {
  const word = `isolation${randomWord(16)}`;
  const email = `${word}@isolation.invalid`;
  const password = randomBytes(24).toString('base64url');
  const { tenant, owner } = await numoon.get(CreateTenant).execute({
    organization: word,
    owner: { name: `Owner ${word}`, email, password },
    isolation,
    region: REGIONS[0],
  });
  const subject: Subject = {
    letter,
    isolation,
    tenantId: tenant.id,
    word,
    slug: tenant.slug,
    email,
    password,
    apiKey: owner.apiKey,
    memberId: '',
    integrationId: newId('int'),
    baitId: newId('int'),
    marks: [
      { kind: 'word', value: word },
      { kind: 'tenant id', value: tenant.id },
      { kind: 'api key', value: owner.apiKey },
      { kind: 'password', value: password },
    ],
  };
  for (const id of [subject.integrationId, subject.baitId]) {
    await addIntegration(numoon, subject, id);
  }
  subject.memberId = await ownerOf(numoon, subject);
  subject.marks.push(
    { kind: 'integration id', value: subject.integrationId },
    { kind: 'member id', value: subject.memberId },
  );
  return subject;
}

/** One that waits to be connected, with all that a connected one has in the catalog. */
async function addIntegration(
  { get, foundation }: NuMoon,
  subject: Subject,
  id: string,
): Promise<void> {
  await foundation.tenancy.run(subject.tenantId, ACTOR, async () => {
    await get(KeyedTransaction).run((tx) =>
      get(IntegrationsRepository).add(tx, { id, provider: PROVIDER, params: {} }),
    );
    await get(ProviderAccountDirectory).add(PROVIDER, `account ${id} of ${subject.word}`, id);
    const dueAt = new Date(Date.now() + WEEK_MS);
    await get(SyncSchedule).hasten({ integrationId: id, dueAt, cause: 'request' });
  });
}

async function ownerOf({ foundation }: NuMoon, { tenantId }: Subject): Promise<string> {
  const [row] = await foundation.tenancy.run(tenantId, ACTOR, () =>
    foundation.tenantDatabase.query<{ id: string }>({
      text: 'SELECT id FROM members LIMIT 1',
      values: [],
    }),
  );
  if (row === undefined) throw new Error('An account without its owner.');
  return row.id;
}

/** Where it lies by now: its login changes while it is being tried. */
export async function placeOf({ foundation }: NuMoon, { tenantId }: Subject): Promise<Placement> {
  const place = (await foundation.tenants.find(tenantId))?.placement;
  if (place == null) throw new Error('A tenant of the check has lost its place.');
  return place;
}
