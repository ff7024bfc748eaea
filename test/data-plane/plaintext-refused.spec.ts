import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { ListMembers } from '../../src/data-plane/members/list-members.js';
import { sealName } from '../../src/data-plane/members/sealed-person.js';
import { TenantKeys } from '../../src/tenancy/keys/tenant-keys.js';
import { TenantDatabase } from '../../src/tenancy/tenant-database.js';
import { ApiKeyEntity } from '../../tenants/entities/api-key.entity.js';
import { AuditEventEntity } from '../../tenants/entities/audit-event.entity.js';
import { MemberEntity } from '../../tenants/entities/member.entity.js';
import { OrganizationEntity } from '../../tenants/entities/organization.entity.js';
import { SEALED_TABLES } from '../../tenants/sealed-columns.js';
import { readEveryCell } from './support/backstage.js';
import { type Account, openAccount } from './support/open-account.js';
import { type DataPlane, startDataPlane } from './support/start-data-plane.js';

let plane: DataPlane;
let account: Account;
let dataSource: DataSource;

beforeAll(async () => {
  plane = await startDataPlane();
  account = await openAccount(plane);
  dataSource = plane.get(DataSource);
});
afterAll(async () => {
  const cells = Buffer.concat(await readEveryCell(account));
  await plane.close();
  expect(cells.includes(PLAIN) || cells.includes(Buffer.from(PLAIN).toString('hex'))).toBe(false);
});

const inside = <T>(work: () => Promise<T>) => plane.as(account.tenant, account.owner, work);

/** Long enough to pass for something sealed, if length were all that counts. */
const PLAIN = 'Grace Hopper, in plain text and with a very long name';
const FORMS = [PLAIN, Buffer.from(PLAIN), Buffer.concat([Buffer.of(0xfe), Buffer.from(PLAIN)])];
const COLUMNS = SEALED_TABLES.flatMap(({ table, columns }) =>
  columns.map(({ column }) => [table, column] as const),
);
const ENTITIES: [EntityTarget<ObjectLiteral>, string][] = [
  [OrganizationEntity, 'name'],
  [OrganizationEntity, 'slug'],
  [MemberEntity, 'name'],
  [MemberEntity, 'email'],
  [MemberEntity, 'passwordHash'],
  [ApiKeyEntity, 'name'],
  [AuditEventEntity, 'details'],
];

test.each(COLUMNS)('raw SQL puts no plaintext into %s.%s', async (table, column) => {
  for (const value of FORMS) {
    const update = { text: `UPDATE ${table} SET ${column} = $1`, values: [value] };
    const writing = inside(() => plane.get(TenantDatabase).query(update));
    await expect(writing).rejects.toMatchObject({ code: '23514' });
  }
});

test.each(ENTITIES)('no way of TypeORM puts plaintext into %p.%s', async (entity, property) => {
  const repository = dataSource.getRepository(entity);
  const primary = repository.metadata.primaryColumns[0]?.propertyName ?? '';
  const row = (await inside(() => repository.find({ take: 1 })))[0];
  if (row === undefined) throw new Error('There should be a row.');
  for (const value of FORMS) {
    const changed = { ...row, [property]: value };
    const fresh = { ...changed, id: 'new_aaaaaaaaaaaaaaaaaaaa' };
    const set = { [property]: value };
    const builder = () => dataSource.createQueryBuilder();
    for (const write of [
      () => repository.save(repository.create(changed)),
      () => repository.insert(fresh),
      () => repository.upsert(changed, [primary]),
      () => repository.update({ [primary]: row[primary] }, set),
      () => repository.updateAll(set),
      () => builder().update(entity).set(set).execute(),
      () => builder().insert().into(entity).values(fresh).execute(),
    ]) {
      await expect(inside(write as () => Promise<unknown>)).rejects.toThrow('never plaintext');
    }
  }
  // Past the transformer goes only what is SQL; the database refuses it.
  const sql = { [property]: () => `'${PLAIN}'` };
  const writing = inside(() => dataSource.createQueryBuilder().update(entity).set(sql).execute());
  await expect(writing).rejects.toMatchObject({ driverError: { code: '23514' } });
});

test('what is sealed for its row goes the same ways', async () => {
  const { ownerId: id } = account;
  const sealed = (name: string) =>
    plane.get(TenantKeys).seal((cipher) => sealName(cipher, id, name));
  await inside(async () => {
    const repository = dataSource.getRepository(MemberEntity);
    await repository.update({ id }, { name: await sealed('By a builder') });
    expect(await names()).toEqual(['By a builder']);
    const member = await repository.findOneByOrFail({ id });
    await repository.save({ ...member, name: await sealed('By saving') });
    expect(await names()).toEqual(['By saving']);
  });
});

async function names(): Promise<string[]> {
  const { items } = await plane.get(ListMembers).execute({ limit: 5 });
  return items.map(({ name }) => name);
}
