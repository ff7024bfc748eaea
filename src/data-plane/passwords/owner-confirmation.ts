import { Injectable } from '@nestjs/common';
import { type Actor, Tenancy } from '../../tenancy/tenancy.js';
import { type Account, AccountsRepository } from '../access/accounts.repository.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { CheckPassword } from './check-password.js';
import { ConfirmPassword } from './confirm-password.js';
import { PasswordThrottle } from './password-throttle.js';

/** How many owners' passwords one attempt with an API key is compared with: each costs a hash. */
const OWNERS_TRIED = 3;

/** Makes sure that an owner stands behind a step that cannot be taken back. Runs in the tenant's scope. */
@Injectable()
export class OwnerConfirmation {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly accounts: AccountsRepository,
    private readonly organization: OrganizationRepository,
    private readonly confirm: ConfirmPassword,
    private readonly throttle: PasswordThrottle,
    private readonly check: CheckPassword,
  ) {}

  /**
   * With a session: whether it is the password of that owner. With an owner's API key, which has no
   * person behind it: whether it is that of any owner, the oldest first.
   *
   * @throws LoginThrottledError
   */
  async confirmOwner({ password, actor }: { password: string; actor: Actor }): Promise<boolean> {
    if (actor.kind === 'member') {
      const account = await this.accounts.byId(actor.id);
      return account?.role === 'owner' && (await this.confirm.execute(account, password));
    }
    if (actor.kind !== 'api-key' || actor.role !== 'owner') return false;
    const owners = await this.accounts.oldestOwners(OWNERS_TRIED);
    const attempt = { account: this.tenancy.current().tenant.id };
    return null !== (await this.throttle.guard(attempt, () => this.#whose(owners, password)));
  }

  /** What somebody has to type to confirm. */
  async organizationSlug(): Promise<string> {
    return (await this.organization.read()).slug;
  }

  async #whose(owners: Account[], password: string): Promise<Account | null> {
    for (const owner of owners) if (await this.check.execute(owner, password)) return owner;
    return null;
  }
}
