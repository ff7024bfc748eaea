import type { Client } from 'pg';
import { openClient } from '../postgres/connections.js';
import { PostgresStartFailedError } from './embedded-postgres.errors.js';
import { scramVerifier } from '../postgres/scram.js';

export const CONTROL_ROLE = 'numoon_control';

/**
 * Makes the role that the program works with, or puts it right: it may create databases and roles
 * and nothing else. Its password reaches the server as a SCRAM verifier.
 *
 * The maintenance databases are closed to all other roles, so that a tenant's role has no place to
 * be but its own database.
 */
export async function ensureControlRole(adminUrl: string, password: string): Promise<void> {
  const client = await connect(adminUrl);
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [
      CONTROL_ROLE,
    ]);
    if (rowCount === 0) await client.query(`CREATE ROLE ${CONTROL_ROLE}`);
    const verifier = client.escapeLiteral(scramVerifier(password));
    await client.query(
      `ALTER ROLE ${CONTROL_ROLE} LOGIN CREATEDB CREATEROLE NOSUPERUSER NOREPLICATION NOBYPASSRLS PASSWORD ${verifier}`,
    );
    await client.query('REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC');
    await client.query(`GRANT CONNECT ON DATABASE postgres TO ${CONTROL_ROLE}`);
  } finally {
    await client.end();
  }
}

async function connect(adminUrl: string): Promise<Client> {
  try {
    return await openClient(adminUrl);
  } catch (error) {
    const hint = 'If postgres.url holds an older password, remove that file and start again.';
    throw new PostgresStartFailedError('let its administrator in', hint, String(error), error);
  }
}
