import { Injectable } from '@nestjs/common';
import type { Queryable } from '../../tenancy/tenant-database.js';
import { type Role, Tenancy } from '../../tenancy/tenancy.js';
import { AccessChanges } from '../access/access-changes.js';
import { roleOf } from '../access/caller.js';
import { rolesAbove } from '../access/role-order.js';
import { ApiKeysRepository } from '../api-keys/api-keys.repository.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { type MemberView, memberView } from './member.dto.js';
import { requireOwnerLeft, requireSayOver } from './member-rules.js';
import { MemberNotFoundError } from './members.errors.js';
import { MembersRepository } from './members.repository.js';

/** Gives a member another role. Keys they made with more than the new role allows end with it. */
@Injectable()
export class ChangeMember {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly transaction: KeyedTransaction,
    private readonly members: MembersRepository,
    private readonly apiKeys: ApiKeysRepository,
    private readonly audit: AuditLog,
    private readonly access: AccessChanges,
  ) {}

  /** @throws MemberNotFoundError | RoleTooSmallError | LastOwnerError */
  async execute(id: string, role: Role): Promise<MemberView> {
    const member = await this.transaction.run((tx) => this.#change(tx, id, role));
    await this.access.announce();
    return memberView(member);
  }

  async #change(tx: Queryable, id: string, role: Role) {
    const owners = await this.members.lockOwners(tx);
    const before = await this.members.lock(tx, id);
    if (before === null) throw new MemberNotFoundError();
    requireSayOver(roleOf(this.tenancy), before.role, role);
    if (before.role === role) return before;
    requireOwnerLeft(owners, before);
    const keys = await this.apiKeys.removeOf(tx, id, rolesAbove(role));
    const details = { role, keysRevoked: keys };
    await this.audit.append({ action: 'member.role-changed', targetId: id, details }, tx);
    return this.members.update(tx, id, { role });
  }
}
