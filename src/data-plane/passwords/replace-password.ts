import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { AccessChanges } from '../access/access-changes.js';
import { AccountsRepository } from '../access/accounts.repository.js';
import { SessionsRepository } from '../access/sessions.repository.js';
import { PasswordResets } from '../access/single-use-links.repository.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';

export interface PasswordReplacement {
  memberId: string;
  /** The version that was checked; left out where a link took the old password's place. */
  before?: number;
  after: string;
  keepSessionId?: string;
  action: 'password.changed' | 'password.reset';
}

/**
 * Puts a new password in the old one's place. With it end the member's sessions and open reset links,
 * because whoever knew the old password may hold either.
 */
@Injectable()
export class ReplacePassword {
  constructor(
    private readonly transaction: KeyedTransaction,
    private readonly accounts: AccountsRepository,
    private readonly sessions: SessionsRepository,
    private readonly resets: PasswordResets,
    private readonly audit: AuditLog,
    private readonly access: AccessChanges,
  ) {}

  /**
   * The member's row is locked before any of its links, here and wherever both change; the other
   * order in one place would be a deadlock with this one.
   *
   * @param claim runs in the same transaction; its failure leaves all as it was
   * @returns false when the old password was no longer `before`, or the member is gone
   */
  async execute(
    change: PasswordReplacement,
    claim: (tx: Queryable) => Promise<void> = async () => undefined,
  ): Promise<boolean> {
    const { memberId, before, after, keepSessionId, action } = change;
    const replaced = await this.transaction.run(async (tx) => {
      const set = { id: memberId, after, ...(before === undefined ? {} : { before }) };
      if (!(await this.accounts.setPassword(tx, set))) return false;
      await claim(tx);
      await this.sessions.endAll(tx, memberId, keepSessionId);
      await this.resets.forgetAll(tx, memberId);
      await this.audit.append({ action, targetId: memberId, memberId }, tx);
      return true;
    });
    if (replaced) await this.access.announce();
    return replaced;
  }
}
