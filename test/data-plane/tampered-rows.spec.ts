import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CreateApiKey } from '../../src/data-plane/api-keys/create-api-key.js';
import { ListApiKeys } from '../../src/data-plane/api-keys/list-api-keys.js';
import { ReadAuditLog } from '../../src/data-plane/audit/read-audit-log.js';
import { BackgroundWork } from '../../src/data-plane/background-work.js';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { ReadOrganization } from '../../src/data-plane/organization/read-organization.js';
import { LogIn } from '../../src/data-plane/sign-in/log-in.js';
import { WhoAmI } from '../../src/data-plane/sign-in/who-am-i.js';
import type { Actor } from '../../src/tenancy/tenancy.js';
import { type Cell, readCell, writeCell } from './support/backstage.js';
import { type Account, openAccount, OWNER_PASSWORD } from './support/open-account.js';
import { join } from './support/people.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;

beforeAll(async () => {
  plane = await startDataPlane();
});
afterAll(() => plane.close());

interface Target {
  cell: Cell;
  /** The same column of another row of the tenant, where there can be one. */
  otherRow?: string;
  /** Another sealed column of the same row, or of another table. */
  elsewhere: Cell;
  /** What a member or program does that needs this value. */
  read: () => Promise<unknown>;
}

/** An account with two of everything, and every sealed column of its database. */
async function openTargets(): Promise<{ account: Account; targets: Target[] }> {
  const account = await openAccount(plane);
  const as = (actor: Actor, work: () => Promise<unknown>) => plane.as(account.tenant, actor, work);
  const inside = (work: () => Promise<unknown>) => as(account.owner, work);
  const { id: otherMember } = await join(plane, account, 'analyst');
  await inside(() => plane.get(CreateApiKey).execute({ name: 'Second key', role: 'analyst' }));
  const keys = await plane.as(account.tenant, account.owner, () =>
    plane.get(ListApiKeys).execute({ limit: 5 }),
  );
  const log = await plane.as(account.tenant, account.owner, () =>
    plane.get(ReadAuditLog).execute({ limit: 50 }),
  );
  const detailed = log.items.filter(({ details }) => Object.keys(details).length > 0);
  const [event, otherEvent] = detailed.map(({ id }) => id) as [string, string];
  const otherKey = keys.items[1]?.id ?? '';
  const credential = { email: account.ownerEmail, password: OWNER_PASSWORD };
  const organization = (column: string) => cell('organization', column, account.tenant.id);
  const member = (column: string) => cell('members', column, account.ownerId);
  const list = () => inside(() => plane.get(ListMembers).execute({ limit: 50 }));
  const whoAmI = (actor: Actor) => as(actor, () => plane.get(WhoAmI).execute());
  const readTenant = () => inside(() => plane.get(ReadOrganization).execute());
  const key = { kind: 'api-key', id: account.apiKeyId, role: 'owner' } as const;
  return {
    account,
    targets: [
      { cell: organization('name'), elsewhere: organization('slug'), read: readTenant },
      { cell: organization('slug'), elsewhere: organization('name'), read: readTenant },
      { cell: member('name'), otherRow: otherMember, elsewhere: member('email'), read: list },
      {
        cell: member('email'),
        otherRow: otherMember,
        elsewhere: member('name'),
        read: () => whoAmI(account.owner),
      },
      {
        cell: member('password_hash'),
        otherRow: otherMember,
        elsewhere: member('name'),
        read: () => plane.get(LogIn).execute(credential, '192.0.2.1'),
      },
      {
        cell: cell('api_keys', 'name', account.apiKeyId),
        otherRow: otherKey,
        elsewhere: member('name'),
        read: () => whoAmI(key),
      },
      {
        cell: cell('audit_events', 'details', event),
        otherRow: otherEvent,
        elsewhere: organization('name'),
        read: () => inside(() => plane.get(ReadAuditLog).execute({ limit: 50 })),
      },
    ],
  };
}

function cell(table: string, column: string, row: string): Cell {
  return { table, column, row };
}

/** The value itself, then changed in one bit of its nonce, its body and its tag. */
function flipped(value: Buffer): Buffer[] {
  return [4, 16, value.length - 1].map((at) => {
    const changed = Buffer.from(value);
    changed.writeUInt8(value.readUInt8(at) ^ 1, at);
    return changed;
  });
}

const KINDS: Record<string, (of: Account, target: Target, other: Target) => Promise<Buffer[]>> = {
  'moved from another row': async (of, { cell, otherRow }) =>
    otherRow === undefined ? [] : [await readCell(of, { ...cell, row: otherRow })],
  'moved from another column': async (of, { elsewhere }) => [await readCell(of, elsewhere)],
  'moved from another tenant': async (_, __, other) => [await readCell(stranger, other.cell)],
  'with one bit flipped': async (of, { cell }) => flipped(await readCell(of, cell)),
  'cut at its end': async (of, { cell }) => [(await readCell(of, cell)).subarray(0, -1)],
};

let stranger: Account;
let strangerTargets: Target[];

beforeAll(async () => {
  ({ account: stranger, targets: strangerTargets } = await openTargets());
});

test.each(Object.keys(KINDS))(
  'a value %s is a named error, an audit event, and nothing in the answer',
  async (kind) => {
    const { account, targets } = await openTargets();
    const broken: Cell[] = [];
    for (const [index, target] of targets.entries()) {
      const sound = await readCell(account, target.cell);
      const values = await KINDS[kind]?.(account, target, strangerTargets[index] ?? target);
      for (const value of values ?? []) {
        await writeCell(account, target.cell, value);
        const { table, column, row } = target.cell;
        const fields = { table, column, row, reason: 'not-authentic' };
        const reading = target.read();
        await expect(reading).rejects.toMatchObject({ code: 'sealed_value_broken', fields });
        const text = await reading.catch((error: Error) => `${error.stack} ${error.message}`);
        for (const said of ['Lovelace', 'Bluebird', account.ownerEmail, 'slug-', 'First key']) {
          expect(text).not.toContain(said);
        }
        if (broken.at(-1) !== target.cell) broken.push(target.cell);
      }
      await writeCell(account, target.cell, sound);
      await target.read();
    }
    expect(broken.length).toBeGreaterThanOrEqual(5);
    await plane.get(BackgroundWork).settled();
    const { items } = await plane.as(account.tenant, account.owner, () =>
      plane.get(ReadAuditLog).execute({ limit: 50 }),
    );
    const told = items.filter(({ action }) => action === 'data.integrity-failed').toReversed();
    expect(told.map(({ targetId, details }) => ({ targetId, details }))).toEqual(
      broken.map(({ table, column, row }) => ({
        targetId: row,
        details: { table, column, reason: 'not-authentic' },
      })),
    );
  },
);

test('the database itself refuses another form, another length and a key that is not there', async () => {
  const { cell } = strangerTargets[2] as Target;
  const sound = await readCell(stranger, cell);
  const at = (place: number) => {
    const changed = Buffer.from(sound);
    changed.writeUInt8(sound.readUInt8(place) ^ 1, place);
    return changed;
  };
  for (const [value, code] of [
    [at(0), '23514'],
    [at(1), '23514'],
    [sound.subarray(0, 31), '23514'],
    [at(2), '23503'],
    [at(3), '23503'],
  ] as const) {
    await expect(writeCell(stranger, cell, value)).rejects.toMatchObject({ code });
  }
  expect(await readCell(stranger, cell)).toEqual(sound);
});
