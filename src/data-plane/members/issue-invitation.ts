import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/ids.js';
import { Tenancy } from '../../tenancy/tenancy.js';
import { roleOf } from '../access/caller.js';
import { Invitations } from '../access/single-use-links.repository.js';
import { newToken, storedHashOf } from '../access/tokens.js';
import { AuditLog } from '../audit/audit-log.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import type { InviteMemberBody } from './member-bodies.dto.js';
import { requireOwnerLeft, requireSayOver } from './member-rules.js';
import { MemberExistsError } from './members.errors.js';
import { type MemberRow, MembersRepository } from './members.repository.js';

export interface IssuedInvitation {
  member: MemberRow;
  /** In clear, for the link: only its hash is kept. */
  token: string;
  expiresAt: Date;
}

/**
 * Adds the member as invited, with a single-use token. Somebody invited before gets a new one, with
 * the role and name given now; links sent earlier are void from then on.
 */
@Injectable()
export class IssueInvitation {
  constructor(
    private readonly tenancy: Tenancy,
    private readonly transaction: KeyedTransaction,
    private readonly members: MembersRepository,
    private readonly invitations: Invitations,
    private readonly audit: AuditLog,
  ) {}

  /** @throws MemberExistsError | RoleTooSmallError | LastOwnerError */
  async execute({ email, role, name }: InviteMemberBody): Promise<IssuedInvitation> {
    const token = newToken(this.tenancy.current().tenant.id);
    return this.transaction.run(async (tx) => {
      const fresh = { id: newId('mbr'), email, name: name ?? localPartOf(email), role };
      const owners = await this.members.lockOwners(tx);
      const found = await this.members.lockOrAdd(tx, fresh);
      if (found.joined) throw new MemberExistsError();
      requireSayOver(roleOf(this.tenancy), found.role, role);
      if (role !== found.role) requireOwnerLeft(owners, found);
      const change = name == null ? { role } : { role, name };
      const member = await this.members.update(tx, found.id, change);
      const invitation = { tokenHash: storedHashOf(token), memberId: member.id };
      await this.invitations.forgetAll(tx, member.id);
      const expiresAt = await this.invitations.add(tx, invitation);
      await this.audit.append(
        { action: 'member.invited', targetId: member.id, details: { role } },
        tx,
      );
      return { member, token, expiresAt };
    });
  }
}

function localPartOf(email: string): string {
  return email.slice(0, email.lastIndexOf('@')).slice(0, 100);
}
