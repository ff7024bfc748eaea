import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import type { ServerAdmin } from './server-admin.js';

/** Drops a role that owns nothing any more. A role that is gone already is success. */
export async function dropRole(admin: ServerAdmin, role: string): Promise<void> {
  await admin.run(`DROP ROLE IF EXISTS ${sqlIdentifier(role)}`);
}
