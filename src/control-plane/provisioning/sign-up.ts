import type { Isolation } from '../../tenancy/tenant-record.js';
import type { CatalogTransaction } from '../catalog/catalog-database.js';
import type { OpenAccount, OpenedAccount } from './open-account.js';
import type { OwnerAddress } from './owner-address.js';
import type { SignupPolicy } from './signup-policy.js';

export interface SignUpRequest {
  organization: string;
  owner: { name: string; email: string; password: string };
  isolation: Isolation;
  region: string;
  invitation: string | undefined;
  /** The caller's network address, for limits; never stored in clear. */
  address: string;
}

/** Refuses weak passwords and hashes good ones. A port over `src/infrastructure/passwords`. */
export interface PasswordKeeper {
  /** @throws AppError with the policy's code (`password_too_short`, ...); costs nothing */
  check(password: string, owner: { email: string; organization: string }): void;
  /** @throws AppError `hashing_busy` */
  hash(password: string): Promise<string>;
}

/** A public signup: may they, is the password good, then open the account. */
export class SignUp {
  constructor(
    private readonly policy: SignupPolicy,
    private readonly passwords: PasswordKeeper,
    private readonly accounts: OpenAccount,
    private readonly address: OwnerAddress,
  ) {}

  /** @param alongside commits in the very transaction that makes the account active */
  async execute(
    request: SignUpRequest,
    alongside: (tx: CatalogTransaction, account: OpenedAccount) => Promise<void>,
  ): Promise<OpenedAccount> {
    const { owner, organization, invitation } = request;
    this.passwords.check(owner.password, { email: owner.email, organization });
    await this.policy.admit(request.address, invitation);
    const passwordHash = this.passwords.hash(owner.password);
    passwordHash.catch(() => undefined);
    // A full queue refuses at once: before a place is claimed for nothing.
    await Promise.race([passwordHash, new Promise((resolve) => setImmediate(resolve))]);
    const opened = await this.accounts.execute(
      {
        organization,
        owner: { name: owner.name, email: owner.email, passwordHash },
        isolation: request.isolation,
        region: request.region,
      },
      async (tx, account) => {
        await this.policy.spend(tx, invitation);
        await alongside(tx, account);
      },
    );
    this.address.opened(owner.email, opened.tenant.id);
    return opened;
  }
}
