import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CreateApiKey } from '../../src/data-plane/api-keys/create-api-key.js';
import { ListApiKeys } from '../../src/data-plane/api-keys/list-api-keys.js';
import { AuditLog } from '../../src/data-plane/audit/audit-log.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { sealPerson } from '../../src/data-plane/members/sealed-person.js';
import { cursorOf } from '../../src/data-plane/paging/cursor.js';
import type { PageQuery } from '../../src/data-plane/paging/page-query.dto.js';
import { newId } from '../../src/kernel/ids.js';
import { TenantKeys } from '../../src/tenancy/keys/tenant-keys.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
});
afterAll(() => plane.close());

const inside = <T>(work: () => Promise<T>) => plane.as(account.tenant, account.owner, work);

interface Pages {
  execute(query: PageQuery): Promise<{ items: { id: string }[]; nextCursor: string | null }>;
}

/** Turns all pages, doing something between any two; the ids in the order they came. */
async function turn(list: Pages, limit: number, between: () => Promise<unknown>) {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 50; pages += 1) {
    const query = cursor === undefined ? { limit } : { limit, cursor };
    const page = await inside(() => list.execute(query));
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) return ids;
    cursor = page.nextCursor;
    if (pages < 3) await inside(between);
  }
  throw new Error('The pages have no end.');
}

/** Members that came within the same microseconds, as an import makes them. */
async function addMembers(prefix: string, count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => newId('mbr'));
  const sealed = await plane
    .get(TenantKeys)
    .seal((cipher) =>
      ids.map((id, n) => sealPerson(cipher, { id, name: 'N', email: `${prefix}${n}@example.com` })),
    );
  await plane.get(TenantDatabase).query({
    text: `INSERT INTO members (id, name, email, email_hash, role)
      SELECT id, name, email, email_hash, 'analyst'
      FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) p (id, name, email, email_hash)`,
    values: [
      ids,
      sealed.map(({ name }) => name),
      sealed.map(({ email }) => email),
      sealed.map(({ emailHash }) => emailHash),
    ],
  });
}

test('pages of members show each once, in one order, while others are added', async () => {
  await inside(() => addMembers('first', 7));
  const before = await inside(() => plane.get(ListMembers).execute({ limit: 200 }));
  const shown = await turn(plane.get(ListMembers), 2, () => addMembers(`more${Math.random()}`, 2));
  expect(new Set(shown).size).toBe(shown.length);
  expect(shown.slice(0, before.items.length)).toEqual(before.items.map(({ id }) => id));
});

test('pages of keys go on when the one they ended at is gone', async () => {
  for (let i = 0; i < 5; i += 1) {
    await inside(() => plane.get(CreateApiKey).execute({ name: `Key ${i}`, role: 'analyst' }));
  }
  const all = await inside(() => plane.get(ListApiKeys).execute({ limit: 50 }));
  const first = await inside(() => plane.get(ListApiKeys).execute({ limit: 2 }));
  await inside(() =>
    plane
      .get(TenantDatabase)
      .query({ text: 'DELETE FROM api_keys WHERE id = $1', values: [first.items[1]?.id] }),
  );
  const cursor = first.nextCursor ?? '';
  const rest = await inside(() => plane.get(ListApiKeys).execute({ limit: 50, cursor }));
  expect(rest.items).toEqual(all.items.slice(2));
  expect(rest.nextCursor).toBeNull();
});

test('pages of the audit log go from newest to oldest and do not repeat what is added', async () => {
  const add = () => plane.get(AuditLog).append({ action: 'organization.changed' });
  for (let i = 0; i < 6; i += 1) await inside(add);
  const before = await inside(() => plane.get(ReadAuditLog).execute({ limit: 200 }));
  const shown = await turn(plane.get(ReadAuditLog), 2, add);
  expect(shown).toEqual(before.items.map(({ id }) => id));
});

test('a page that ends exactly at the last row is the last', async () => {
  const all = await inside(() => plane.get(ListMembers).execute({ limit: 200 }));
  const exact = await inside(() => plane.get(ListMembers).execute({ limit: all.items.length }));
  expect(exact.nextCursor).toBeNull();
});

test('cursors that nobody gave out are refused', async () => {
  for (const cursor of [
    'nonsense',
    cursorOf(['1']),
    cursorOf(['1', 'x', 'y']),
    cursorOf(['not-a-number', 'mbr_aaaaaaaaaaaaaaaaaaaa']),
    cursorOf(["1'; DROP TABLE members; --", 'mbr_a']),
    cursorOf(['99999999999999999999', 'mbr_a']),
    cursorOf(['1', 'a\u0000b']),
  ]) {
    for (const list of [ListMembers, ListApiKeys]) {
      const call = inside(() => plane.get<Pages>(list).execute({ limit: 5, cursor }));
      expect(await codeOf(call)).toBe('cursor_invalid');
    }
  }
  const call = inside(() => plane.get(ReadAuditLog).execute({ limit: 5, cursor: cursorOf(['x']) }));
  expect(await codeOf(call)).toBe('cursor_invalid');
});
