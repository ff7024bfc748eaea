import { expect } from '@jest/globals';
import type { Client } from 'pg';
import type { Placement, TenantRecord } from '../../src/tenancy/tenant-record.js';
import type { ControlPlane } from './lifecycle-control-plane.js';

/** A tenant with everything an attacker inside it has: its role, its password, its place. */
export interface Insider {
  tenant: TenantRecord;
  place: Placement;
  password: string;
  session: Client;
}

/** Opens an account and logs in with the tenant's own role, as a stolen password would. */
export async function openInsider(
  plane: ControlPlane,
  isolation: TenantRecord['isolation'],
): Promise<Insider> {
  const tenant = await plane.open(isolation);
  const place = tenant.placement;
  if (place === null) throw new Error('An account without a place.');
  return {
    tenant,
    place,
    password: plane.logins.open(tenant.id, place.loginRole, place.loginSealed),
    session: await plane.connector.connect(tenant),
  };
}

/** Any of these means that the server said no; a statement with a mistake in it would prove nothing. */
const REFUSALS = new Set([
  '42501', // insufficient_privilege
  '28000', // invalid_authorization_specification
  '28P01', // invalid_password
]);

/** @param also SQLSTATEs that are a refusal of this very statement too */
export async function expectRefused(session: Client, sql: string, ...also: string[]) {
  const outcome = await session.query(sql).then(
    () => 'it was allowed',
    (error: { code?: string; message: string }) =>
      REFUSALS.has(error.code ?? '') || also.includes(error.code ?? '')
        ? 'refused'
        : `${error.code} ${error.message}`,
  );
  await session.query('ROLLBACK');
  expect({ sql, outcome }).toEqual({ sql, outcome: 'refused' });
}

/** Logs in with the insider's password to another database. */
export async function expectShutOut(plane: ControlPlane, insider: Insider, database: string) {
  const outcome = await plane.server
    .connectAs({ database, user: insider.place.loginRole, password: insider.password })
    .then(
      async (client) => {
        await client.end();
        return 'it was let in';
      },
      (error: { code?: string }) => error.code,
    );
  // Dropped by another test file since it was listed: nobody is in it either.
  if (outcome === '3D000' && !(await plane.tools.admin.databaseExists(database))) return;
  // 55000: the database takes no connections at all, as templates do.
  expect({ database, outcome }).toEqual({
    database,
    outcome: expect.stringMatching(/^(42501|28000|55000)$/),
  });
}
