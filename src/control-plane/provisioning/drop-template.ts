import { setTimeout as sleep } from 'node:timers/promises';
import { sqlIdentifier } from '../../infrastructure/postgres/sql-identifier.js';
import { hasSqlstate, SQLSTATE } from '../../infrastructure/postgres/sqlstate.js';
import { AppError } from '../../kernel/app-error.js';
import type { ServerAdmin } from './server-admin.js';

export interface ForeignSession {
  pid: number;
  role: string;
}

/** Somebody is connected to a template, or to one in the making, whom our role may not send away. */
export class TemplateHeldError extends AppError {
  constructor(database: string, sessions: readonly ForeignSession[]) {
    const who = sessions.map(({ pid, role }) => `process ${pid} of the role ${role}`).join(', ');
    super(
      'template_held',
      `Somebody is connected to the template database ${database} (${who || 'a prepared transaction'}), so it can be neither finished nor replaced. ` +
        'End that as a superuser (SELECT pg_terminate_backend(<process>)), keep the program that connects out of databases with "_template_v" in their names, and start again.',
      { fields: { database, sessions } },
    );
  }
}

/** A database as far as being a template goes; null where there is none. */
export type TemplateState = 'finished' | 'open' | 'half-dropped';

export async function templateState(
  admin: ServerAdmin,
  database: string,
): Promise<TemplateState | null> {
  const [row] = await admin.rows<{ broken: boolean; finished: boolean }>(
    `SELECT datconnlimit = -2 AS broken, datistemplate AND NOT datallowconn AS finished
       FROM pg_database WHERE datname = $1`,
    [database],
  );
  if (row === undefined) return null;
  if (row.broken) return 'half-dropped';
  return row.finished ? 'finished' : 'open';
}

/**
 * Waits until nobody is connected any more, and ends the sessions that our role may end. Only of use where
 * nobody new can come: ALLOW_CONNECTIONS false holds for superusers too.
 *
 * @throws TemplateHeldError after `waitMs`
 */
export async function emptyTemplate(
  admin: ServerAdmin,
  database: string,
  waitMs: number,
): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const sessions = await sessionsIn(admin, database);
    if (sessions.length === 0) return;
    if (performance.now() > deadline) throw new TemplateHeldError(database, sessions);
    for (const { pid } of sessions) {
      await admin.run(`SELECT pg_terminate_backend(${pid})`, SQLSTATE.insufficientPrivilege);
    }
    await sleep(50);
  }
}

/**
 * Drops a template, one in the making, or what a crash left of either. Safe to run twice, and after a crash
 * between any two of its statements.
 *
 * @throws TemplateHeldError
 */
export async function dropTemplate(
  admin: ServerAdmin,
  database: string,
  waitMs: number,
): Promise<void> {
  const state = await templateState(admin, database);
  if (state === null) return;
  const name = sqlIdentifier(database);
  // PostgreSQL drops nothing that is marked as a template, and alters nothing that is half dropped.
  if (state !== 'half-dropped') {
    await admin.run(`ALTER DATABASE ${name} IS_TEMPLATE false ALLOW_CONNECTIONS false`);
  }
  await emptyTemplate(admin, database, waitMs);
  await unheld(admin, database, `DROP DATABASE IF EXISTS ${name}`);
}

/** Runs what PostgreSQL refuses while anybody is in the database; it waits 5 s for that by itself. */
export async function unheld(admin: ServerAdmin, database: string, sql: string): Promise<void> {
  try {
    await admin.run(sql);
  } catch (error) {
    if (!hasSqlstate(error, SQLSTATE.objectInUse)) throw error;
    throw new TemplateHeldError(database, await sessionsIn(admin, database));
  }
}

/** Of clients. PostgreSQL's own workers have no role, and leave when they are asked to. */
async function sessionsIn(admin: ServerAdmin, database: string): Promise<ForeignSession[]> {
  return admin.rows<ForeignSession>(
    `SELECT pid, usename AS role FROM pg_stat_activity
      WHERE datname = $1 AND usename IS NOT NULL AND pid <> pg_backend_pid() ORDER BY pid`,
    [database],
  );
}
