import { createHash } from 'node:crypto';
import type pg from 'pg';
import { AppError } from '../../kernel/app-error.js';

/** One numbered change of a schema. Released ones are never edited. */
export interface Migration {
  version: number;
  name: string;
  /** `breaking`: code that does not know this version must not run on it. `safe`: old code may go on. */
  kind: 'safe' | 'breaking';
  sql: string;
}

/** The schema was changed by a newer program, or a released migration was edited. */
export class SchemaMismatchError extends AppError {
  constructor(message: string, fields: Record<string, unknown>) {
    super('schema_mismatch', message, { fields });
  }
}

const HISTORY = `CREATE TABLE IF NOT EXISTS schema_history (
  version    integer PRIMARY KEY,
  name       text NOT NULL,
  kind       text NOT NULL,
  checksum   text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`;

/** Any fixed number: the lock that makes concurrent runners on one database take turns. */
const MIGRATION_LOCK = 7_163_001;

export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex').slice(0, 16);
}

/**
 * Brings the database (or, through the connection's search_path, the schema) of this connection to
 * the newest version, each migration in a transaction of its own. Concurrent runners wait for each
 * other and then find nothing to do.
 *
 * @returns the versions applied now
 * @throws SchemaMismatchError where history and code disagree
 */
export async function migrate(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<number[]> {
  await client.query('SELECT pg_advisory_lock($1, hashtext(current_schema()))', [MIGRATION_LOCK]);
  try {
    await client.query(HISTORY);
    const { rows } = await client.query<{ version: number; checksum: string; kind: string }>(
      'SELECT version, checksum, kind FROM schema_history ORDER BY version',
    );
    refuseSurprises(rows, migrations);
    const done = new Set(rows.map((row) => row.version));
    const pending = migrations.filter((migration) => !done.has(migration.version));
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.version);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1, hashtext(current_schema()))', [
      MIGRATION_LOCK,
    ]);
  }
}

function refuseSurprises(
  history: { version: number; checksum: string; kind: string }[],
  migrations: readonly Migration[],
): void {
  for (const row of history) {
    const known = migrations.find((migration) => migration.version === row.version);
    if (known === undefined && row.kind === 'breaking') {
      throw new SchemaMismatchError(
        `This database is at version ${row.version}, which this program does not know. Run a newer NuMoon.`,
        { version: row.version },
      );
    }
    if (known !== undefined && checksumOf(known) !== row.checksum) {
      throw new SchemaMismatchError(
        `Migration ${row.version} (${known.name}) differs from the one that was applied. Released migrations must stay as they are.`,
        { version: row.version },
      );
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      'INSERT INTO schema_history (version, name, kind, checksum) VALUES ($1, $2, $3, $4)',
      [migration.version, migration.name, migration.kind, checksumOf(migration)],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
