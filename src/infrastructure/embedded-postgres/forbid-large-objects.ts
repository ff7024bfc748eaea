import type { Client } from 'pg';
import { openClient } from '../postgres/connections.js';
import { FORBID_LARGE_OBJECTS } from '../postgres/large-objects.js';

/**
 * Written on template1 when it is done: nobody can look into template0, which lets nobody in, and whose own
 * note is about the views that are closed there.
 */
const DONE = 'large objects are forbidden in copies of template0';

/**
 * Takes the right to make large objects from PUBLIC in every database that will be made on this server (all
 * are copies of template0), and in those that exist and are the control role's own. Safe to repeat; a
 * crash in between leaves a template that is open to superusers only, and the next start goes on.
 *
 * @param urlOf the superuser's URL of a database
 */
export async function forbidLargeObjects(
  urlOf: (database: string) => string,
  controlRole: string,
): Promise<void> {
  await within(urlOf('postgres'), async (client) => {
    const { rows } = await client.query<{ done: boolean }>(
      `SELECT coalesce(shobj_description(oid, 'pg_database') = $1, false) AS done
         FROM pg_database WHERE datname = 'template1'`,
      [DONE],
    );
    if (rows[0]?.done === true) return;
    const { rows: existing } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database WHERE datname IN ('postgres', 'template1')
          OR (datdba = to_regrole($1) AND datallowconn AND datconnlimit <> -2)`,
      [controlRole],
    );
    for (const { datname } of existing) {
      await within(urlOf(datname), (inside) => inside.query(FORBID_LARGE_OBJECTS));
    }
    await client.query('REVOKE CONNECT ON DATABASE template0 FROM PUBLIC');
    await client.query('ALTER DATABASE template0 ALLOW_CONNECTIONS true');
    await within(urlOf('template0'), (inside) => inside.query(FORBID_LARGE_OBJECTS));
    await client.query('ALTER DATABASE template0 ALLOW_CONNECTIONS false');
    await client.query(`COMMENT ON DATABASE template1 IS '${DONE}'`);
  });
}

async function within(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = await openClient(url);
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
