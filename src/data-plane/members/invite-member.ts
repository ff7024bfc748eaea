import { Injectable } from '@nestjs/common';
import { Mailer } from '../../infrastructure/mail/mailer.js';
import { INVITATION_DAYS } from '../access/single-use-links.repository.js';
import { storedHashOf } from '../access/tokens.js';
import { AddressProofs } from '../addresses/address-proofs.js';
import { DataPlaneSettings } from '../data-plane.settings.js';
import { OrganizationRepository } from '../organization/organization.repository.js';
import { invitationMail } from './invitation.mail.js';
import { IssueInvitation } from './issue-invitation.js';
import { type InvitedMemberView, memberView } from './member.dto.js';
import type { InviteMemberBody } from './member-bodies.dto.js';

/**
 * Invites somebody by mail; where no mail server is configured the inviter gets the link instead. A link that
 * was mailed also proves the address of whoever joins by it; one that the inviter saw proves nothing. When the mail server fails the invitation stands, and inviting again makes and sends a new link.
 */
@Injectable()
export class InviteMember {
  constructor(
    private readonly issue: IssueInvitation,
    private readonly organization: OrganizationRepository,
    private readonly settings: DataPlaneSettings,
    private readonly mailer: Mailer,
    private readonly proofs: AddressProofs,
  ) {}

  /** @throws MemberExistsError | RoleTooSmallError | MailError */
  async execute(body: InviteMemberBody): Promise<InvitedMemberView> {
    const { member, token, expiresAt } = await this.issue.execute(body);
    const link = this.settings.linkTo('join', token);
    const { name } = await this.organization.read();
    const sent = await this.mailer.send(invitationMail(member.email, name, link));
    if (sent === 'sent') await this.#acceptAsProof(member.email, token);
    const invitation = sent === 'sent' ? { expiresAt } : { expiresAt, link };
    return { ...memberView(member), invitation };
  }

  async #acceptAsProof(email: string, token: string): Promise<void> {
    const minutes = INVITATION_DAYS * 24 * 60;
    await this.proofs.offer({ linkHash: storedHashOf(token), email, minutes });
  }
}
