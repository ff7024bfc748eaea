import { randomWord } from '../../../kernel/ids.js';
import type { Client } from 'pg';
import { sqlIdentifier } from '../../../infrastructure/postgres/sql-identifier.js';
import type { NuMoon } from '../with-numoon.js';
import { placeOf, type Subject } from './subject.js';
import type { Witness } from './witness.js';

const ACT = 'hostile SQL';

/**
 * Must be refused to whoever says it; `other` is where the other tenant lies. Each is said in a transaction
 * that is rolled back: were it allowed, it would do no harm to a real installation.
 */
const REFUSED: readonly ((other: Awaited<ReturnType<typeof placeOf>>) => string)[] = [
  ({ loginRole }) => `SET ROLE ${sqlIdentifier(loginRole)}`,
  ({ ownerRole }) => `SET ROLE ${sqlIdentifier(ownerRole)}`,
  ({ loginRole }) => `SET SESSION AUTHORIZATION ${sqlIdentifier(loginRole)}`,
  ({ loginRole }) => `ALTER ROLE ${sqlIdentifier(loginRole)} PASSWORD 'x'`,
  ({ loginRole }) => `ALTER ROLE ${sqlIdentifier(loginRole)} SET search_path = ''`,
  ({ loginRole }) => `GRANT ${sqlIdentifier(loginRole)} TO CURRENT_USER`,
  () => `COPY (SELECT 1) TO PROGRAM 'true'`,
  () => `SELECT pg_read_file('PG_VERSION')`,
  () => 'SELECT * FROM pg_authid',
  () => 'SELECT * FROM pg_largeobject',
  () => 'CREATE TABLE isolation (a int)',
  () => 'CREATE TEMPORARY TABLE isolation (a int)',
];

/** In the same database. */
const REFUSED_BESIDE: readonly ((schema: string) => string)[] = [
  (schema) => `SELECT * FROM ${schema}.members`,
  (schema) => `DELETE FROM ${schema}.members`,
  (schema) => `INSERT INTO ${schema}.audit_events (id, actor_kind, action) VALUES ('x', 'x', 'x')`,
  (schema) => `LOCK TABLE ${schema}.members IN ACCESS SHARE MODE`,
];

/** Allowed; what comes back is searched. */
const READ: readonly string[] = [
  'SELECT * FROM members',
  'SELECT * FROM api_keys',
  'SELECT * FROM pg_stat_activity',
  'SELECT * FROM pg_locks',
  'SELECT * FROM pg_stats',
  'SELECT * FROM pg_stat_user_tables',
  'SELECT * FROM pg_cursors',
  'SELECT * FROM pg_prepared_statements',
  'SELECT * FROM pg_prepared_xacts',
  'SELECT * FROM pg_settings',
  'SELECT * FROM pg_shdescription',
  'SELECT * FROM pg_seclabels',
  'SELECT * FROM pg_largeobject_metadata',
  "SELECT query_to_xml('SELECT * FROM members', true, true, '')",
];

/** What somebody with the tenant's own role and password tries. */
export async function attackBySql(
  numoon: NuMoon,
  witness: Witness,
  by: Subject,
  other: Subject,
): Promise<void> {
  const [own, theirs] = [await placeOf(numoon, by), await placeOf(numoon, other)];
  const { admin, logins } = numoon.foundation.tools;
  const login = {
    user: own.loginRole,
    password: logins.open(by.tenantId, own.loginRole, own.loginSealed),
  };
  if (theirs.database !== own.database) {
    witness.try('log in to another database');
    const client = await admin.server
      .connectAs({ ...login, database: theirs.database })
      .catch((error: unknown) => void witness.failed(error));
    await client?.end();
    if (client !== undefined) witness.crossed(ACT, by, other, 'was let into its database');
  }
  const session = await admin.server.connectAs({ ...login, database: own.database });
  try {
    const beside =
      theirs.database === own.database
        ? REFUSED_BESIDE.map((make) => make(sqlIdentifier(theirs.schema)))
        : [];
    for (const sql of [...REFUSED.map((make) => make(theirs)), ...beside]) {
      if (await answers(session, witness, by, sql)) {
        witness.crossed(ACT, by, other, `was allowed: ${sql.split(' ', 2).join(' ')}`);
      }
    }
    for (const sql of READ) await answers(session, witness, by, sql);
  } finally {
    await session.end().catch(() => undefined);
  }
}

/** Changes its own password and settings, as who wants to lock the account out. */
export async function lockOneselfOut(numoon: NuMoon, witness: Witness, by: Subject): Promise<void> {
  witness.try('lock oneself out');
  const own = await placeOf(numoon, by);
  const { admin, logins } = numoon.foundation.tools;
  const password = logins.open(by.tenantId, own.loginRole, own.loginSealed);
  const login = { user: own.loginRole, password, database: own.database };
  const session = await admin.server.connectAs(login);
  await session
    .query(
      `ALTER ROLE CURRENT_USER SET search_path = ''; ALTER ROLE CURRENT_USER PASSWORD '${randomWord(20)}'`,
    )
    .finally(() => session.end());
}

async function answers(
  session: Client,
  witness: Witness,
  by: Subject,
  sql: string,
): Promise<boolean> {
  witness.try(ACT);
  try {
    const { rows } = await session.query(`BEGIN; ${sql}`).then((results: unknown) => {
      const [, last] = results as [unknown, { rows: unknown[] }];
      return last;
    });
    witness.search(ACT, by, JSON.stringify(rows));
    return true;
  } catch (error) {
    witness.failed(error);
    return false;
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
}
