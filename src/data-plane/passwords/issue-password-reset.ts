import { Injectable } from '@nestjs/common';
import { TenantDatabase } from '../../tenancy/tenant-database.js';
import { FindAccount } from '../access/find-account.js';
import { PasswordResets } from '../access/single-use-links.repository.js';
import { newToken, storedHashOf } from '../access/tokens.js';
import { AuditLog } from '../audit/audit-log.js';

/** Makes a single-use token for the member with this address. */
@Injectable()
export class IssuePasswordReset {
  constructor(
    private readonly find: FindAccount,
    private readonly database: TenantDatabase,
    private readonly resets: PasswordResets,
    private readonly audit: AuditLog,
  ) {}

  /** The token in clear, for the link; null when nobody with this address may sign in. */
  async execute(who: { email: string; organization?: string }): Promise<string | null> {
    return this.find.execute(who, 'password-reset.send', async (account, tenant) => {
      const token = newToken(tenant.id);
      await this.database.transaction(async (tx) => {
        await this.resets.add(tx, { tokenHash: storedHashOf(token), memberId: account.id });
        await this.audit.append({ action: 'password.reset-requested', targetId: account.id }, tx);
      });
      return token;
    });
  }
}
