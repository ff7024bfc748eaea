import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { ROLES, Tenancy } from '../../tenancy/tenancy.js';
import { AccessChanges } from '../access/access-changes.js';
import { roleOf } from '../access/caller.js';
import { AccountsRepository } from '../access/accounts.repository.js';
import { SignInDirectory } from '../access/sign-in-directory.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { requireOwnerLeft, requireSayOver } from './member-rules.js';
import { MemberNotFoundError } from './members.errors.js';
import { type MemberRow, MembersRepository } from './members.repository.js';

/**
 * Removes a member with all that lets them in: sessions, links, the sign-in row, and the API keys
 * they made, since a key was seen by whoever made it. (A program that must outlive its maker gets
 * its key from somebody who stays.)
 */
@Injectable()
export class RemoveMember {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly transaction: KeyedTransaction,
    private readonly members: MembersRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly signIns: SignInDirectory,
    private readonly accounts: AccountsRepository,
    private readonly audit: AuditLog,
    private readonly access: AccessChanges,
  ) {}

  /**
   * The sign-in row goes last: left behind by a crash it leads to a tenant that does not know the
   * address, and so nowhere.
   *
   * @throws MemberNotFoundError | RoleTooSmallError | LastOwnerError
   */
  async execute(id: string): Promise<void> {
    const { email } = await this.transaction.run((tx) => this.#remove(tx, id));
    await this.access.announce();
    // Somebody else here may have come to have the same address; see `CanonicalizeAddresses`.
    if ((await this.accounts.byEmail(email)).length > 0) return;
    await this.signIns.remove(email, this.tenancy.current().tenant.id);
  }

  async #remove(tx: Queryable, id: string): Promise<MemberRow> {
    const owners = await this.members.lockOwners(tx);
    const member = await this.members.lock(tx, id);
    if (member === null) throw new MemberNotFoundError();
    requireSayOver(roleOf(this.tenancy), member.role);
    requireOwnerLeft(owners, member);
    const keys = await this.apiKeys.removeOf(tx, id, ROLES);
    await this.members.remove(tx, id);
    const details = { role: member.role, keysRevoked: keys };
    await this.audit.append({ action: 'member.removed', targetId: id, details }, tx);
    return member;
  }
}
