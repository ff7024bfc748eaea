import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { AppError } from '../../kernel/app-error.js';
import { hasSqlstate, SQLSTATE } from './sqlstate.js';

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

export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex').slice(0, 16);
}

/**
 * Brings the database (or, through the connection's search_path, the schema) of this connection to
 * the newest version, each migration in a transaction of its own. Concurrent runners take turns on
 * the history table and then find nothing to do; the lock is on that table and not an advisory one,
 * because in a shared database any tenant could hold an advisory lock.
 *
 * @returns the versions applied now
 * @throws SchemaMismatchError where history and code disagree
 */
export async function migrate(client: Client, migrations: readonly Migration[]): Promise<number[]> {
  await createHistory(client);
  const applied: number[] = [];
  for (;;) {
    const version = await applyNext(client, migrations);
    if (version === undefined) return applied;
    applied.push(version);
  }
}

async function createHistory(client: Client): Promise<void> {
  try {
    await client.query(HISTORY);
  } catch (error) {
    // IF NOT EXISTS still collides when two runners create it in the same instant.
    if (!hasSqlstate(error, SQLSTATE.uniqueViolation, SQLSTATE.duplicateTable)) throw error;
  }
}

async function applyNext(
  client: Client,
  migrations: readonly Migration[],
): Promise<number | undefined> {
  await client.query('BEGIN');
  try {
    await client.query('LOCK TABLE schema_history IN EXCLUSIVE MODE');
    const { rows } = await client.query<HistoryRow>(
      'SELECT version, checksum, kind FROM schema_history ORDER BY version',
    );
    refuseSurprises(rows, migrations);
    const next = migrations.find((it) => !rows.some((row) => row.version === it.version));
    if (next !== undefined) {
      await client.query(next.sql);
      await client.query(
        'INSERT INTO schema_history (version, name, kind, checksum) VALUES ($1, $2, $3, $4)',
        [next.version, next.name, next.kind, checksumOf(next)],
      );
    }
    await client.query('COMMIT');
    return next?.version;
  } catch (error) {
    // Of a connection that is lost: what lost it is the error to tell.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface HistoryRow {
  version: number;
  checksum: string;
  kind: string;
}

function refuseSurprises(history: HistoryRow[], migrations: readonly Migration[]): void {
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
