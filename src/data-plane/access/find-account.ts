import { Injectable } from '@nestjs/common';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import { type Account, AccountsRepository } from './accounts.repository.js';
import { SignInDirectory, type SignInPlace } from './sign-in-directory.js';
import { TenantDoors } from './tenant-doors.js';

/** An address as somebody gave it, and the one tenant it is about where they named one. */
export interface Whose {
  email: string;
  organization?: string;
}

const MAIL_MAX = 40;

/**
 * Finds who an e-mail address is, and goes on inside those tenants. Nobody is found who may not sign in,
 * whatever the reason: not known, invited only, tenant suspended, or closing and not its owner.
 */
@Injectable()
export class FindAccount {
  constructor(
    private readonly directory: SignInDirectory,
    private readonly doors: TenantDoors,
    private readonly accounts: AccountsRepository,
  ) {}

  /** Where the address is listed, the proved ones first; as many as a password may be tried in. */
  places({ email, organization }: Whose): Promise<SignInPlace[]> {
    return this.directory.find(email, organization ?? undefined);
  }

  /** The same, as many as one mail may name: a link costs no hash. */
  placesOfMail({ email, organization }: Whose): Promise<SignInPlace[]> {
    return this.directory.find(email, organization ?? undefined, MAIL_MAX);
  }

  /**
   * @param within runs in the scope of that tenant, for each account that has the address: one, or two
   *   that had different addresses before these became one
   */
  async execute<T>(
    { tenantId }: Pick<SignInPlace, 'tenantId'>,
    email: string,
    job: string,
    within: (account: Account, tenant: TenantRecord) => Promise<T>,
  ): Promise<T[]> {
    const results = await this.doors.enter(tenantId, ['active', 'closing'], job, async (tenant) => {
      const done: T[] = [];
      for (const account of await this.accounts.byEmail(email)) {
        // In the grace of a closure only the owner may come, to read, export or cancel.
        if (tenant.status === 'closing' && account.role !== 'owner') continue;
        done.push(await within(account, tenant));
      }
      return done;
    });
    return results ?? [];
  }
}
