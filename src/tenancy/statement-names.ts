import { LRUCache } from 'lru-cache';
import { hasSqlstate, SQLSTATE } from '../infrastructure/postgres/sqlstate.js';
import type { Statement } from './tenant-database.js';

const UNNAMED_MAX = 10_000;
/** Then names are tried again: sessions of the server have been replaced, or the pooler's settings were mended. */
const UNNAMED_MS = 10 * 60_000;

/**
 * Whether statements go out under a name, which has them parsed and planned once a session. Behind a pooler
 * of transactions a name may be unknown to the session that is met, or be taken there by something else. So a refused
 * name makes that one tenant's statements go without for a while: the sessions are its own, and who
 * spoils them with SQL slows down nobody else.
 */
export class StatementNames {
  readonly #unnamed = new LRUCache<string, true>({ max: UNNAMED_MAX, ttl: UNNAMED_MS });

  constructor(private readonly isOn: boolean) {}

  choose(tenantId: string, statement: Statement): Statement {
    if (statement.name === undefined) return statement;
    if (this.isOn && !this.#unnamed.has(tenantId)) return statement;
    const { text, values } = statement;
    return values === undefined ? { text } : { text, values };
  }

  /** Whether the failure was the name's and not the statement's; the tenant's next ones then go without. */
  wasRefused(tenantId: string, error: unknown): boolean {
    if (!isNameRefusal(error)) return false;
    this.#unnamed.set(tenantId, true);
    return true;
  }
}

/** The session does not know the name, has it for something else, or holds a plan of before a migration. */
export function isNameRefusal(error: unknown): boolean {
  if (hasSqlstate(error, SQLSTATE.undefinedStatementName, SQLSTATE.duplicateStatementName)) {
    return true;
  }
  return (
    hasSqlstate(error, SQLSTATE.featureNotSupported) &&
    (error as { routine?: unknown }).routine === 'RevalidateCachedQuery'
  );
}
