import { Injectable } from '@nestjs/common';
import type { TenantRecord } from '../../tenancy/tenant-record.js';
import { SignInDirectory } from '../access/sign-in-directory.js';
import { Invitations } from '../access/single-use-links.repository.js';
import { TenantDoors } from '../access/tenant-doors.js';
import { storedHashOf, tenantOfToken } from '../access/tokens.js';
import { SendAddressProof } from '../addresses/send-address-proof.js';
import { AuditLog } from '../audit/audit-log.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { KeyedTransaction } from '../keyed-transaction.js';
import { ReadOrganization } from '../organization/read-organization.js';
import { NewPassword } from '../passwords/new-password.js';
import { type JoinedAnswer, memberView } from './member.dto.js';
import type { AcceptInvitationBody } from './member-bodies.dto.js';
import { InvitationInvalidError } from './members.errors.js';
import { type MemberRow, MembersRepository } from './members.repository.js';

interface Joining {
  tenant: TenantRecord;
  tokenHash: Buffer;
  memberId: string;
  name: string;
  passwordHash: string;
}

/** Whoever holds the link joins with a name and a password. Nobody can use it twice. */
@Injectable()
export class AcceptInvitation {
  constructor(
    private readonly doors: TenantDoors,
    private readonly transaction: KeyedTransaction,
    private readonly invitations: Invitations,
    private readonly members: MembersRepository,
    private readonly newPassword: NewPassword,
    private readonly signIns: SignInDirectory,
    private readonly proof: SendAddressProof,
    private readonly settings: DataPlaneSettings,
    private readonly organization: ReadOrganization,
    private readonly audit: AuditLog,
  ) {}

  /** @throws InvitationInvalidError | PasswordRefusedError (the link stays good for another try) */
  async execute(body: AcceptInvitationBody): Promise<JoinedAnswer> {
    const tokenHash = storedHashOf(body.token);
    const joined = await this.doors.enter(
      tenantOfToken(body.token),
      ['active'],
      'invitation.accept',
      async (tenant) => {
        // Looked up before hashing, so that a made-up token costs no hash.
        const invited = await this.invitations.find(tokenHash);
        if (invited === null) return null;
        const passwordHash = await this.newPassword.hash(body.password, invited.email, 'password');
        const { memberId } = invited;
        const { name } = body;
        const member = await this.#join({ tenant, tokenHash, memberId, name, passwordHash });
        return { tenant: await this.organization.summary(), member: memberView(member) };
      },
    );
    if (joined === null) throw new InvitationInvalidError();
    return joined;
  }

  /**
   * The directory is told before the commit. A crash between the two leaves an address that leads to
   * a member who has not joined, which signs nobody in, and a link that still works; the other order
   * could leave a member whom no sign-in finds.
   */
  async #join({ tenant, tokenHash, memberId, name, passwordHash }: Joining): Promise<MemberRow> {
    let proved = false;
    const joined = await this.transaction.run(async (tx) => {
      // The member's row before its link's, as everywhere: see `ReplacePassword`.
      const member = await this.members.join(tx, { id: memberId, name, passwordHash });
      const claimed = await this.invitations.claim(tx, tokenHash);
      if (member === null || !claimed) throw new InvitationInvalidError();
      await this.audit.append({ action: 'member.joined', targetId: memberId, memberId }, tx);
      proved = await this.signIns.add(member.email, tenant.id, tokenHash);
      return member;
    });
    if (!proved && this.settings.insistsOnProof) this.proof.soon(joined.email, tenant.id);
    return joined;
  }
}
