import { Client } from 'pg';
import { serverRoles } from '../../src/control-plane/provisioning/server-roles.js';

/** Removes everything of one installation from the server, as the superuser. */
export async function dropInstallation(
  adminUrl: string,
  catalogDatabase: string,
  sharedDatabase: string,
): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const roles = serverRoles(catalogDatabase);
    const { rows: ours } = await client.query<{ name: string }>(
      `SELECT r.rolname AS name FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
         JOIN pg_roles w ON w.oid = m.member WHERE w.rolname = $1`,
      [roles.warden],
    );
    const names = ours.map((row) => row.name);
    const { rows: databases } = await client.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database
        WHERE pg_get_userbyid(datdba) = ANY($1) OR starts_with(datname, $2) OR datname = ANY($3)`,
      [names, `${roles.template}_v`, [catalogDatabase, sharedDatabase]],
    );
    for (const { name } of databases) {
      await client.query(`ALTER DATABASE "${name}" IS_TEMPLATE false`);
      await client.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    }
    for (const name of [...names, ...Object.values(roles)]) {
      await client.query(`DROP ROLE IF EXISTS "${name}"`);
    }
  } finally {
    await client.end();
  }
}
