import { Injectable } from '@nestjs/common';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import { type Account, AccountsRepository } from './accounts.repository.js';
import { SignInDirectory } from './sign-in-directory.js';
import { TenantDoors } from './tenant-doors.js';

/**
 * Finds who an e-mail address is, and goes on inside that tenant. Null for everyone who may not sign
 * in, whatever the reason: not known, invited only, tenant suspended, or closing and not its owner.
 */
@Injectable()
export class FindAccount {
  constructor(
    private readonly directory: SignInDirectory,
    private readonly doors: TenantDoors,
    private readonly accounts: AccountsRepository,
  ) {}

  /** @param within runs in the scope of the account's tenant */
  async execute<T>(
    who: { email: string; organization?: string },
    job: string,
    within: (account: Account, tenant: TenantRecord) => Promise<T>,
  ): Promise<T | null> {
    const tenantId = await this.directory.find(who.email, who.organization ?? undefined);
    return this.doors.enter(tenantId, ['active', 'closing'], job, async (tenant) => {
      const account = await this.accounts.byEmail(who.email);
      if (account === null) return null;
      // In the grace of a closure only the owner may come, to read, export or cancel.
      if (tenant.status === 'closing' && account.role !== 'owner') return null;
      return within(account, tenant);
    });
  }
}
