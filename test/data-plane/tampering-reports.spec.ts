import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { AuditLog } from '../../src/data-plane/audit/audit-log.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { ReportTampering } from '../../src/data-plane/audit/report-tampering.js';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import {
  DataKeyUnknownError,
  SealedValueBrokenError,
} from '../../src/infrastructure/envelope/envelope.errors.js';
import { KeyStoreError } from '../../src/kernel/key-store.js';
import { readCell, writeCell } from './support/backstage.js';
import { type Account, openAccount } from './support/open-account.js';
import { codeOf } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;

beforeAll(async () => {
  plane = await startDataPlane();
});
beforeEach(async () => {
  account = await openAccount(plane);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => plane.close());

const inside = <T>(work: () => Promise<T>) => plane.as(account.tenant, account.owner, work);
const listMembers = () => inside(() => plane.get(ListMembers).execute({ limit: 10 }));
const report = (error: ConstructorParameters<typeof KeyStoreError>[2] & object) =>
  inside(async () => plane.get(ReportTampering).execute(error as SealedValueBrokenError));

async function told() {
  await plane.get(BackgroundWork).settled();
  const { items } = await inside(() => plane.get(ReadAuditLog).execute({ limit: 50 }));
  return items.filter(({ action }) => action === 'data.integrity-failed');
}

async function breakOwnersName(): Promise<void> {
  const cell = { table: 'members', column: 'name', row: account.ownerId };
  const email = await readCell(account, { ...cell, column: 'email' });
  await writeCell(account, cell, email);
}

const place = (row: string) => ({
  tenantId: account.tenant.id,
  table: 'members',
  column: 'name',
  row,
});

test('a broken row that is read again and again is told once, and again ten minutes later', async () => {
  await breakOwnersName();
  for (let i = 0; i < 5; i += 1) expect(await codeOf(listMembers())).toBe('sealed_value_broken');
  const events = await told();
  expect(events).toEqual([
    {
      id: expect.stringMatching(/^evt_[a-z0-9]{20}$/),
      at: expect.any(Date),
      actor: { kind: 'system', id: 'integrity.report' },
      action: 'data.integrity-failed',
      targetId: account.ownerId,
      requestId: 'req_test',
      details: { table: 'members', column: 'name', reason: 'not-authentic' },
    },
  ]);
  const now = performance.now.bind(performance);
  const later = jest.spyOn(performance, 'now');
  later.mockImplementation(() => now() + 599_000);
  await codeOf(listMembers());
  expect(await told()).toHaveLength(1);
  later.mockImplementation(() => now() + 601_000);
  await codeOf(listMembers());
  later.mockRestore();
  expect(await told()).toHaveLength(2);
});

test('reads at the same moment tell it once', async () => {
  await breakOwnersName();
  await Promise.all(Array.from({ length: 8 }, () => codeOf(listMembers())));
  expect(await told()).toHaveLength(1);
});

test('another row, another column and another fault are told on their own', async () => {
  await report(new SealedValueBrokenError(place(account.ownerId), 'not-authentic'));
  await report(new SealedValueBrokenError(place('mbr_aaaaaaaaaaaaaaaaaaaa'), 'not-authentic'));
  await report(
    new SealedValueBrokenError({ ...place(account.ownerId), column: 'email' }, 'not-authentic'),
  );
  await report(new DataKeyUnknownError(7));
  await report(new DataKeyUnknownError(7));
  const events = await told();
  expect(events).toHaveLength(4);
  const unknown = events.find(({ targetId }) => targetId === null);
  expect(unknown?.details).toEqual({ reason: 'data_key_unknown' });
});

test('an id that no row of ours can have is not repeated in the log', async () => {
  await report(new SealedValueBrokenError(place('<b>call me</b>'), 'not-authentic'));
  expect(await told()).toMatchObject([{ targetId: null, details: { table: 'members' } }]);
});

test('with a broken key the event is written without details, and the report does not report itself', async () => {
  plane.keys.drop(account.tenant.id);
  const { id: tenantId } = account.tenant;
  const unwrap = jest
    .spyOn(plane.keyStore, 'unwrap')
    .mockRejectedValue(new KeyStoreError('wrapped_key_broken', { tenantId }));
  for (let i = 0; i < 3; i += 1) expect(await codeOf(listMembers())).toBe('wrapped_key_broken');
  await plane.get(BackgroundWork).settled();
  // Three reads, and the one report that would have liked to seal.
  expect(unwrap).toHaveBeenCalledTimes(4);
  unwrap.mockRestore();
  expect(await told()).toMatchObject([{ targetId: null, details: {} }]);
});

test('what could not be written is told by the next who meets it', async () => {
  await breakOwnersName();
  const append = jest.spyOn(plane.get(AuditLog), 'append');
  append.mockRejectedValueOnce(new Error('the database is away'));
  await codeOf(listMembers());
  expect(await told()).toHaveLength(0);
  await codeOf(listMembers());
  expect(await told()).toHaveLength(1);
});

test('where there is no room for the report it is made later, and nobody waits or fails', async () => {
  await breakOwnersName();
  const start = jest.spyOn(plane.get(BackgroundWork), 'start').mockReturnValueOnce(false);
  expect(await codeOf(listMembers())).toBe('sealed_value_broken');
  start.mockRestore();
  expect(await told()).toHaveLength(0);
  await codeOf(listMembers());
  expect(await told()).toHaveLength(1);
});

test('outside any tenant it does not throw into its caller', () => {
  const error = new SealedValueBrokenError(place(account.ownerId), 'not-authentic');
  expect(() => plane.get(ReportTampering).execute(error)).not.toThrow();
});
