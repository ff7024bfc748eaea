import { hasSqlstate, SQLSTATE } from './sqlstate.js';

export interface PrivilegeChange {
  /** A boolean in SQL: whether it is so already. */
  isDone: string;
  /** GRANT or REVOKE. */
  change: string;
}

type RunSql = (sql: string) => Promise<{ done: boolean }[]>;

/** Of several that change one row of PostgreSQL's own tables at once, one is refused each time. */
const TRIES = 20;

/**
 * Grants or revokes what has to be so at every start. Looks first: most starts find it done, and doing it
 * while another process does is an error. No lock is taken for it, since any tenant of the server could hold it.
 */
export async function changePrivilege(
  run: RunSql,
  { isDone, change }: PrivilegeChange,
): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    const [row] = await run(`SELECT ${isDone} AS done`);
    if (row?.done === true) return;
    try {
      await run(change);
      return;
    } catch (error) {
      // "tuple concurrently updated": somebody does the same, and this one looks again.
      if (left === 0 || !hasSqlstate(error, SQLSTATE.internalError)) throw error;
    }
  }
}
