import { randomBytes } from 'node:crypto';
import type { Isolation } from '../../tenancy/tenant-record.js';
import type { OpenAccount, OpenedAccount } from '../provisioning/open-account.js';
import type { OwnerAddress } from '../provisioning/owner-address.js';
import type { PasswordKeeper } from '../provisioning/sign-up.js';
import type { AdminLog } from './admin-log.js';

export interface CreateTenantRequest {
  organization: string;
  owner: { name: string; email: string; password?: string };
  isolation: Isolation;
  region: string;
}

/**
 * An administrator opens an account for somebody. Left out, the password is one that nobody knows, and
 * the owner sets one through a reset link; the API key is handed to the administrator either way.
 */
export class CreateTenant {
  constructor(
    private readonly passwords: PasswordKeeper,
    private readonly accounts: OpenAccount,
    private readonly log: AdminLog,
    private readonly address: OwnerAddress,
  ) {}

  async execute(
    request: CreateTenantRequest,
    ...alongside: Parameters<OpenAccount['execute']> extends [unknown, ...infer Rest] ? Rest : never
  ): Promise<OpenedAccount> {
    const { owner, organization, isolation, region } = request;
    if (owner.password !== undefined) {
      this.passwords.check(owner.password, { email: owner.email, organization });
    }
    const password = owner.password ?? randomBytes(32).toString('base64url');
    const passwordHash = await this.passwords.hash(password);
    const account = await this.accounts.execute(
      { organization, owner: { ...owner, passwordHash }, isolation, region },
      ...alongside,
    );
    await this.log.record('tenant.create', account.tenant.id);
    this.address.opened(owner.email, account.tenant.id);
    return account;
  }
}
